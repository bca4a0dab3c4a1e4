"""Declaring a conflict of interest, and ending one."""

from datetime import datetime

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.conflicts.conflict import Conflict, Declaration
from matchmaker.conflicts.mails import tell_of_ownership
from matchmaker.conflicts.queries import get_conflict
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.screening.screen import refuse_patient_data


def declare_conflict(
    db: Database, declaration: Declaration, *, actor: Account, links: Links, now: datetime
) -> int:
    """Keep two sides apart from the day on that is declared; return the id of the conflict.

    The same declared twice is one conflict. Staff declare anything, others their own ties and
    what concerns an organisation that they may edit. An ownership of an organisation that they
    may not edit holds too, the cautious side; the hub and that organisation are told by mail, and
    it waits on the hub's list to be looked at.

    Raises
    ------
    ConflictDeclarationError
        When something is missing or makes no sense.
    NotPermittedError
        When it is about others.
    PatientDataFound
        When the reason holds data about a patient.
    """
    declaration.check()
    refuse_patient_data({"reason": declaration.reason})
    if not _may_declare(declaration, actor):
        raise NotPermittedError("a conflict is declared by staff, or by who has it")
    with db.atomic():
        known = _find_same(db, declaration)
        if known is not None:
            return known
        conflict_id = db.insert_row("conflict", _row(declaration, actor, now))
        log.record(
            db, "conflict.declare", "conflict", conflict_id, actor_id=actor.id, now=now,
            to_state="declared", kind=declaration.kind, organisation_id=declaration.organisation_id,
            other_id=declaration.other_id, account_id=declaration.account_id,
        )  # fmt: skip
        if _is_from_outside(declaration, actor):
            db["outside_declaration"].insert({"conflict_id": conflict_id})
            tell_of_ownership(db, declaration, actor=actor, links=links, now=now)
    return conflict_id


def end_conflict(db: Database, conflict_id: int, *, actor: Account, now: datetime) -> None:
    """Let the two meet again; ended twice is ended once.

    Raises
    ------
    ConflictNotFoundError
        When none has this id.
    NotPermittedError
        When the actor is neither staff nor who declared it and may still speak of it.
    """
    with db.atomic():
        conflict = get_conflict(db, conflict_id)
        if not may_end(conflict, actor):
            raise NotPermittedError("a conflict is ended by staff, or by who declared it")
        if conflict.ended_at is not None:
            return
        db["conflict"].update(conflict_id, {"ended_at": to_text(now), "ended_by": actor.id})
        log.record(
            db, "conflict.end", "conflict", conflict_id, actor_id=actor.id, now=now,
            from_state="declared", to_state="ended",
        )  # fmt: skip


def look_at_conflict(db: Database, conflict_id: int, *, actor: Account, now: datetime) -> None:
    """Note that staff have looked at what was declared from outside; the first look counts.

    Raises
    ------
    ConflictNotFoundError
        When none has this id.
    NotPermittedError
        When the actor works for no hub.
    """
    if not actor.is_hub_staff:
        raise NotPermittedError("conflicts are looked at by staff")
    with db.atomic():
        if not get_conflict(db, conflict_id).awaits_look:
            return
        looked = {"looked_at": to_text(now), "looked_by": actor.id}
        db["outside_declaration"].update(conflict_id, looked)
        log.record(db, "conflict.look", "conflict", conflict_id, actor_id=actor.id, now=now)


def may_end(conflict: Conflict, actor: Account) -> bool:
    """Whoever declared it ends it, for as long as they might declare it."""
    if actor.is_hub_staff:
        return True
    return conflict.declared_by == actor.id and _may_declare(conflict, actor)


def _may_declare(declaration: Declaration | Conflict, actor: Account) -> bool:
    if actor.is_hub_staff:
        return True
    if declaration.kind == "person":
        return declaration.account_id == actor.id
    sides = (declaration.organisation_id, declaration.other_id)
    return any(side is not None and actor.may_edit(side) for side in sides)


def _is_from_outside(declaration: Declaration, actor: Account) -> bool:
    sides = (declaration.organisation_id, declaration.other_id)
    is_ownership = declaration.kind == "ownership"
    return is_ownership and not all(side is None or actor.may_edit(side) for side in sides)


def _find_same(db: Database, declaration: Declaration) -> int | None:
    row = db.first(
        "select id from conflict where kind = :kind and organisation_id = :organisation"
        " and other_id is :other and account_id is :account and starts_on = :starts"
        " and ends_on is :ends and ended_at is null",
        {
            "kind": declaration.kind,
            "organisation": declaration.organisation_id,
            "other": declaration.other_id,
            "account": declaration.account_id,
            "starts": declaration.starts_on.isoformat(),
            "ends": declaration.ends_on and declaration.ends_on.isoformat(),
        },
    )
    return int(row["id"]) if row else None


def _row(declaration: Declaration, actor: Account, now: datetime) -> dict[str, object]:
    return {
        "kind": declaration.kind,
        "organisation_id": declaration.organisation_id,
        "other_id": declaration.other_id,
        "account_id": declaration.account_id,
        "reason": declaration.reason.strip(),
        "starts_on": declaration.starts_on.isoformat(),
        "ends_on": declaration.ends_on.isoformat() if declaration.ends_on else None,
        "declared_by": actor.id,
        "declared_at": to_text(now),
    }
