"""What falls due by the calendar: "later" comes back on its day, silence is asked about once."""

from datetime import datetime, timedelta
from typing import Any

from matchmaker.clock import danish_day, to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.changes import record
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.outbox.links import Links

SILENT_DAYS = 7


def remind_due(db: Database, *, links: Links, now: datetime) -> int:
    """Return how many parties were reminded; a second run the same day reminds nobody.

    A party is reminded on the day it named with "later", and once when it has said nothing for
    `SILENT_DAYS`. Being asked again begins a new silence.
    """
    rows = _list_waiting(db, now)
    return sum(
        _remind(db, row["collaboration_id"], row["id"], links=links, now=now) for row in rows
    )


_WAITING = """
    select id, collaboration_id from (
        select p.id, p.collaboration_id, p.invited_at, i.answer, i.later_on,
            case when i.circle <> c.circle then coalesce((select max(e.at) from audit_event e
                where e.subject_kind = 'collaboration' and e.subject_id = c.id
                and e.action = 'collaboration.replace'), c.updated_at) end as asked_again_at
        from collaboration_party p
        join collaboration c on c.id = p.collaboration_id and c.stage = 'invited'
        left join interest i on i.party_id = p.id
            and i.sequence = (select max(sequence) from interest where party_id = p.id)
        where p.ended_at is null and (:party is null or p.id = :party))
    where (answer = 'later' and later_on <= :today and (asked_again_at is null
            or asked_again_at < later_on or asked_again_at <= :since))
        or (answer is null and invited_at <= :since)
        or (answer = 'yes' and asked_again_at <= :since)
    order by id
"""


def _list_waiting(db: Database, now: datetime, party_id: int | None = None) -> list[dict[str, Any]]:
    silent_since = to_text(now - timedelta(days=SILENT_DAYS))
    values = {"today": danish_day(now).isoformat(), "since": silent_since, "party": party_id}
    return db.rows(_WAITING, values)


def _remind(
    db: Database, collaboration_id: int, party_id: int, *, links: Links, now: datetime
) -> bool:
    with db.atomic():
        collaboration = get_collaboration(db, collaboration_id)
        party = collaboration.party(party_id)
        # Since the round looked, the party may have answered or left.
        if party is None or not _list_waiting(db, now, party_id):
            return False
        if not mails.list_readers(db, party):
            return False
        if _is_reminded(db, collaboration, party):
            return False
        mails.send_reminder(db, collaboration, party, links=links, now=now)
        record(
            db, "remind", collaboration, collaboration, actor_id=None, now=now, party_id=party_id
        )
    return True


def _is_reminded(db: Database, collaboration: Collaboration, party: Party) -> bool:
    key = mails.reminder_key(collaboration, party)
    # "." follows "-": the keys that begin so are found by their index.
    found = db.first(
        "select 1 from outbox_mail where key = :key or key > :key || '-' and key < :key || '.'",
        {"key": key},
    )
    return found is not None
