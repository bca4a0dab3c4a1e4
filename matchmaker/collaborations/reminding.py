"""What falls due by the calendar: "later" comes back on its day, silence is asked about once."""

from datetime import datetime, timedelta

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
    `SILENT_DAYS`.
    """
    silent_since = to_text(now - timedelta(days=SILENT_DAYS))
    rows = db.rows(_WAITING, {"today": danish_day(now).isoformat(), "since": silent_since})
    return sum(
        _remind(db, row["collaboration_id"], row["id"], links=links, now=now) for row in rows
    )


_WAITING = """
    select p.id, p.collaboration_id from collaboration_party p
    join collaboration c on c.id = p.collaboration_id and c.stage = 'invited'
    left join interest i on i.party_id = p.id
        and i.sequence = (select max(sequence) from interest where party_id = p.id)
    where p.ended_at is null and (
        (i.answer = 'later' and i.later_on <= :today)
        or (i.answer is null and p.invited_at <= :since)
        or (i.answer = 'yes' and i.circle <> c.circle and c.updated_at <= :since))
    order by p.id
"""


def _remind(
    db: Database, collaboration_id: int, party_id: int, *, links: Links, now: datetime
) -> bool:
    with db.atomic():
        collaboration = get_collaboration(db, collaboration_id)
        party = collaboration.party(party_id)
        # Since the round looked, the last answer may have come in or the party may have left.
        if collaboration.stage != "invited" or party is None or not party.takes_part:
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
    found = db.first("select 1 from outbox_mail where key = ? or key glob ? || '-*'", (key, key))
    return found is not None
