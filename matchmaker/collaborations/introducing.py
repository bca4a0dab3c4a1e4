"""The moment all have said yes: names open, and everybody gets the same introduction."""

from datetime import datetime

from matchmaker.clock import to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.changes import change, record
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.disclosure import disclose
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement.contact import Item
from matchmaker.procurement.log import record_contact


def introduce_if_agreed(
    db: Database,
    collaboration: Collaboration,
    *,
    actor_id: int,
    links: Links,
    now: datetime,
) -> bool:
    """Introduce the parties when every last answer is yes; return whether that happened.

    Call it inside the transaction that stored the answer: a yes that completes the circle and
    the introduction are kept or lost together.
    """
    if collaboration.stage != "invited" or not collaboration.everyone_agrees:
        return False
    accepted = change(db, collaboration, now=now, stage="accepted")
    record(db, "accept", collaboration, accepted, actor_id=actor_id, now=now)
    introduced = change(db, accepted, now=now, stage="introduced", introduced_at=to_text(now))
    record(db, "introduce", accepted, introduced, actor_id=actor_id, now=now)
    record_contact(
        db, introduced.need_id, "introduction", collaboration_id=introduced.id,
        item=Item("collaboration", introduced.id), actor_id=actor_id, now=now,
    )  # fmt: skip
    disclose(db, introduced, "names", actor_id=actor_id, now=now)
    for party in introduced.parties:
        mails.send_introduction(db, introduced, party, links=links, now=now)
    return True
