"""A pipeline whose scores are exact and instant."""

import pytest

from matchmaker.matching.pipeline import Pipeline
from tests.matching.keyword_encoder import KeywordEncoder


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(KeywordEncoder())
