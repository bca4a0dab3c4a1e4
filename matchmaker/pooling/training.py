"""Trains the model of like needs on the tune half of the material.

The probability is that of a pair among like needs, near misses, and pairs of two topics that the
encoder takes to be near, in equal number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matchmaker.matching.pipeline import Pipeline
from matchmaker.pooling.likeness import FEATURES, ReadNeed, pair_features, read_needs
from matchmaker.pooling.material import LabelledPair, Material
from matchmaker.pooling.pair_model import PairModel

PARTS = 5
REGULARISATION = 0.3
# Pairs of two topics, in the half and in the gold set: so many nearest of each need, together as
# heavy as the like pairs: with half that weight fewer of them were found.
FAR_NEAREST = 3

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Half:
    """One half of the material with its needs read, found by id."""

    needs: tuple[ReadNeed, ...]
    pairs: tuple[LabelledPair, ...]
    across: tuple[LabelledPair, ...]
    topics: dict[str, str]

    @classmethod
    def of(cls, pipeline: Pipeline, material: Material) -> "Half":
        read = read_needs(pipeline.embed(material.needs))
        return cls(tuple(read), material.pairs, material.across, material.topics)

    def only(self, topics: frozenset[str]) -> "Half":
        needs = tuple(need for need in self.needs if self.topics[str(need.id)] in topics)
        pairs = tuple(pair for pair in self.pairs if pair.topic in topics)
        return replace(self, needs=needs, pairs=pairs)

    def features(self) -> Numbers:
        by_id = {str(need.id): need for need in self.needs}
        rows = [pair_features(by_id[pair.first], by_id[pair.second]) for pair in self.pairs]
        return np.array(rows, np.float64)

    @property
    def is_like(self) -> npt.NDArray[np.bool_]:
        return np.array([pair.is_like for pair in self.pairs])


def far_features(needs: Sequence[ReadNeed], topics: Mapping[str, str]) -> Numbers:
    """Return the features of each need with its nearest of other topics."""
    wholes = np.array([need.embedded.whole for need in needs])
    own = np.array([topics[str(need.id)] for need in needs])
    cosines = np.where(own[:, None] == own[None], -2, wholes @ wholes.T)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :FAR_NEAREST]
    pairs = sorted({(min(a, b), max(a, b)) for a, row in enumerate(nearest.tolist()) for b in row})
    return np.array([pair_features(needs[a], needs[b]) for a, b in pairs], np.float64)


def fit(half: Half, others: Numbers, encoder: str, least: float = 0.5) -> PairModel:
    """Return the model of these pairs and `others`, which are far; the same call gives the same."""
    from sklearn.linear_model import LogisticRegression

    rows, is_like = half.features(), half.is_like
    far = np.concatenate([far_features(half.needs, half.topics), others])
    weights = balanced_weights(rows, is_like)
    far_weights = np.full(len(far), weights[is_like].sum() / len(far))
    all_rows = np.concatenate([rows, far])
    labels = np.concatenate([is_like, np.zeros(len(far), bool)])
    means, scales = all_rows.mean(axis=0), all_rows.std(axis=0)
    scales = np.where(scales > 0, scales, 1)
    estimator = LogisticRegression(C=REGULARISATION, max_iter=2_000)
    estimator.fit((all_rows - means) / scales, labels, np.concatenate([weights, far_weights]))
    return PairModel(
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        weights=tuple(estimator.coef_[0].tolist()),
        intercept=float(estimator.intercept_[0]),
        least=least,
        encoder=encoder,
    )


def balanced_weights(rows: Numbers, is_like: npt.NDArray[np.bool_]) -> Numbers:
    """Let like pairs and near misses weigh the same within one language, and across two.

    How often each was written says nothing of how often each occurs.
    """
    same = rows[:, FEATURES.index("same_language")] > 0
    weights = np.zeros(len(rows))
    for language in (same, ~same):
        for label in (is_like, ~is_like):
            cell = language & label
            weights[cell] = len(rows) / 4 / max(1, cell.sum())
    return weights


def parts_of(half: Half) -> list[frozenset[str]]:
    """Return the topics in parts, the same at each call."""
    topics = sorted(set(half.topics.values()))
    return [frozenset(topics[part::PARTS]) for part in range(PARTS)]
