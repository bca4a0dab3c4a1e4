"""The ranking, step by step; each step is one module that can be replaced.

texts         what of a profile is embedded: the whole, and its passages
encoder       texts to vectors
vectors       kept by text hash and encoder revision
language_means, neighbours   languages and hubs taken out
candidates    the few worth a closer look
features      what a pair is judged by
reranker      one score, and a calibrated probability
explanation   which passages meet, which facts fit
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.candidates import MOST_CANDIDATES, find_candidates
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.rules import may_meet

_DIGITS = 6


@dataclass(frozen=True)
class Match:
    """One need and one capability with what the ranking thinks of them."""

    need: Embedded
    capability: Embedded
    score: float
    probability: float | None
    features: dict[str, float]


def rank(
    pipeline: Pipeline, need: Embedded, capabilities: Collection, most: int = MOST_CANDIDATES
) -> list[Match]:
    """Return the capabilities that may meet the need, best first, ties by id.

    The score of a pair depends on the pair alone, so that the order and the number of the other
    capabilities change nothing.
    """
    places = find_candidates(need, capabilities, max(most, MOST_CANDIDATES))
    candidates = capabilities.chosen(places)
    return sorted(score_pairs(pipeline, need, candidates), key=best_first)


def rank_needs(pipeline: Pipeline, capability: Embedded, needs: Collection) -> list[Match]:
    """Return the needs that the capability may meet, best first, ties by id."""
    alone = Collection([capability])
    candidates = needs.chosen(find_candidates(capability, needs))
    matches = (score_pairs(pipeline, need, alone) for need in candidates.members)
    return sorted((match for found in matches for match in found), key=best_first)


def score_pairs(pipeline: Pipeline, need: Embedded, capabilities: Collection) -> Iterable[Match]:
    """Yield a match for each capability that the rules allow, in the collection's order."""
    features = compute_features(need, capabilities)
    scores = pipeline.reranker.scores(features)
    chances = pipeline.reranker.probabilities(scores)
    for place, capability in enumerate(capabilities.members):
        if may_meet(need.profile, capability.profile):
            yield Match(
                need,
                capability,
                score=round(float(scores[place]), _DIGITS),
                probability=None if chances is None else round(float(chances[place]), _DIGITS),
                features=_named(features[place]),
            )


def best_first(match: Match) -> tuple[float, str | int, str | int]:
    return (-match.score, match.capability.profile.id, match.need.profile.id)


def _named(row: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), _DIGITS) for name, value in zip(FEATURES, row, strict=True)}
