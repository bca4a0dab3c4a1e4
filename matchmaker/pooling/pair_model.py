"""The probability that two needs are about the same problem.

Logistic regression over the features of ``likeness.py``, kept as plain numbers in
``models/pooling/model.json``: it is trained by ``scripts/train_pooling.py`` and read without
scikit-learn.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.matching.artefacts import read_artefact, write_artefact
from matchmaker.pooling.likeness import FEATURES, Likeness, ReadNeed, pair_features
from matchmaker.resources import resource_folder

#: Names what the file is, and changes with every change of its form.
KEY = "pair model 2"


class PairModelRefused(Exception):  # noqa: N818 - a refusal with a reason, not a failure
    """The installed model cannot be used; the message says why."""


@dataclass(frozen=True)
class PairModel:
    """`least` is the probability from which two needs are put together.

    `remark` says why probabilities may be off; empty when nothing is known against them.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    least: float
    encoder: str
    remark: str = ""

    @property
    def name(self) -> str:
        """Names everything that a probability depends on besides the two texts."""
        numbers = (*self.means, *self.scales, *self.weights, self.intercept, self.least)
        digest = hashlib.sha256(repr((self.encoder, numbers)).encode()).hexdigest()
        return f"pairs-{digest[:8]}"

    def chances(self, pairs: Sequence[tuple[ReadNeed, ReadNeed]]) -> list[float]:
        """Return one probability for each pair, the same in whichever order its two come."""
        if not pairs:
            return []
        rows = np.array([pair_features(*pair) for pair in pairs])
        scaled = (rows - np.array(self.means)) / np.array(self.scales)
        logits = scaled @ np.array(self.weights) + self.intercept
        return [1 / (1 + math.exp(-logit)) for logit in logits.tolist()]

    def pairs_of(self, needs: Sequence[ReadNeed]) -> list[Likeness]:
        """Return every pair of these needs, which come in the order of their ids."""
        pairs = list(combinations(needs, 2))
        judged = zip(pairs, self.chances(pairs), strict=True)
        return [Likeness(a.id, b.id, chance) for (a, b), chance in judged]


def load_pair_model(encoder_revision: str, folder: Path | None = None) -> PairModel:
    """Return the shipped model, with a remark when it was trained for another encoder.

    Raises
    ------
    PairModelRefused
        When there is none, it is damaged, or it is for other features than ours.
    """
    path = (folder or resource_folder("models") / "pooling") / "model.json"
    content = read_artefact(path, KEY)
    if content is None:
        raise PairModelRefused("the model of like needs (models/pooling/model.json) is not usable")
    if content["features"] != list(FEATURES):
        raise PairModelRefused("the model of like needs is for other features")
    other = f"the model of like needs was trained for the encoder {content['encoder']}"
    return _model(content, "" if content["encoder"] == encoder_revision else other)


def write_pair_model(path: Path, model: PairModel) -> None:
    content = {
        "encoder": model.encoder,
        "features": list(FEATURES),
        "means": model.means,
        "scales": model.scales,
        "weights": model.weights,
        "intercept": model.intercept,
        "least": model.least,
    }
    write_artefact(path, KEY, content)


def _model(content: dict[str, Any], remark: str) -> PairModel:
    names = ("means", "scales", "weights")
    numbers = {name: tuple(float(number) for number in content[name]) for name in names}
    intercept, least = float(content["intercept"]), float(content["least"])
    encoder = str(content["encoder"])
    return PairModel(**numbers, intercept=intercept, least=least, encoder=encoder, remark=remark)
