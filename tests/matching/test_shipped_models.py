"""What lies in models/ belongs together; checked without loading the encoder."""

import hashlib
import json
from pathlib import Path

import numpy as np

from matchmaker.matching.features import FEATURES
from matchmaker.matching.language_means import load_means
from matchmaker.matching.neighbours import MOST_RECORDS, load_background
from matchmaker.matching.reranker import LearnedModel, load_reranker
from matchmaker.matching.training_records import read_records
from matchmaker.matching.unpacking import packaged_revision
from matchmaker.resources import resource_folder
from matchmaker.words.language import LANGUAGES
from tests.matching.keyword_encoder import KeywordEncoder

MODELS = resource_folder("models")


class NeverAsked(KeywordEncoder):
    """Has the name of the packaged encoder; whoever embeds with it fails the test."""

    revision = packaged_revision()

    def encode(self, texts: object, role: object) -> np.ndarray:
        raise AssertionError("something that should be shipped is computed anew")


def test_checksums_are_those_of_the_files() -> None:
    meta = json.loads((MODELS / "encoder" / "meta.json").read_text())
    assert meta["encoder"] == packaged_revision()
    for name, digest in meta["sha256"].items():
        content = (MODELS / "encoder" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name


def test_means_and_background_are_shipped_for_every_language(tmp_path: Path) -> None:
    means = load_means(NeverAsked(), tmp_path)
    background = load_background(NeverAsked(), means, tmp_path)
    assert set(means.means["query"]) == set(means.means["passage"]) == set(LANGUAGES)
    rows, width = background.needs.shape
    assert background.capabilities.shape == (rows, width)
    assert (MOST_RECORDS / 2 < rows <= MOST_RECORDS, width) == (True, 384)
    np.testing.assert_allclose(np.linalg.norm(background.needs, axis=1), 1, atol=2e-3)


def test_the_shipped_reranker_fits_this_installation() -> None:
    reranker = load_reranker(packaged_revision())
    assert isinstance(reranker, LearnedModel), reranker.remark
    near, far = [0.6, 0.5, 0.1, 0.1], [0.0, 0.1, 0.2, 0.1]
    scores = reranker.scores(np.array([near, far], np.float32))
    assert len(near) == len(FEATURES)
    assert scores[0] > reranker.floor > scores[1]


def test_the_model_card_tells_what_was_measured() -> None:
    card = (MODELS / "reranker" / "README.md").read_text()
    for step in ("plain cosine", "language means", "hubs", "passages", "learned"):
        assert step in card
    assert packaged_revision() in card


def test_training_records_have_a_need_an_answer_and_near_misses() -> None:
    records = read_records(MODELS / "training" / "records.jsonl")
    assert len(records) >= 480
    assert all(record.near_misses and record.answer.fields[0].text for record in records)
    assert len({record.need.id for record in records}) == len(records)
