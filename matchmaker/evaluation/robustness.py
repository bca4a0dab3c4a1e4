"""What a good order alone does not show: languages, needs without an answer, true evidence."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.answers import answer_of
from matchmaker.matching.collection import Collection
from matchmaker.matching.evidence import carrying_pairs
from matchmaker.matching.gold import RIGHT, GoldSplit
from matchmaker.matching.metrics import calibration_error
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Field, Profile
from matchmaker.matching.ranking import Match, rank, score_pairs
from matchmaker.matching.texts import Passage, passages_of
from matchmaker.matching.vectors import embed_profiles

FIRST = 10
_BINS = 5
_CITED_PER_NEED = 3
_SEED = 20


@dataclass(frozen=True)
class Answering:
    """Shares over needs; the errors are mean gaps between promise and truth.

    `error` is of first places, `judged_error` of the `judged` pairs that somebody looked at,
    `pair_error` of all pairs.
    """

    flagged_without_answer: float
    flagged_answers_removed: float
    flagged_wrongly: float
    without_answer: int
    answered: int
    error: float
    judged_error: float
    judged: int
    pair_error: float


@dataclass(frozen=True)
class Faithfulness:
    """How often the score falls without a passage, over `pairs` of a need and a capability."""

    cited: float
    other: float
    pairs: int


def language_overlap(pipeline: Pipeline, split: GoldSplit) -> float:
    """Return the share of the first ten that a need finds in both of its languages, on average."""
    collection = Collection(pipeline.embed(split.capabilities))
    firsts = [
        [
            {m.capability.profile.id for m in rank(pipeline, need, collection)[:FIRST]}
            for need in some
        ]
        for some in (pipeline.embed(split.needs), pipeline.embed(split.translated))
    ]
    shares = [len(one & other) / FIRST for one, other in zip(*firsts, strict=True)]
    return float(np.mean(shares))


def answering(pipeline: Pipeline, split: GoldSplit) -> Answering:
    """Say of each need whether something answers it, as it is and with its answers taken away."""
    capabilities = pipeline.embed(split.capabilities)
    as_it_is, taken_away, firsts, pairs, judged = [], [], [], [], []
    for need in pipeline.embed(split.needs):
        right = split.graded(need.profile) >= RIGHT
        matches = rank(pipeline, need, Collection(capabilities))
        rest = [c for c, is_right in zip(capabilities, right, strict=True) if not is_right]
        without = rank(pipeline, need, Collection(rest))
        right_ids = {c.profile.id for c, ok in zip(capabilities, right, strict=True) if ok}
        as_it_is.append((bool(right.any()), answer_of(pipeline.reranker, matches).answered))
        taken_away.append(answer_of(pipeline.reranker, without).answered)
        found = [
            (match.probability or 0.0, match.capability.profile.id in right_ids)
            for match in matches
        ]
        firsts.append(found[0])
        pairs += found
        seen = split.grades.get(str(need.profile.id), {})
        ids = [str(match.capability.profile.id) for match in matches]
        judged += [pair for pair, id in zip(found, ids, strict=True) if id in seen]
    answered = [said for has_answer, said in as_it_is if has_answer]
    unanswered = [said for has_answer, said in as_it_is if not has_answer]
    return Answering(
        flagged_without_answer=1 - float(np.mean(unanswered)) if unanswered else float("nan"),
        flagged_answers_removed=1 - float(np.mean(taken_away)),
        flagged_wrongly=1 - float(np.mean(answered)),
        without_answer=len(unanswered),
        answered=len(answered),
        error=_gap(firsts, _BINS),
        judged_error=_gap(judged, 2 * _BINS),
        judged=len(judged),
        pair_error=_gap(pairs, 4 * _BINS),
    )


def _gap(found: Sequence[tuple[float, bool]], bins: int) -> float:
    chances, right = zip(*found, strict=True)
    return calibration_error(np.array(chances), np.array(right), bins)


def faithfulness(pipeline: Pipeline, split: GoldSplit) -> Faithfulness:
    """Take the first cited passage of each pair out of the text, and another one, and score anew.

    Over the first places of every need; the texts without the passages are embedded anew, as
    texts of their own.
    """
    draw = random.Random(_SEED)  # noqa: S311 - a repeatable choice, no secret
    cited, others = [], []
    for match, passages in _cited(pipeline, split):
        mine = passages[0]
        rest = [p for p in passages_of(match.capability.profile) if p != mine]
        if rest:
            cited.append(_falls(pipeline, match, mine))
            others.append(_falls(pipeline, match, draw.choice(rest)))
    return Faithfulness(float(np.mean(cited)), float(np.mean(others)), len(cited))


def _cited(pipeline: Pipeline, split: GoldSplit) -> Iterator[tuple[Match, list[Passage]]]:
    profiles = [*split.needs, *split.capabilities]
    vectors = embed_profiles(pipeline.encoder, profiles, with_evidence=True)
    embedded = [pipeline.embedded(p, v) for p, v in zip(profiles, vectors, strict=True)]
    vector_of = {(p.is_need, p.id): v for p, v in zip(profiles, vectors, strict=True)}
    collection = Collection(embedded[len(split.needs) :])
    for need in embedded[: len(split.needs)]:
        for match in rank(pipeline, need, collection)[:_CITED_PER_NEED]:
            sides = vector_of[True, need.profile.id], vector_of[False, match.capability.profile.id]
            pairs = carrying_pairs(pipeline, need, match.capability, *sides)
            if pairs:
                yield match, [pair.capability for pair in pairs]


def _falls(pipeline: Pipeline, match: Match, passage: Passage) -> bool:
    (reduced,) = pipeline.embed([without(match.capability.profile, passage)])
    (scored,) = score_pairs(pipeline, match.need, Collection([reduced]))
    return scored.score < match.score


def without(profile: Profile, passage: Passage) -> Profile:
    """Return the profile with a passage cut out of its text."""
    fields = tuple(
        Field(
            f.name, f"{f.text[: passage.start].rstrip()} {f.text[passage.end :].lstrip()}".strip()
        )
        if f.name == passage.field
        else f
        for f in profile.fields
    )
    return Profile(profile.id, profile.kind, profile.language, fields, profile.facts)
