"""A first stage that gives logits, as a trained one does, from the likeness of keyword vectors."""

import numpy as np

from matchmaker.matching.encoder import Vectors
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.reranker import Numbers, Similarity
from tests.matching.keyword_encoder import KeywordEncoder


class LikenessLogit:
    """Its probability is one in two for half a likeness."""

    name = "likeness"
    floor = -2.0
    remark = ""
    answered_from = 0.5

    def scores(self, features: Vectors) -> Numbers:
        return 8 * Similarity().scores(features) - 4

    def probabilities(self, scores: Numbers) -> Numbers:
        return np.asarray(1 / (1 + np.exp(-scores)))


def trained_pipeline(**values: object) -> Pipeline:
    return Pipeline(KeywordEncoder(), reranker=LikenessLogit(), **values)  # type: ignore[arg-type]
