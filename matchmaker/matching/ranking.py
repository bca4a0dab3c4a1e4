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
from itertools import repeat
from math import inf
from typing import Any

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
    least: float = -inf,
) -> list[Match]:
    """Return the capabilities that may meet the need, best first, ties by id.

    The score of a pair depends on the pair alone, so that the order and the number of the other
    capabilities change nothing. On the day `today` a free period may have passed. Matches under
    the score `least` are left out, most of them before their facts are looked at.
    """
    places = find_candidates(need, capabilities, max(most, MOST_CANDIDATES))
    candidates = capabilities.chosen(places)
    return sorted(score_pairs(pipeline, need, candidates, today, rules, least), key=best_first)


def rank_needs(
    pipeline: Pipeline,
    capability: Embedded,
    needs: Collection,
    *,
    today: date = ANY_DAY,
    rules: Rules = HOUSES_ALONE,
    least: float = -inf,
) -> list[Match]:
    """Return the needs that the capability may meet, best first, ties by id."""
    alone = Collection([capability])
    candidates = needs.chosen(find_candidates(capability, needs))
    pairs = [(need, _allowed(rules, need.profile, alone)) for need in candidates.members]
    return sorted(_scored(pipeline, pairs, today, least), key=best_first)


def score_pairs(
    pipeline: Pipeline,
    need: Embedded,
    capabilities: Collection,
    today: date = ANY_DAY,
    rules: Rules = HOUSES_ALONE,
    least: float = -inf,
) -> Iterable[Match]:
    """Yield a match for each capability that the rules allow, in the collection's order.

    What they do not allow is not looked at.
    """
    return _scored(pipeline, [(need, _allowed(rules, need.profile, capabilities))], today, least)


def _scored(
    pipeline: Pipeline, pairs: Sequence[tuple[Embedded, Collection]], today: date, least: float
) -> Iterator[Match]:
    """Yield a match for each need and each of the capabilities beside it, from `least` on.

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
        near = np.flatnonzero(pipeline.second_stage.most(own) >= least)
        if len(near):
            chosen = capabilities.chosen(near)
            matches = _judged(pipeline, need, chosen, rows[near], own[near], today)
            yield from (match for match in matches if match.score >= least)


def _judged(
    pipeline: Pipeline,
    need: Embedded,
    capabilities: Collection,
    features: np.ndarray,
    logits: np.ndarray,
    today: date,
) -> Iterator[Match]:
    """Yield the match of each capability, after what the first stage has found."""
    profiles = [capability.profile for capability in capabilities.members]
    signals = pipeline.second_stage.signals(logits, need.profile, profiles, today)
    scores = pipeline.second_stage.scores(signals)
    chances = pipeline.reranker.probabilities(scores)
    columns = (
        capabilities.members,
        _rounded(scores),
        repeat(None, len(scores)) if chances is None else _rounded(chances),
        _named(FEATURES, features),
        repeat({}, len(scores)) if chances is None else _named(SIGNALS, signals),
    )
    for capability, score, probability, by_texts, by_all in zip(*columns, strict=True):
        yield Match(need, capability, score, probability, by_texts, by_all)


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
        score=_rounded(scores)[0],
        probability=None if chances is None else _rounded(chances)[0],
        signals=next(_named(SIGNALS, signals)),
    )


def best_first(match: Match) -> tuple[float, str | int, str | int]:
    return (-match.score, match.capability.profile.id, match.need.profile.id)


def _named(names: Sequence[str], rows: np.ndarray) -> Iterator[dict[str, float]]:
    for row in _rounded(rows):
        yield dict(zip(names, row, strict=True))


def _rounded(numbers: np.ndarray) -> list[Any]:
    rounded: list[Any] = np.round(numbers.astype(np.float64), _DIGITS).tolist()
    return rounded
