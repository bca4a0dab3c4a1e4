"""The moment all have said yes: names open, and everybody gets the same introduction."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.clock import to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.changes import change, read_for_change, record
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.consent import Apart, check_conflicts, list_apart
from matchmaker.collaborations.disclosure import disclose
from matchmaker.collaborations.errors import StageError
from matchmaker.collaborations.queries import get_collaboration
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

    Where a conflict of interest has come up since they were asked, the answers stand, nobody is
    introduced, and staff are told. Call it inside the transaction that stored the answer: a yes
    that completes the circle and what follows from it are kept or lost together.
    """
    if not collaboration.is_held_back:
        return False
    apart = list_apart(db, collaboration.parties, now=now)
    if apart:
        _hold_back(db, collaboration, apart, actor_id=actor_id, links=links, now=now)
        return False
    _introduce(db, collaboration, actor_id=actor_id, links=links, now=now)
    return True


def introduce(
    db: Database,
    collaboration_id: int,
    *,
    version: int | None = None,
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Introduce parties that a conflict of interest held back, once it has ended.

    Done twice is done once.

    Raises
    ------
    StageError
        When the parties have not all said yes, or the collaboration has been closed.
    ConflictError
        When two of them have a conflict of interest still, or `actor` has one with a party.
    StaleError
        When somebody changed the collaboration meanwhile.
    """
    with db.atomic():
        known = get_collaboration(db, collaboration_id)
        if known.contacts_are_open and not known.is_closed:
            return
        before = read_for_change(db, collaboration_id, version)
        if not before.is_held_back:
            raise StageError(before.stage)
        check_conflicts(db, before.parties, actor=actor, now=now)
        _introduce(db, before, actor_id=actor.id, links=links, now=now)


def _introduce(
    db: Database, collaboration: Collaboration, *, actor_id: int, links: Links, now: datetime
) -> None:
    accepted = change(db, collaboration, now=now, stage="accepted")
    record(db, "accept", collaboration, accepted, actor_id=actor_id, now=now)
    introduced = change(db, accepted, now=now, stage="introduced", introduced_at=to_text(now))
    record(db, "introduce", accepted, introduced, actor_id=actor_id, now=now)
    record_contact(
        db, introduced.need_id, "introduction", collaboration_id=introduced.id,
        item=Item("collaboration", introduced.id), actor_id=actor_id, now=now,
    )  # fmt: skip
    # What a conflict kept hidden opens now, together with the names.
    for what in ("organisation", "names"):
        disclose(db, introduced, what, actor_id=actor_id, now=now)
    for party in introduced.parties:
        mails.send_introduction(db, introduced, party, links=links, now=now)


def _hold_back(
    db: Database,
    collaboration: Collaboration,
    apart: Sequence[Apart],
    *,
    actor_id: int,
    links: Links,
    now: datetime,
) -> None:
    conflicts = [
        {
            "kind": each.kind,
            "one_id": each.one.organisation_id,
            "other_id": each.other.organisation_id,
        }
        for each in apart
    ]
    record(
        db, "hold_back", collaboration, collaboration, actor_id=actor_id, now=now,
        conflicts=conflicts,
    )  # fmt: skip
    mails.tell_staff_of_conflict(db, collaboration, apart, links=links, now=now)
