"""Asking what came of it: at 6, 12 and 24 months, and once more when nobody answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matchmaker.audit import log
from matchmaker.clock import danish_day, to_moment, to_text
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.mails import list_readers
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import Links
from matchmaker.outcomes.links import answer_page
from matchmaker.outcomes.outcome import FINAL_STATES, due_round
from matchmaker.outcomes.queries import find_last_outcome

REMIND_AFTER = timedelta(days=14)
#: A round that was missed for longer is let be: the next one asks again.
LATE_DAYS = 90

#: What ended otherwise than as agreed is not asked about.
_ASKABLE = "(c.stage <> 'closed' or c.close_reason = 'finished')"
_INTRODUCED = f"""
    select c.id, c.introduced_at, (select min(at) from state_step s where s.noun = 'collaboration'
        and s.record_id = c.id and s.state = 'operation') as operation_at
    from collaboration c
    where c.introduced_at is not null and {_ASKABLE} order by c.id
"""


@dataclass(frozen=True)
class _Due:
    collaboration_id: int
    since: str
    months: int


def chase_outcomes(db: Database, *, links: Links, now: datetime) -> int:
    """Return how many questions and reminders were sent; a second run the same day sends none.

    The months count from the introduction, and anew from the day that operation began. Who has
    said that nothing more is to come is not asked again.
    """
    today = danish_day(now)
    asked = sum(_ask(db, due, links=links, now=now) for due in _due(db, today))
    return asked + sum(_remind(db, each, links=links, now=now) for each in _silent(db, now))


def _due(db: Database, today: date) -> Iterator[_Due]:
    for row in db.rows(_INTRODUCED):
        since = "operation" if row["operation_at"] else "introduction"
        start = to_moment(row["operation_at"] or row["introduced_at"])
        months = due_round(danish_day(start), today, late_days=LATE_DAYS) if start else None
        if months is not None and not _is_asked(db, row["id"], since, months):
            yield _Due(row["id"], since, months)


def _is_asked(db: Database, collaboration_id: int, since: str, months: int) -> bool:
    found = db.first(
        "select 1 from outcome_request where collaboration_id = ? and since = ? and months = ?",
        (collaboration_id, since, months),
    )
    return found is not None


def _ask(db: Database, due: _Due, *, links: Links, now: datetime) -> int:
    with db.atomic():
        if _is_asked(db, due.collaboration_id, due.since, due.months):
            return 0
        row = {**vars(due), "asked_at": to_text(now)}
        request_id = db.insert_row("outcome_request", row)
        collaboration = get_collaboration(db, due.collaboration_id)
        return _send(db, collaboration, request_id, "outcome", links=links, now=now)


def _silent(db: Database, now: datetime) -> list[int]:
    """Return the last questions of two weeks ago that nobody has been reminded of."""
    rows = db.rows(
        "select r.id from outcome_request r join collaboration c on c.id = r.collaboration_id"
        f" where r.reminded_at is null and r.asked_at <= ? and r.asked_at > ? and {_ASKABLE}"
        " and not exists (select 1 from outcome_request later"
        " where later.collaboration_id = r.collaboration_id and later.id > r.id) order by r.id",
        (to_text(now - REMIND_AFTER), to_text(now - timedelta(days=LATE_DAYS))),
    )
    return [row["id"] for row in rows]


def _remind(db: Database, request_id: int, *, links: Links, now: datetime) -> int:
    with db.atomic():
        row = db.first(
            "select * from outcome_request where id = ? and reminded_at is null", (request_id,)
        )
        if row is None:
            return 0
        db["outcome_request"].update(request_id, {"reminded_at": to_text(now)})
        collaboration = get_collaboration(db, row["collaboration_id"])
        return _send(
            db, collaboration, request_id, "outcome_reminder", links=links, now=now,
            unless_since=row["asked_at"],
        )  # fmt: skip


def _send(
    db: Database,
    collaboration: Collaboration,
    request_id: int,
    template: str,
    *,
    links: Links,
    now: datetime,
    unless_since: str | None = None,
) -> int:
    """Mail every party that may still have something to tell; return how many mails."""
    sent = 0
    for party in collaboration.parties:
        if _has_told(db, collaboration, party, unless_since):
            continue
        for reader in list_readers(db, party):
            sent += enqueue_template(
                db, template, reader, key=f"{template}-{request_id}-{party.id}-{reader.id}",
                now=now, person=reader, collaboration=collaboration, party=party,
                link=answer_page(links, party, reader),
            )  # fmt: skip
    action = "outcome_ask" if unless_since is None else "outcome_remind"
    log.record(
        db, f"collaboration.{action}", "collaboration", collaboration.id, actor_id=None, now=now,
        request_id=request_id,
    )  # fmt: skip
    return sent


def _has_told(db: Database, collaboration: Collaboration, party: Party, since: str | None) -> bool:
    last = find_last_outcome(db, collaboration.id, party.id)
    if last is None:
        return False
    return last.state in FINAL_STATES or (since is not None and last.created_at >= since)
