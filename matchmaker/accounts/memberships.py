"""Who may speak for an organisation: giving, changing and ending roles."""

from datetime import datetime

from matchmaker.accounts.account import HUB_ROLES, ROLES, Account, Membership, NotPermittedError
from matchmaker.accounts.queries import get_account, get_membership, list_editors
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database


class LastEditorError(ValueError):
    """Nobody would be left to speak for the organisation; somebody must take over first."""


class WrongRoleError(ValueError):
    """No role of ours, or a hub's role outside a hub."""


def give_role(
    db: Database,
    account_id: int,
    organisation_id: int,
    role: str,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Let a person speak for an organisation in this role, in place of any other they had there.

    Commands and answered invitations have no actor: who may do it was settled before.

    Raises
    ------
    WrongRoleError
        When the role does not exist or does not fit the organisation.
    NotPermittedError
        When the actor may not give this role, or not take away the one the person has.
    LastEditorError
        When nobody would be left to speak for the organisation.
    """
    _check_role(db, organisation_id, role)
    _check_actor(actor, role, organisation_id)
    with db.atomic():
        current = _find(db, account_id, organisation_id)
        if current is None:
            _insert(db, account_id, organisation_id, role, actor=actor, now=now)
        elif current.role != role:
            _check_actor(actor, current.role, organisation_id)
            if role == "member":
                _check_not_last(db, account_id, organisation_id, current)
            db["membership"].update(current.id, {"role": role})
            _record(db, current.id, "membership.change", actor, now, current.role, role)


def end_membership(
    db: Database, account_id: int, organisation_id: int, *, actor: Account, now: datetime
) -> None:
    """End a membership: a person leaves, or somebody who manages the organisation ends it.

    Raises
    ------
    MembershipNotFoundError
        When there is none.
    NotPermittedError
        When it is somebody else's and the actor may not take away its role.
    LastEditorError
        When nobody would be left to speak for the organisation.
    """
    with db.atomic():
        current = get_membership(db, account_id, organisation_id)
        if actor.id != account_id:
            _check_actor(actor, current.role, organisation_id)
        _check_not_last(db, account_id, organisation_id, current)
        db["membership"].update(current.id, {"ended_at": to_text(now)})
        _record(db, current.id, "membership.end", actor, now, current.role, None)


def is_last_editor(db: Database, account_id: int, organisation_id: int) -> bool:
    """Whether nobody but this person may speak for the organisation, or for the one above it."""
    editors = {editor.id for editor in list_editors(db, organisation_id)}
    if editors != {account_id}:
        return False
    row = db.first("select parent_id from organisation where id = ?", (organisation_id,))
    return not row or not row["parent_id"] or not list_editors(db, row["parent_id"])


def _check_role(db: Database, organisation_id: int, role: str) -> None:
    row = db.first("select kind from organisation where id = ?", (organisation_id,))
    if role not in ROLES or (role in HUB_ROLES and (row is None or row["kind"] != "hub")):
        raise WrongRoleError(role)


def _check_actor(actor: Account | None, role: str, organisation_id: int) -> None:
    if actor is not None and not actor.may_give(role, organisation_id):
        raise NotPermittedError(f"{actor.id} may not decide on {role} in {organisation_id}")


def _check_not_last(
    db: Database, account_id: int, organisation_id: int, membership: Membership
) -> None:
    if membership.role != "member" and is_last_editor(db, account_id, organisation_id):
        raise LastEditorError(organisation_id)


def _find(db: Database, account_id: int, organisation_id: int) -> Membership | None:
    memberships = get_account(db, account_id).memberships
    return next((m for m in memberships if m.organisation_id == organisation_id), None)


def _insert(
    db: Database,
    account_id: int,
    organisation_id: int,
    role: str,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    row = {
        "account_id": account_id,
        "organisation_id": organisation_id,
        "role": role,
        "created_at": to_text(now),
    }
    membership_id = db.insert_row("membership", row)
    _record(db, membership_id, "membership.begin", actor, now, None, role)


def _record(
    db: Database,
    membership_id: int,
    action: str,
    actor: Account | None,
    now: datetime,
    from_role: str | None,
    to_role: str | None,
) -> None:
    log.record(
        db,
        action,
        "membership",
        membership_id,
        actor_id=actor.id if actor else None,
        now=now,
        from_state=from_role,
        to_state=to_role,
    )
