"""Keeps the suggestions in step with the needs and capabilities.

Call `suggest_for_need` or `suggest_for_capability` after any change of a profile, whatever the
change was: a profile that may no longer be suggested loses its suggestions. ``refresh`` catches
up with everything that was missed, also after a crash.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.matching.collection import Embedded
from matchmaker.matching.evidence import carrying_pairs
from matchmaker.matching.expected import forget_expected, note_expected
from matchmaker.matching.explanation import PassagePair, nearest_pairs
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.profile_changes import open_until
from matchmaker.matching.queries import needs_suggesting
from matchmaker.matching.ranking import Match, rank, rank_needs
from matchmaker.matching.rules import HOUSES_ALONE, Rules, read_rules
from matchmaker.matching.shortlist import FindPairs, is_contested, settle
from matchmaker.matching.stored_profiles import Side, is_open, read_profiles
from matchmaker.matching.texts import text_hash
from matchmaker.matching.vectors import ensure_vectors, find_vectors


def suggest_for_need(db: Database, pipeline: Pipeline, need_id: int, *, now: datetime) -> None:
    """Rank all open capabilities for one need and store the best.

    When the need is changed meanwhile, nothing is stored: the later change brings its own call.
    """
    if not is_open(db, "need", need_id, now=now):
        withdraw_need(db, need_id, now=now)
        return
    need = embedded_profile(db, pipeline, "need", need_id)
    rules = read_rules(db, today=danish_day(now), need_ids=[need_id])
    matches = rank_all(db, pipeline, need, rules=rules, now=now)
    with db.atomic():
        if is_current(db, "need", need.profile, now):
            _settle_need(db, pipeline, need_id, matches, now)
            # With the rules that the list was made by: one that came since makes it old.
            mark_matched(db, pipeline, "need", need.profile, now, rules)


def rank_all(
    db: Database, pipeline: Pipeline, need: Embedded, *, rules: Rules, now: datetime
) -> list[Match]:
    """Return all open capabilities that are worth showing to a need, best first."""
    capabilities = pipeline.collection(db, "capability", now=now)
    floor = pipeline.reranker.floor
    return rank(pipeline, need, capabilities, today=danish_day(now), rules=rules, least=floor)


def suggest_for_capability(
    db: Database, pipeline: Pipeline, capability_id: int, *, now: datetime
) -> None:
    """Rank one capability for all open needs; it enters the lists where it belongs.

    Only lists that it stood on are ranked anew, because it may have given up its place, and those
    where it comes near to the last place, because that is given by a choice among all.
    """
    if not is_open(db, "capability", capability_id, now=now):
        withdraw_capability(db, pipeline, capability_id, now=now)
        return
    capability = embedded_profile(db, pipeline, "capability", capability_id)
    needs = pipeline.collection(db, "need", now=now)
    listed = needs_suggesting(db, capability_id)
    today, floor = danish_day(now), pipeline.reranker.floor
    rules = read_rules(db, today=today)
    ranked = rank_needs(pipeline, capability, needs, today=today, rules=rules, least=floor)
    new = [match for match in ranked if match.need.profile.id not in listed]
    matches = {int(match.need.profile.id): match for match in new}
    contested = {need_id for need_id, match in matches.items() if is_contested(db, need_id, match)}
    for need_id in sorted({*listed, *contested}):
        suggest_for_need(db, pipeline, need_id, now=now)
    with db.atomic():
        if is_current(db, "capability", capability.profile, now):
            _enter(db, pipeline, [m for key, m in matches.items() if key not in contested], now)
            mark_matched(db, pipeline, "capability", capability.profile, now)


def withdraw_need(db: Database, need_id: int, *, now: datetime) -> None:
    """Withdraw what nobody has reviewed of a need that may no longer be suggested to."""
    with db.atomic():
        settle(db, need_id, [], is_complete=True, model="", find_pairs=lambda match: [], now=now)
        forget_expected(db, need_id)
        forget_matched(db, "need", need_id)


def withdraw_capability(
    db: Database, pipeline: Pipeline, capability_id: int, *, now: datetime
) -> None:
    """Take a capability off every list; whatever comes next on each list moves up."""
    for need_id in sorted(needs_suggesting(db, capability_id)):
        suggest_for_need(db, pipeline, need_id, now=now)
    with db.atomic():
        forget_matched(db, "capability", capability_id)


def embedded_profile(db: Database, pipeline: Pipeline, side: Side, profile_id: int) -> Embedded:
    """Return a stored profile with its vectors, which are made and stored where there are none."""
    (profile,) = read_profiles(db, side, [profile_id])
    vectors = ensure_vectors(db, pipeline.encoder, [profile])
    return pipeline.embedded(profile, vectors[text_hash(profile)])


def _settle_need(
    db: Database, pipeline: Pipeline, need_id: int, matches: list[Match], now: datetime
) -> None:
    """Store the list; a capability that was taken down since the ranking is left out."""
    ids = [int(match.capability.profile.id) for match in matches]
    open_now = open_until(db, "capability", now=now, ids=ids)
    current = [match for match in matches if match.capability.profile.id in open_now]
    settle(
        db, need_id, current,
        is_complete=True, model=pipeline.model, find_pairs=_finder(db, pipeline), now=now,
    )  # fmt: skip
    note_expected(db, need_id, current, now=now)


def _enter(db: Database, pipeline: Pipeline, matches: Sequence[Match], now: datetime) -> None:
    ids = [int(match.need.profile.id) for match in matches]
    open_now = open_until(db, "need", now=now, ids=ids)
    for match in matches:
        need_id = int(match.need.profile.id)
        if need_id in open_now:
            settle(
                db, need_id, [match],
                is_complete=False, model=pipeline.model, find_pairs=_finder(db, pipeline), now=now,
            )  # fmt: skip


def _finder(db: Database, pipeline: Pipeline) -> FindPairs:
    """Return what finds the passages that carry a match, by the stored vectors of its texts."""

    def find(match: Match) -> Sequence[PassagePair]:
        sides = (match.need, match.capability)
        profiles = [side.profile for side in sides]
        stored = find_vectors(db, pipeline.encoder, profiles)
        vectors = [stored.get(text_hash(profile)) for profile in profiles]
        if vectors[0] is None or vectors[1] is None:
            return list(nearest_pairs(*sides))
        return carrying_pairs(pipeline, *sides, vectors[0], vectors[1])

    return find


def is_current(db: Database, side: Side, profile: Profile, now: datetime) -> bool:
    key = int(profile.id)
    return is_open(db, side, key, now=now) and read_profiles(db, side, [key]) == [profile]


def fingerprint(profile: Profile, today: date, rules: Rules = HOUSES_ALONE) -> str:
    """Return a digest of all that a suggestion depends on; facts are shown beside the texts.

    It changes on the day after a free period has passed, and for a need when the rules keep
    somebody else from it than before.
    """
    passed = [end for _start, end in profile.facts.free_periods if end < today]
    apart = rules.about(profile) if profile.is_need else ()
    stated = (text_hash(profile), profile.kind, profile.language, profile.facts, passed, apart)
    return hashlib.sha256(repr(stated).encode()).hexdigest()


def mark_matched(
    db: Database,
    pipeline: Pipeline,
    side: Side,
    profile: Profile,
    now: datetime,
    rules: Rules = HOUSES_ALONE,
) -> None:
    db["matched_profile"].upsert(
        {
            "kind": side,
            "profile_id": int(profile.id),
            "text_hash": fingerprint(profile, danish_day(now), rules),
            "encoder": pipeline.model,
            "language": profile.language,
            "matched_at": to_text(now),
        },
        pk=("kind", "profile_id"),
    )


def forget_matched(db: Database, side: Side, profile_id: int) -> None:
    db.execute("delete from matched_profile where kind = ? and profile_id = ?", (side, profile_id))
