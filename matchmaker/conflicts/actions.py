"""Declaring a conflict of interest, and ending one."""

from datetime import datetime

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.conflicts.conflict import Conflict, Declaration
from matchmaker.conflicts.queries import get_conflict
from matchmaker.database import Database
from matchmaker.screening.screen import refuse_patient_data


def declare_conflict(
    db: Database, declaration: Declaration, *, actor: Account, now: datetime
) -> int:
    """Keep two sides apart from the day on that is declared; return the id of the conflict.

    The same declared twice is one conflict. Staff declare anything, others their own ties and
    what concerns an organisation that they may edit.

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
