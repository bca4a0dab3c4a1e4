"""Inviting colleagues by mail, and accepting such an invitation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from matchmaker.accounts.account import ROLES, Account, NotPermittedError
from matchmaker.accounts.actions import create_account
from matchmaker.accounts.address import normal_address
from matchmaker.accounts.memberships import WrongRoleError, give_role
from matchmaker.accounts.queries import find_account_by_email
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.organisations.mails import send_invitation
from matchmaker.organisations.organisation import Organisation
from matchmaker.organisations.queries import get_organisation
from matchmaker.outbox.links import LinkError, Links
from matchmaker.screening.screen import refuse_patient_data

VALID_DAYS: Final = 14
PURPOSE: Final = "invitation"


class AlreadyMemberError(ValueError):
    """The person belongs to the organisation already."""


class InvitationError(LookupError):
    """The invitation is used, withdrawn, expired, or none of ours."""


@dataclass(frozen=True)
class Invitation:
    id: int
    organisation: Organisation
    email: str
    role: str


def invite_colleague(
    db: Database,
    organisation_id: int,
    email: str,
    role: str,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> int:
    """Mail an invitation; an open one to the same address is replaced. Return its id.

    Raises
    ------
    NotPermittedError, WrongRoleError
        When the actor may not give the role here, or it does not fit the organisation.
    BadAddressError
        When `email` is no e-mail address.
    AlreadyMemberError
        When the person belongs to the organisation already.
    PatientDataFound
        When the address holds a CPR number.
    """
    organisation = get_organisation(db, organisation_id)
    _require_right_to_give(organisation, role, actor)
    address = normal_address(email)
    refuse_patient_data({"email": address})
    invited = find_account_by_email(db, address)
    _refuse_member(invited, organisation_id)
    with db.atomic():
        _withdraw_earlier(db, organisation_id, address, now)
        row = {
            "organisation_id": organisation_id,
            "email": address,
            "role": role,
            "invited_by": actor.id,
            "created_at": to_text(now),
            "expires_at": to_text(now + timedelta(days=VALID_DAYS)),
        }
        invitation_id = db.insert_row("invitation", row)
        _record(db, "invitation.send", invitation_id, actor.id, now, role=role)
        token = links.sign(PURPOSE, invitation_id=invitation_id)
        send_invitation(
            db,
            invitation_id,
            address,
            organisation=organisation,
            inviter=actor,
            language=invited.language if invited else actor.language,
            link=links.page(f"/invitations/{token}"),
            now=now,
        )
    return invitation_id


def _require_right_to_give(organisation: Organisation, role: str, actor: Account) -> None:
    if role not in organisation.roles_given_by(actor):
        raise NotPermittedError(role) if role in ROLES else WrongRoleError(role)


def _refuse_member(invited: Account | None, organisation_id: int) -> None:
    if invited and any(m.organisation_id == organisation_id for m in invited.memberships):
        raise AlreadyMemberError(invited.email)


def withdraw_invitation(
    db: Database, organisation_id: int, invitation_id: int, *, actor: Account, now: datetime
) -> None:
    """Make an open invitation worthless and forget the address.

    Raises
    ------
    NotPermittedError
        When the actor may not manage the organisation.
    InvitationError
        When it is not open, or another organisation's.
    """
    if not actor.may_edit(organisation_id):
        raise NotPermittedError(f"{actor.id} may not manage {organisation_id}")
    with db.atomic():
        row = db.first(
            "select id from invitation where id = ? and organisation_id = ?"
            " and accepted_at is null and withdrawn_at is null",
            (invitation_id, organisation_id),
        )
        if row is None:
            raise InvitationError(invitation_id)
        db["invitation"].update(invitation_id, {"withdrawn_at": to_text(now), "email": ""})
        _record(db, "invitation.withdraw", invitation_id, actor.id, now)


def read_invitation(db: Database, token: str, *, links: Links, now: datetime) -> Invitation:
    """Return the open invitation behind a link.

    Raises
    ------
    InvitationError
        When the link or the invitation is not good now.
    """
    try:
        payload = links.read(PURPOSE, token, max_age_days=VALID_DAYS)
    except LinkError as error:
        raise InvitationError(token) from error
    row = db.first(
        "select id, organisation_id, email, role from invitation where id = ?"
        " and accepted_at is null and withdrawn_at is null and expires_at > ?",
        (payload["invitation_id"], to_text(now)),
    )
    if row is None:
        raise InvitationError(payload["invitation_id"])
    organisation = get_organisation(db, row["organisation_id"])
    return Invitation(row["id"], organisation, row["email"], row["role"])


def accept_invitation(
    db: Database, invitation: Invitation, *, account: Account, now: datetime
) -> None:
    """Let a person in who has an account. A role they have there already is kept if it is more.

    Raises
    ------
    InvitationError
        When somebody used or withdrew it in between.
    NotPermittedError
        When the account is closed.
    """
    if not account.is_active:
        raise NotPermittedError(f"account {account.id} is closed")
    with db.atomic():
        taken = db.execute(
            "update invitation set accepted_at = ?, email = '' where id = ?"
            " and accepted_at is null and withdrawn_at is null",
            (to_text(now), invitation.id),
        )
        if taken.rowcount != 1:
            raise InvitationError(invitation.id)
        if not _has_as_much(account, invitation):
            give_role(
                db, account.id, invitation.organisation.id, invitation.role, actor=None, now=now
            )
        _record(db, "invitation.accept", invitation.id, account.id, now)


def accept_as_new(
    db: Database, invitation: Invitation, *, name: str, language: str, now: datetime
) -> Account:
    """Create an account for the invited address and let it in. The mail proved the address.

    Raises
    ------
    InvitationError
        When somebody used or withdrew it in between.
    AddressTakenError
        When the address has an account by now.
    """
    with db.atomic():
        account = create_account(db, email=invitation.email, name=name, language=language, now=now)
        accept_invitation(db, invitation, account=account, now=now)
    return account


def _has_as_much(account: Account, invitation: Invitation) -> bool:
    return any(
        membership.organisation_id == invitation.organisation.id
        and ROLES.index(membership.role) >= ROLES.index(invitation.role)
        for membership in account.memberships
    )


def _withdraw_earlier(db: Database, organisation_id: int, address: str, now: datetime) -> None:
    """Close what the new invitation replaces."""
    db.execute(
        "update invitation set withdrawn_at = ?, email = '' where organisation_id = ?"
        " and email = ? and accepted_at is null and withdrawn_at is null",
        (to_text(now), organisation_id, address),
    )


def _record(
    db: Database, action: str, invitation_id: int, actor_id: int, now: datetime, **detail: Any
) -> None:
    log.record(db, action, "invitation", invitation_id, actor_id=actor_id, now=now, **detail)
