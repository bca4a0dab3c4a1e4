"""What the owner of a capability would gain by stating a fact that is left open.

Nothing is guessed: the capability is scored again for every open need as if the fact were stated
favourably, and put into the stored list by the rules that keep it. Only a better place counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from matchmaker.capabilities.capability import FIELDS
from matchmaker.clock import danish_day
from matchmaker.database import Database
from matchmaker.matching.actions import embedded_profile, fingerprint, rank_all
from matchmaker.matching.explanation import HOME_MARKET
from matchmaker.matching.fairness import MARGIN
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import Match, rank_needs, score_again
from matchmaker.matching.rules import Rules, read_rules
from matchmaker.matching.shortlist import places_if
from matchmaker.matching.stored_profiles import Side, read_profiles

#: In the order in which the gains of equally many needs are told.
FACTS = ("ce_marked", "trl", "markets", "languages", "free_periods")


@dataclass(frozen=True)
class Gain:
    """A fact, and the needs on whose lists the capability would stand higher, or for once."""

    fact: str
    enters: tuple[int, ...]
    rises: tuple[int, ...]

    @property
    def need_ids(self) -> tuple[int, ...]:
        return (*self.enters, *self.rises)


def list_gains(
    db: Database, pipeline: Pipeline, capability_id: int, *, now: datetime
) -> list[Gain]:
    """Return what each unstated fact would gain, most needs first; without any, it is left out.

    Pairs that the hub has decided on are left out, and everything is while the stored lists are
    not in step with the profiles or the model: their places are not known then.
    """
    profile = next(iter(read_profiles(db, "capability", [capability_id])), None)
    if profile is None or not _is_in_step(db, pipeline, profile, now) or pipeline.reranker.remark:
        return []
    variants = dict(_variants(profile, danish_day(now)))
    found: dict[str, list[tuple[int, bool]]] = {fact: [] for fact in variants}
    for match in _undecided(db, pipeline, profile, now) if variants else []:
        for fact, is_new in _better_places(db, pipeline, match, variants, now):
            found[fact].append((int(match.need.profile.id), is_new))
    gains = [_gain(fact, needs) for fact, needs in found.items() if needs]
    return sorted(gains, key=lambda gain: -len(gain.need_ids))


def _variants(profile: Profile, today: date) -> Iterator[tuple[str, Profile]]:
    """Yield the profile with each fact that its kind is asked for and that it does not state."""
    favourable: Mapping[str, Any] = {
        "ce_marked": True,
        "trl": 9,
        "markets": (HOME_MARKET,),
        "languages": ("da",),
        "free_periods": ((today, today + timedelta(days=30)),),
    }
    for fact in FACTS:
        if fact in FIELDS[profile.kind] and not _is_stated(profile, fact):
            yield fact, replace(profile, facts=replace(profile.facts, **{fact: favourable[fact]}))


def _is_stated(profile: Profile, fact: str) -> bool:
    if fact == "free_periods" and profile.facts.is_booked_out:
        return True
    return getattr(profile.facts, fact) not in (None, ())


def _undecided(db: Database, pipeline: Pipeline, profile: Profile, now: datetime) -> list[Match]:
    """Return the capability's matches with the needs whose lists may still change for it."""
    capability = embedded_profile(db, pipeline, "capability", int(profile.id))
    needs = pipeline.collection(db, "need", now=now)
    known = _matched(db, pipeline, "need").keys() - _decided_needs(db, int(profile.id))
    today = danish_day(now)
    rules = read_rules(db, today=today)
    least = pipeline.reranker.floor - pipeline.second_stage.reach
    matches = rank_needs(pipeline, capability, needs, today=today, rules=rules, least=least)
    rivals = _rivals(db, int(profile.id))
    return [
        match
        for match in matches
        if match.need.profile.id in known
        and _may_move(pipeline, match, rivals.get(int(match.need.profile.id), ()))
    ]


def _may_move(pipeline: Pipeline, match: Match, rivals: Iterable[float]) -> bool:
    """Whether one fact can take the pair past the floor, past another or near to the last place.

    Of a thousand needs, most are out of reach and need no closer look.
    """
    scores = np.array([match.score, *rivals])
    highest = match.score + pipeline.second_stage.reach
    if match.score < pipeline.reranker.floor or len(scores) == 1:
        return highest >= pipeline.reranker.floor
    chances = pipeline.reranker.probabilities(np.array([highest, scores[1:].min()]))
    is_near = chances is not None and chances[0] >= chances[1] - MARGIN
    return bool(is_near or ((match.score <= scores[1:]) & (scores[1:] <= highest)).any())


def _rivals(db: Database, capability_id: int) -> dict[int, list[float]]:
    """Return the scores of the other capabilities on each list."""
    rows = db.rows(
        "select need_id, score from suggestion where withdrawn_at is null and capability_id <> ?",
        (capability_id,),
    )
    scores: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        scores[row["need_id"]].append(row["score"])
    return scores


def _better_places(
    db: Database, pipeline: Pipeline, match: Match, variants: Mapping[str, Profile], now: datetime
) -> Iterator[tuple[str, bool]]:
    """Yield the facts that give a better place, and whether there was none before."""
    floor, today = pipeline.reranker.floor, danish_day(now)
    scored = {
        fact: score_again(pipeline, match, profile, today) for fact, profile in variants.items()
    }
    higher = {
        fact: again
        for fact, again in scored.items()
        if again.score > match.score and again.score >= floor
    }
    if not higher:
        return
    before, *after = places_if(
        db,
        int(match.need.profile.id),
        [match, *higher.values()],
        lambda: rank_all(db, pipeline, match.need, rules=_rules(db, match, today), now=now),
    )
    if match.score < floor:
        before = None
    for fact, place in zip(higher, after, strict=True):
        if place is not None and (before is None or place < before):
            yield fact, before is None


def _rules(db: Database, match: Match, today: date) -> Rules:
    return read_rules(db, today=today, need_ids=[int(match.need.profile.id)])


def _gain(fact: str, needs: list[tuple[int, bool]]) -> Gain:
    return Gain(
        fact,
        enters=tuple(need_id for need_id, is_new in needs if is_new),
        rises=tuple(need_id for need_id, is_new in needs if not is_new),
    )


def _is_in_step(db: Database, pipeline: Pipeline, profile: Profile, now: datetime) -> bool:
    matched = _matched(db, pipeline, "capability").get(int(profile.id))
    return matched == fingerprint(profile, danish_day(now))


def _matched(db: Database, pipeline: Pipeline, side: Side) -> dict[int, str]:
    """Return the profiles that were matched with this very model, with their fingerprints."""
    rows = db.rows(
        "select profile_id, text_hash from matched_profile where kind = ? and encoder = ?",
        (side, pipeline.model),
    )
    return {row["profile_id"]: row["text_hash"] for row in rows}


def _decided_needs(db: Database, capability_id: int) -> set[int]:
    rows = db.rows(
        """select need_id from suggestion s where capability_id = ?
           and exists (select 1 from review where suggestion_id = s.id)""",
        (capability_id,),
    )
    return {row["need_id"] for row in rows}
