"""Catches up with every profile that differs from what was matched, also after a crash."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.matching.actions import (
    fingerprint,
    forget_matched,
    is_current,
    mark_matched,
    suggest_for_capability,
    suggest_for_need,
)
from matchmaker.matching.index import Round
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile_changes import changed_since, newest_change, open_until
from matchmaker.matching.rules import HOUSES_ALONE, read_rules
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
    seen, capabilities = _out_of_step(db, pipeline, "capability", now)
    for start in range(0, len(capabilities), _EMBEDDED_AT_A_TIME):
        batch = capabilities[start : start + _EMBEDDED_AT_A_TIME]
        ensure_vectors(db, pipeline.encoder, read_profiles(db, "capability", batch))
        done += _match_needs(db, pipeline, now)
        if report:
            report(start + len(batch), len(capabilities))
    _match_capabilities(db, pipeline, capabilities, now)
    pipeline.index.end_round(db, "capability", seen)
    if done or capabilities:
        _forget_old_texts(db, pipeline)
    return done + len(capabilities)


def _match_needs(db: Database, pipeline: Pipeline, now: datetime) -> int:
    seen, needs = _out_of_step(db, pipeline, "need", now)
    ensure_vectors(db, pipeline.encoder, read_profiles(db, "need", needs))
    for need_id in needs:
        suggest_for_need(db, pipeline, need_id, now=now)
    pipeline.index.end_round(db, "need", seen)
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


def _out_of_step(
    db: Database, pipeline: Pipeline, side: Side, now: datetime
) -> tuple[Round, list[int]]:
    """Return the profiles that changed, are new, or were matched and may not be any more.

    The round has seen them once they are matched.
    """
    newest, last = newest_change(db), pipeline.index.last_round(db, side)
    if last is None or not _counts(last, pipeline.model, newest, now):
        last = Round(0, pipeline.model, now, "9999", {})
        changed = set(all_ids(db, side)) | _matched(db, side).keys()
    else:
        changed = changed_since(db, side, last.number)
    ends = open_until(db, side, now=now, ids=changed)
    profiles = read_profiles(db, side, changed)
    seen = replace(
        last,
        number=newest,
        until=min([last.until, *(end for end in ends.values() if end)]),
        texts={key: text for key, text in last.texts.items() if key not in changed}
        | {int(profile.id): text_hash(profile) for profile in profiles},
    )
    today, matched = danish_day(now), _matched(db, side) if changed else {}
    rules = read_rules(db, today=today) if side == "need" and profiles else HOUSES_ALONE
    expected = {
        int(p.id): (fingerprint(p, today, rules), pipeline.model) for p in profiles if p.id in ends
    }
    return seen, sorted(key for key in changed if matched.get(key) != expected.get(key))


def _counts(last: Round, model: str, newest: int, now: datetime) -> bool:
    """Whether the last round saw everything but later changes: no other model, day or expiry."""
    is_today = danish_day(last.since) == danish_day(now) and last.since <= now
    is_same = last.model == model and last.number <= newest
    return is_today and is_same and to_text(now) < last.until


def _matched(db: Database, side: Side) -> dict[int, tuple[str, str]]:
    rows = db.execute(
        "select profile_id, text_hash, encoder from matched_profile where kind = ?", (side,)
    )
    return {key: (text, model) for key, text, model in rows}


def _forget_old_texts(db: Database, pipeline: Pipeline) -> None:
    """Delete vectors of texts that no profile has any more: they were somebody's words."""
    with db.atomic():
        kept: set[str] = set()
        for side in SIDES:
            seen = pipeline.index.last_round(db, side)
            kept.update(seen.texts.values() if seen else ())
            later = changed_since(db, side, seen.number if seen else 0)
            kept.update(text_hash(profile) for profile in read_profiles(db, side, later))
        forget_vectors(db, kept)
