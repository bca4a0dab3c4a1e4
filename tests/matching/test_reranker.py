import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from matchmaker.matching.features import FEATURES
from matchmaker.matching.publishing import describe_model
from matchmaker.matching.reranker import Similarity, load_reranker

ENCODER = "keywords-1"
ROWS = np.array([[0.9, 0.8, 0.1, 0.1], [0.1, 0.2, 0.3, 0.3], [0.5, 0.5, 0.2, 0.1], [0, 0, 0, 0.1]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model for `ENCODER`."""
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, [1, 0, 1, 0])
    content = skops.io.dumps(model)
    (tmp_path / "model.skops").write_bytes(content)
    meta = describe_model(ENCODER, content, "judgements", answered_from=0.2)
    (tmp_path / "meta.json").write_text(json.dumps(meta))
    return tmp_path


def change_meta(folder: Path, **values: Any) -> None:
    path = folder / "meta.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_fitting_model_gives_scores_and_their_probabilities(folder: Path) -> None:
    reranker = load_reranker(ENCODER, folder)
    scores = reranker.scores(ROWS.astype(np.float32))
    chances = reranker.probabilities(scores)
    assert reranker.remark == ""
    assert reranker.name.startswith("reranker-")
    assert scores[0] > scores[1]
    assert chances is not None
    np.testing.assert_allclose(np.log(chances / (1 - chances)), scores)
    assert reranker.scores(np.zeros((0, len(FEATURES)), np.float32)).shape == (0,)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"sha256": "0" * 64}, "checksum"),
        ({"features": ["whole"]}, "features"),
        ({"encoder": "another"}, "encoder"),
        ({"scikit_learn": "0.1"}, "scikit-learn version"),
        ({"floor": None}, "incomplete"),
    ],
)
def test_a_model_that_does_not_fit_is_replaced_by_similarity(
    folder: Path, values: dict[str, Any], word: str
) -> None:
    change_meta(folder, **values)
    reranker = load_reranker(ENCODER, folder)
    assert isinstance(reranker, Similarity)
    assert word in reranker.remark
    assert reranker.probabilities(np.zeros(1)) is None


def test_damage_and_absence_are_told_apart(folder: Path, tmp_path: Path) -> None:
    (folder / "model.skops").write_bytes(b"PK damaged")
    assert "checksum" in load_reranker(ENCODER, folder).remark
    (folder / "model.skops").unlink()
    assert load_reranker(ENCODER, folder).remark == "the trained model cannot be read"
    (folder / "meta.json").write_text("{")
    assert "meta.json cannot be read" in load_reranker(ENCODER, folder).remark
    (folder / "meta.json").unlink()
    assert load_reranker(ENCODER, folder).remark == "no trained model is installed"


def test_similarity_rises_with_nearness_and_falls_with_hubs() -> None:
    base = {"whole": 0.5, "passages": 0.5, "hub_capability": 0.1, "hub_need": 0.1}

    def score(**values: float) -> float:
        row = [{**base, **values}[name] for name in FEATURES]
        return float(Similarity().scores(np.array([row], np.float32))[0])

    assert score(whole=0.6) > score() < score(passages=0.6)
    assert score(hub_capability=0.2) < score() > score(hub_need=0.2)
