"""The ranking, step by step; each step is one module that can be replaced.

texts         what of a profile is embedded: the whole, and its passages
encoder       texts to vectors
vectors       kept by text hash and encoder revision
language_means, neighbours   languages and hubs taken out
candidates    the few worth a closer look
features      what a pair is judged by
reranker      one score from the texts, and a calibrated probability
hub_model     the same with the stated facts weighed in, as the hub's reviews taught
explanation   which passages meet, which facts fit
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matchmaker.matching.candidates import MOST_CANDIDATES, find_candidates
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.hub_model import ANY_DAY, SIGNALS
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.rules import HOUSES_ALONE, Rules

_DIGITS = 6


@dataclass(frozen=True)
class Match:
    """One need and one capability with what the ranking thinks of them.

    `signals` are what the hub's model judged by; empty where there is no trained first stage.
    """

    need: Embedded
    capability: Embedded
    score: float
    probability: float | None
    features: dict[str, float]
    signals: dict[str, float] = field(default_factory=dict)


def rank(
    pipeline: Pipeline,
    need: Embedded,
    capabilities: Collection,
    most: int = MOST_CANDIDATES,
    *,
    today: date = ANY_DAY,
    rules: Rules = HOUSES_ALONE,
) -> list[Match]:
    """Return the capabilities that may meet the need, best first, ties by id.

    The score of a pair depends on the pair alone, so that the order and the number of the other
    capabilities change nothing. On the day `today` a free period may have passed.
    """
    places = find_candidates(need, capabilities, max(most, MOST_CANDIDATES))
    candidates = capabilities.chosen(places)
    return sorted(score_pairs(pipeline, need, candidates, today, rules), key=best_first)


def rank_needs(
    pipeline: Pipeline,
    capability: Embedded,
    needs: Collection,
    *,
    today: date = ANY_DAY,
    rules: Rules = HOUSES_ALONE,
) -> list[Match]:
    """Return the needs that the capability may meet, best first, ties by id."""
    alone = Collection([capability])
    candidates = needs.chosen(find_candidates(capability, needs))
    pairs = [(need, _allowed(rules, need.profile, alone)) for need in candidates.members]
    return sorted(_scored(pipeline, pairs, today), key=best_first)


def score_pairs(
    pipeline: Pipeline,
    need: Embedded,
    capabilities: Collection,
    today: date = ANY_DAY,
    rules: Rules = HOUSES_ALONE,
) -> Iterable[Match]:
    """Yield a match for each capability that the rules allow, in the collection's order.

    What they do not allow is not looked at.
    """
    return _scored(pipeline, [(need, _allowed(rules, need.profile, capabilities))], today)


def _scored(
    pipeline: Pipeline, pairs: Sequence[tuple[Embedded, Collection]], today: date
) -> Iterator[Match]:
    """Yield a match for each need and each of the capabilities beside it.

    The first stage is asked once for all, as its checks take longer than many a pair.
    """
    pairs = [(need, capabilities) for need, capabilities in pairs if len(capabilities)]
    if not pairs:
        return
    features = [compute_features(need, capabilities) for need, capabilities in pairs]
    logits = pipeline.reranker.scores(np.concatenate(features))
    ends = np.cumsum([len(rows) for rows in features])
    for (need, capabilities), rows, own in zip(
        pairs, features, np.split(logits, ends[:-1]), strict=True
    ):
        profiles = [capability.profile for capability in capabilities.members]
        signals = pipeline.second_stage.signals(own, need.profile, profiles, today)
        scores = pipeline.second_stage.scores(signals)
        chances = pipeline.reranker.probabilities(scores)
        for place, capability in enumerate(capabilities.members):
            yield Match(
                need,
                capability,
                score=round(float(scores[place]), _DIGITS),
                probability=None if chances is None else round(float(chances[place]), _DIGITS),
                features=_named(FEATURES, rows[place]),
                signals={} if chances is None else _named(SIGNALS, signals[place]),
            )


def _allowed(rules: Rules, need: Profile, capabilities: Collection) -> Collection:
    profiles = enumerate(capabilities.profiles)
    places = [place for place, profile in profiles if rules.may_meet(need, profile)]
    return capabilities.chosen(np.array(places, np.int64))


def score_again(pipeline: Pipeline, match: Match, capability: Profile, today: date) -> Match:
    """Return the match as it would be if the capability, its texts unchanged, stated this.

    Raises
    ------
    KeyError
        When the match has no signals, because there is no trained first stage.
    """
    logits = np.array([match.signals["logit"]])
    signals = pipeline.second_stage.signals(logits, match.need.profile, [capability], today)
    scores = pipeline.second_stage.scores(signals)
    chances = pipeline.reranker.probabilities(scores)
    return replace(
        match,
        capability=replace(match.capability, profile=capability),
        score=round(float(scores[0]), _DIGITS),
        probability=None if chances is None else round(float(chances[0]), _DIGITS),
        signals=_named(SIGNALS, signals[0]),
    )


def best_first(match: Match) -> tuple[float, str | int, str | int]:
    return (-match.score, match.capability.profile.id, match.need.profile.id)


def _named(names: Sequence[str], row: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), _DIGITS) for name, value in zip(names, row, strict=True)}
