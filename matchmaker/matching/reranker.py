"""Weighs the features of a pair: a learned model, or plain similarity when there is none.

The model is loaded only from ``models/reranker`` and only when its checksum, its features, the
encoder it was trained for and the version of scikit-learn are those named in ``meta.json``.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matchmaker.matching.encoder import Vectors
from matchmaker.matching.features import FEATURES
from matchmaker.resources import resource_folder

Numbers = npt.NDArray[np.float64]
_TRUSTED: list[str] = []


class Reranker(Protocol):
    """What the ranking needs of a reranker."""

    @property
    def name(self) -> str:
        """Names the model; changes whenever the same features may get another score."""

    @property
    def floor(self) -> float:
        """A pair that scores lower is not suggested."""

    @property
    def answered_from(self) -> float:
        """The probability of the best pair from which a need is said to have a match."""

    @property
    def remark(self) -> str:
        """Why there are no probabilities, for operators; empty when there are."""

    def scores(self, features: Vectors) -> Numbers:
        """Return one number for each row; higher is better."""

    def probabilities(self, scores: Numbers) -> Numbers | None:
        """Return the calibrated probability of each score, or None when there is none."""


@dataclass(frozen=True)
class Similarity:
    """Whole and passages count alike, hubs are corrected for; it knows no probability."""

    remark: str = "no trained model is installed"
    name: str = "similarity"
    floor: float = 0.05
    answered_from: float = 0.0

    def scores(self, features: Vectors) -> Numbers:
        whole, passages, hub_capability, hub_need = features.astype(np.float64).T
        return np.asarray((whole + passages) / 2 - (hub_capability + hub_need) / 2)

    def probabilities(self, scores: Numbers) -> Numbers | None:
        return None


class LearnedModel:
    """Logistic regression; its score is the logit of the calibrated probability."""

    remark = ""

    def __init__(self, estimator: Any, name: str, floor: float, answered_from: float = 0.0) -> None:
        self._estimator = estimator
        self.name = name
        self.floor = floor
        self.answered_from = answered_from

    def scores(self, features: Vectors) -> Numbers:
        if not len(features):
            return np.zeros(0)
        return np.asarray(self._estimator.decision_function(features.astype(np.float64)))

    def probabilities(self, scores: Numbers) -> Numbers | None:
        return np.asarray(1 / (1 + np.exp(-scores)))


class ModelRefused(Exception):  # noqa: N818 - a refusal with a reason, not a failure
    """The installed model does not fit this installation; the message says in what."""


def load_reranker(encoder_revision: str, folder: Path | None = None) -> Reranker:
    """Return the trained model, or `Similarity` with a remark when it is absent or does not fit."""
    place = folder or resource_folder("models") / "reranker"
    try:
        return _load(place, encoder_revision)
    except ModelRefused as refusal:
        return Similarity(remark=str(refusal))


def _load(folder: Path, encoder_revision: str) -> LearnedModel:
    meta = _read_meta(folder)
    content = _read_model(folder / "model.skops")
    digest = hashlib.sha256(content).hexdigest()
    _check("checksum", digest, meta.get("sha256"))
    _check("features", list(FEATURES), meta.get("features"))
    _check("encoder", encoder_revision, meta.get("encoder"))
    import sklearn
    import skops.io

    _check("scikit-learn version", sklearn.__version__, meta.get("scikit_learn"))
    estimator = skops.io.loads(content, trusted=_TRUSTED)
    numbers = float(meta["floor"]), float(meta["answered_from"])
    return LearnedModel(estimator, f"reranker-{digest[:8]}", *numbers)


def _read_meta(folder: Path) -> dict[str, Any]:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelRefused("no trained model is installed") from error
    except (OSError, ValueError) as error:
        raise ModelRefused("the model's meta.json cannot be read") from error
    numbers = ("floor", "answered_from")
    if not isinstance(meta, dict) or not all(isinstance(meta.get(n), int | float) for n in numbers):
        raise ModelRefused("the model's meta.json is incomplete")
    return meta


def _read_model(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefused("the trained model cannot be read") from error


def _check(what: str, actual: object, expected: object) -> None:
    if actual != expected:
        raise ModelRefused(f"the trained model is for another {what}: {expected}, not {actual}")
