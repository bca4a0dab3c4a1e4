"""Finds the passages that carry a match: those without which the pair would score lower.

Each text was embedded once more without each of its passages. The pair is scored again with that
text in place of the whole one; a passage counts as evidence only when the score falls. Long texts,
which are not embedded so often, show their nearest passages.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.explanation import (
    LEAST_PASSAGE_COSINE,
    MOST_PASSAGE_PAIRS,
    PassagePair,
    nearest_pairs,
)
from matchmaker.matching.features import compute_features
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.texts import passages_of
from matchmaker.matching.vectors import ProfileVectors

Numbers = npt.NDArray[np.float64]


def carrying_pairs(
    pipeline: Pipeline,
    need: Embedded,
    capability: Embedded,
    need_vectors: ProfileVectors,
    capability_vectors: ProfileVectors,
) -> list[PassagePair]:
    """Return pairs of passages, the one that carries most first, each passage at most once.

    A passage of either side is cited only when the score without it is lower. Where a side says
    everything twice, so that no single passage is missed, its nearest ones are cited.
    """
    if not len(capability_vectors.without):
        return list(nearest_pairs(need, capability))
    of_capability = _drops_of_capability(pipeline, need, capability, capability_vectors)
    of_need = _drops_of_need(pipeline, need, capability, need_vectors)
    return _chosen(need, capability, _any_drop(of_need), _any_drop(of_capability))


def _chosen(
    need: Embedded, capability: Embedded, of_need: Numbers, of_capability: Numbers
) -> list[PassagePair]:
    """Take the pairs by what both passages carry and how near they are to each other."""
    cosines = (need.passages @ capability.passages.T).astype(np.float64)
    worth = _share(of_need)[:, None] + _share(of_capability)[None] + cosines
    worth[of_need <= 0, :] = worth[:, of_capability <= 0] = -np.inf
    need_passages, passages = passages_of(need.profile), passages_of(capability.profile)
    pairs: list[PassagePair] = []
    while len(pairs) < MOST_PASSAGE_PAIRS and np.isfinite(worth).any():
        row, column = divmod(int(np.argmax(worth)), worth.shape[1])
        if not pairs or cosines[row, column] >= LEAST_PASSAGE_COSINE:
            score = round(float(cosines[row, column]), 4)
            pairs.append(PassagePair(need_passages[row], passages[column], score))
        worth[row, :] = worth[:, column] = -np.inf
    return pairs


def _any_drop(drops: Numbers) -> Numbers:
    return drops if (drops > 0).any() else np.ones_like(drops)


def _share(drops: Numbers) -> Numbers:
    kept = np.maximum(drops, 0)
    return kept / kept.max() if kept.any() else kept


def _drops_of_capability(
    pipeline: Pipeline, need: Embedded, capability: Embedded, vectors: ProfileVectors
) -> Numbers:
    """Return by how much the score falls without each passage of the capability."""
    reduced = [_without(pipeline, capability, vectors, k) for k in range(len(vectors.without))]
    scores = _scores(pipeline, need, [capability, *reduced])
    return np.asarray(scores[0] - scores[1:])


def _drops_of_need(
    pipeline: Pipeline, need: Embedded, capability: Embedded, vectors: ProfileVectors
) -> Numbers:
    """Return by how much the score falls without each passage of the need; 1 where unknown."""
    if not len(vectors.without):
        return np.ones(len(need.passages))
    reduced = [_without(pipeline, need, vectors, k) for k in range(len(vectors.without))]
    alone = Collection([capability])
    rows = [compute_features(one, alone) for one in (need, *reduced)]
    scores = pipeline.reranker.scores(np.concatenate(rows))
    return np.asarray(scores[0] - scores[1:])


def _without(
    pipeline: Pipeline, profile: Embedded, vectors: ProfileVectors, passage: int
) -> Embedded:
    rest = ProfileVectors(vectors.without[passage], np.delete(vectors.passages, passage, axis=0))
    return replace(pipeline.embedded(profile.profile, rest), profile=profile.profile)


def _scores(pipeline: Pipeline, need: Embedded, capabilities: list[Embedded]) -> Numbers:
    return pipeline.reranker.scores(compute_features(need, Collection(capabilities)))
