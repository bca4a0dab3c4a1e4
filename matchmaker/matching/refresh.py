"""Catches up with every profile that differs from what was matched, also after a crash."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from matchmaker.clock import danish_day
from matchmaker.database import Database
from matchmaker.matching.actions import (
    fingerprint,
    forget_matched,
    is_current,
    mark_matched,
    suggest_for_capability,
    suggest_for_need,
)
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.stored_profiles import (
    SIDES,
    Side,
    all_ids,
    is_open,
    open_stamps,
    read_profiles,
)
from matchmaker.matching.texts import text_hash
from matchmaker.matching.vectors import ensure_vectors, forget_vectors

# From so many changed capabilities on, ranking every need once costs less than one by one.
_MANY = 20
_EMBEDDED_AT_A_TIME = 50

Report = Callable[[int, int], None]


def match_changed(
    db: Database, pipeline: Pipeline, *, now: datetime, report: Report | None = None
) -> int:
    """Bring all suggestions up to date; return how many profiles were out of step.

    A need that is saved meanwhile is matched within a batch, however many capabilities an import
    has brought. `report` is told how many of how many profiles are embedded.
    """
    done = _match_needs(db, pipeline, now)
    capabilities = _out_of_step(db, pipeline, "capability", now)
    for start in range(0, len(capabilities), _EMBEDDED_AT_A_TIME):
        batch = capabilities[start : start + _EMBEDDED_AT_A_TIME]
        ensure_vectors(db, pipeline.encoder, read_profiles(db, "capability", batch))
        done += _match_needs(db, pipeline, now)
        if report:
            report(start + len(batch), len(capabilities))
    _match_capabilities(db, pipeline, capabilities, now)
    if done or capabilities:
        _forget_old_texts(db)
    return done + len(capabilities)


def _match_needs(db: Database, pipeline: Pipeline, now: datetime) -> int:
    needs = _out_of_step(db, pipeline, "need", now)
    ensure_vectors(db, pipeline.encoder, read_profiles(db, "need", needs))
    for need_id in needs:
        suggest_for_need(db, pipeline, need_id, now=now)
    return len(needs)


def _match_capabilities(
    db: Database, pipeline: Pipeline, capabilities: Sequence[int], now: datetime
) -> None:
    if len(capabilities) < _MANY:
        for capability_id in capabilities:
            suggest_for_capability(db, pipeline, capability_id, now=now)
    else:
        _rank_every_need(db, pipeline, capabilities, now)


def _rank_every_need(
    db: Database, pipeline: Pipeline, capabilities: Iterable[int], now: datetime
) -> None:
    profiles = {int(p.id): p for p in read_profiles(db, "capability", capabilities)}
    for need_id in open_stamps(db, "need", now=now):
        suggest_for_need(db, pipeline, need_id, now=now)
    with db.atomic():
        for capability_id in capabilities:
            profile = profiles.get(capability_id)
            if profile and is_current(db, "capability", profile, now):
                mark_matched(db, pipeline, "capability", profile, now)
            elif not is_open(db, "capability", capability_id, now=now):
                forget_matched(db, "capability", capability_id)


def _out_of_step(db: Database, pipeline: Pipeline, side: Side, now: datetime) -> list[int]:
    """Return the profiles that changed, are new, or were matched and may not be any more."""
    rows = db.rows("select * from matched_profile where kind = ?", (side,))
    matched = {row["profile_id"]: (row["text_hash"], row["encoder"]) for row in rows}
    profiles = read_profiles(db, side, open_stamps(db, side, now=now))
    today = danish_day(now)
    expected = {int(p.id): (fingerprint(p, today), pipeline.model) for p in profiles}
    return sorted(
        key for key in matched.keys() | expected.keys() if matched.get(key) != expected.get(key)
    )


def _forget_old_texts(db: Database) -> None:
    """Delete vectors of texts that no profile has any more: they were somebody's words."""
    with db.atomic():
        kept = {
            text_hash(profile)
            for side in SIDES
            for profile in read_profiles(db, side, all_ids(db, side))
        }
        forget_vectors(db, kept)
