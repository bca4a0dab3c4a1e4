"""Writing the equal-information log. Lines are added and never changed; a mistake gets a line too.

Other packages write with :func:`record_contact`, in the transaction of what they tell about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.procurement.audience import Shown, list_readers, list_shown
from matchmaker.procurement.contact import BY_HAND, KINDS, STANDS, Item
from matchmaker.procurement.errors import (
    AlreadyCorrectedError,
    ContactDateError,
    ContactKindError,
    EmptyTextError,
    NotShownError,
)
from matchmaker.procurement.rights import get_kept
from matchmaker.screening.screen import refuse_patient_data

SUMMARY_LENGTH = 200


@dataclass(frozen=True)
class Receiver:
    """Who got it: an organisation that offers something, and perhaps the person it went to."""

    organisation_id: int
    account_id: int | None = None


def record_contact(
    db: Database,
    need_id: int | None,
    kind: str,
    *,
    actor_id: int | None,
    now: datetime,
    receivers: Iterable[Receiver] | None = None,
    collaboration_id: int | None = None,
    item: Item | None = None,
    summary: str = "",
    happened_on: date | None = None,
) -> list[int]:
    """Add one line for each receiver and return their ids; the same item twice is one line.

    What was taken back may be written down anew, such as a meeting on another day.

    Call it inside ``db.atomic()``. Without `receivers` it was given to all who take part in the
    collaboration beside the need. `summary` names a thing, such as a document: never a person.
    A collaboration without a need has no log, and nothing is written.

    Raises
    ------
    PatientDataFound
        When the summary holds a CPR number.

    >>> record_contact(db, need_id, "document", collaboration_id=7, item=Item("file", 3),
    ...     summary="Plan for the test", actor_id=1, now=now)  # doctest: +SKIP
    [12, 13]
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of contact")
    if need_id is None:
        return []
    refuse_patient_data({"summary": summary})
    if receivers is None:
        receivers = list_receivers(db, collaboration_id)
    common = {
        "need_id": need_id,
        "collaboration_id": collaboration_id,
        "kind": kind,
        "item_kind": item.kind if item else None,
        "item_id": item.id if item else None,
        "summary": summary.strip()[:SUMMARY_LENGTH],
        "happened_on": happened_on.isoformat() if happened_on else None,
        "actor_id": actor_id,
        "at": to_text(now),
    }
    return [
        db.insert_row(
            "procurement_contact",
            {**common, "organisation_id": each.organisation_id, "account_id": each.account_id},
        )
        for each in receivers
        if not _is_recorded(db, need_id, kind, each, item)
    ]


def list_receivers(db: Database, collaboration_id: int | None) -> list[Receiver]:
    """Return who takes part in a collaboration beside the need."""
    rows = db.rows(
        "select organisation_id, account_id from collaboration_party where collaboration_id = ?"
        " and need_id is null and invited_at is not null and ended_at is null order by id",
        (collaboration_id,),
    )
    return [Receiver(**row) for row in rows]


def receivers_of(db: Database, organisations: Iterable[Shown]) -> list[Receiver]:
    """Return the organisations as receivers, each with who reads for it."""
    readers = ((shown, list_readers(db, shown)) for shown in organisations)
    return [
        Receiver(shown.organisation_id, found[0].id if found else None) for shown, found in readers
    ]


def write_down(
    db: Database,
    need_id: int,
    kind: str,
    organisation_id: int,
    summary: str,
    happened_on: date,
    *,
    actor: Account,
    now: datetime,
) -> int:
    """Return the id of a line about what happened outside the system; the same twice is one line.

    Raises
    ------
    ContactKindError, ContactDateError, EmptyTextError, NotShownError
        When it is no such kind, has not happened yet, says nothing, or the organisation was never
        shown the need.
    NotPermittedError
        When the need is somebody else's.
    """
    get_kept(db, need_id, actor)
    if kind not in BY_HAND:
        raise ContactKindError(kind)
    if happened_on > danish_day(now):
        raise ContactDateError(happened_on)
    if not summary.strip():
        raise EmptyTextError("summary")
    with db.atomic():
        if organisation_id not in {shown.organisation_id for shown in list_shown(db, need_id)}:
            raise NotShownError(organisation_id)
        known = _find_written(db, need_id, kind, organisation_id, summary, happened_on, actor)
        if known is not None:
            return known
        (contact_id,) = record_contact(
            db, need_id, kind, receivers=[Receiver(organisation_id)], summary=summary,
            happened_on=happened_on, actor_id=actor.id, now=now,
        )  # fmt: skip
        _audit(db, "write_down", need_id, actor, now, contact_id=contact_id, kind=kind)
    return contact_id


def correct(db: Database, need_id: int, contact_id: int, *, actor: Account, now: datetime) -> None:
    """Say that a line written by hand was a mistake; the line itself stays to be seen.

    Raises
    ------
    AlreadyCorrectedError
        When the line is corrected already, or the system wrote it.
    NotPermittedError
        When the need is somebody else's.
    """
    get_kept(db, need_id, actor)
    with db.atomic():
        line = db.first(
            "select * from procurement_contact c where id = ? and need_id = ?"
            f" and item_kind is null and {STANDS}",
            (contact_id, need_id),
        )
        if line is None or line["kind"] not in BY_HAND:
            raise AlreadyCorrectedError(contact_id)
        record_contact(
            db, need_id, "correction", receivers=[Receiver(line["organisation_id"])],
            item=Item("contact", contact_id), actor_id=actor.id, now=now,
        )  # fmt: skip
        _audit(db, "correct", need_id, actor, now, contact_id=contact_id)


def take_back(
    db: Database,
    need_id: int | None,
    kind: str,
    item: Item,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say that something was not given after all, such as a meeting that was called off.

    Call it inside ``db.atomic()``. Its lines stay to be seen and count no more.
    """
    lines = db.rows(
        "select id, organisation_id from procurement_contact where need_id = ? and kind = ?"
        " and (item_kind, item_id) = (?, ?)",
        (need_id, kind, item.kind, item.id),
    )
    for line in lines:
        record_contact(
            db, need_id, "correction", receivers=[Receiver(line["organisation_id"])],
            item=Item("contact", line["id"]), actor_id=actor_id, now=now,
        )  # fmt: skip


def _is_recorded(
    db: Database, need_id: int, kind: str, receiver: Receiver, item: Item | None
) -> bool:
    if item is None:
        return False
    found = db.first(
        "select 1 from procurement_contact c where (need_id, organisation_id, kind) = (?, ?, ?)"
        f" and (item_kind, item_id) = (?, ?) and {STANDS}",
        (need_id, receiver.organisation_id, kind, item.kind, item.id),
    )
    return found is not None


def _find_written(
    db: Database,
    need_id: int,
    kind: str,
    organisation_id: int,
    summary: str,
    happened_on: date,
    actor: Account,
) -> int | None:
    """Return the line that a second click would repeat; one that was taken back is none."""
    row = db.first(
        "select id from procurement_contact c where (need_id, organisation_id, kind) = (?, ?, ?)"
        f" and item_kind is null and (summary, happened_on, actor_id) = (?, ?, ?) and {STANDS}",
        (
            *(need_id, organisation_id, kind),
            *(summary.strip()[:SUMMARY_LENGTH], happened_on.isoformat(), actor.id),
        ),
    )
    return int(row["id"]) if row else None


def _audit(
    db: Database, action: str, need_id: int, actor: Account, now: datetime, **detail: Any
) -> None:
    log.record(db, f"procurement.{action}", "need", need_id, actor_id=actor.id, now=now, **detail)
