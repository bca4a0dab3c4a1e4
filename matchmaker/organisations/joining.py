"""How strangers come in: registering by mail, and asking to join what is here already."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.accounts.actions import create_account
from matchmaker.accounts.address import keyed_hash, normal_address
from matchmaker.accounts.memberships import give_role
from matchmaker.accounts.queries import find_account_by_email, get_account, list_editors
from matchmaker.accounts.sign_in_codes import make_sign_in_link
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.organisations import mails
from matchmaker.organisations.actions import register_organisation
from matchmaker.organisations.organisation import OPEN_KINDS, Details, Organisation
from matchmaker.organisations.queries import (
    NoHubError,
    find_by_cvr,
    find_by_name,
    get_organisation,
    hub_for_region,
    list_hub_staff,
)
from matchmaker.outbox.links import Links
from matchmaker.screening.screen import refuse_patient_data

VALID: Final = timedelta(hours=48)


class RegistrationError(LookupError):
    """The link from the mail is used, has expired, or is none of ours."""


class JoinRequestError(LookupError):
    """There is no such request, or somebody has answered it."""


@dataclass(frozen=True)
class Newcomer:
    """What a stranger fills in about themselves."""

    email: str
    name: str
    title: str
    language: str
    #: The page they wanted before they had an account.
    next_path: str = ""


@dataclass(frozen=True)
class Entry:
    """What came of an entry: the organisation, and whether its editors must say yes first."""

    account: Account
    organisation: Organisation
    must_wait: bool
    next_path: str = ""


def start_registration(
    db: Database, newcomer: Newcomer, details: Details, *, links: Links, now: datetime
) -> None:
    """Mail a link that completes the registration. Until it is used nothing exists.

    An address with an account gets a link to sign in instead, so that who registers learns
    nothing of who is here.

    Raises
    ------
    BadAddressError, OrganisationError
        When something does not hold; nothing has been mailed.
    NotPermittedError
        When the kind is one that hub staff sets up.
    PatientDataFound
        When one of the texts holds a CPR number.
    """
    refuse_patient_data({"email": newcomer.email, "name": newcomer.name, "title": newcomer.title})
    address, checked = normal_address(newcomer.email), details.checked()
    if checked.kind not in OPEN_KINDS:
        raise NotPermittedError(checked.kind)
    with db.atomic():
        known = find_account_by_email(db, address)
        if known is None:
            _keep(db, address, newcomer, checked, links=links, now=now)
        elif known.is_active:
            link = make_sign_in_link(db, known, links=links, now=now, next_path=newcomer.next_path)
            mails.send_already_registered(db, known, link=link, now=now)


def find_registration(db: Database, token: str, *, links: Links, now: datetime) -> str:
    """Return the address behind a link, without using it.

    Raises
    ------
    RegistrationError
        When the link is not good now.
    """
    row = db.first(
        "select email from registration where link_hash = ? and expires_at > ?",
        (_hash(token, links), to_text(now)),
    )
    if row is None:
        raise RegistrationError
    return str(row["email"])


def complete_registration(db: Database, token: str, *, links: Links, now: datetime) -> Entry:
    """Create the account, and the organisation or a request to join it; use the link up.

    Raises
    ------
    RegistrationError
        When the link is not good now.
    """
    with db.atomic():
        address = find_registration(db, token, links=links, now=now)
        row = db.first(
            "select id, details from registration where link_hash = ?", (_hash(token, links),)
        )
        if row is None:
            raise RegistrationError
        kept = json.loads(row["details"])
        db["registration"].delete_where("email = ?", [address])
        account = find_account_by_email(db, address) or create_account(
            db,
            email=address,
            name=kept["name"],
            title=kept["title"],
            language=kept["language"],
            now=now,
        )
        entry = enter(db, Details(**kept["organisation"]), account=account, links=links, now=now)
        return replace(entry, next_path=kept["next_path"])


def enter(
    db: Database, details: Details, *, account: Account, links: Links, now: datetime
) -> Entry:
    """Let a person into an organisation: a new one at once, one that is here when it says yes.

    Raises
    ------
    OrganisationError, NotPermittedError
        As :func:`~matchmaker.organisations.actions.register_organisation`.
    """
    checked = details.checked()
    with db.atomic():
        here = _find_here(db, checked)
        if here is None:
            new_id = register_organisation(db, checked, actor=account, now=now)
            return Entry(get_account(db, account.id), get_organisation(db, new_id), must_wait=False)
        if not account.belongs_to(here.id):
            ask_to_join(db, here, account=account, links=links, now=now)
        return Entry(account, here, must_wait=not account.belongs_to(here.id))


def ask_to_join(
    db: Database, organisation: Organisation, *, account: Account, links: Links, now: datetime
) -> None:
    """Ask those who speak for the organisation, or its hub when nobody does. Asked once only."""
    with db.atomic():
        open_request = db.first(
            "select id from join_request where organisation_id = ? and account_id = ?"
            " and decided_at is null",
            (organisation.id, account.id),
        )
        if open_request:
            return
        row = {
            "organisation_id": organisation.id,
            "account_id": account.id,
            "created_at": to_text(now),
        }
        request_id = db.insert_row("join_request", row)
        _record(
            db, "join_request.ask", request_id, account.id, now, organisation_id=organisation.id
        )
        link = links.page(f"/organisations/{organisation.id}/colleagues")
        for reader in _who_decides(db, organisation):
            mails.send_join_request(
                db, request_id, reader, person=account, organisation=organisation, link=link,
                now=now,
            )  # fmt: skip


def answer_join_request(
    db: Database,
    request_id: int,
    role: str | None,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Let a person in with this role, or with None decline; either way they are told.

    Raises
    ------
    JoinRequestError
        When it has been answered, or does not exist.
    NotPermittedError, WrongRoleError
        When the actor may not manage the organisation or give the role.
    """
    with db.atomic():
        request = db.first(
            "select * from join_request where id = ? and decided_at is null", (request_id,)
        )
        if request is None:
            raise JoinRequestError(request_id)
        organisation = get_organisation(db, request["organisation_id"])
        if not actor.may_edit(organisation.id):
            raise NotPermittedError(f"{actor.id} may not manage {organisation.id}")
        if role:
            give_role(db, request["account_id"], organisation.id, role, actor=actor, now=now)
        answer = {"decided_at": to_text(now), "decided_by": actor.id, "granted": int(bool(role))}
        db["join_request"].update(request_id, answer)
        _record(db, "join_request.answer", request_id, actor.id, now, granted=bool(role))
        mails.send_join_answer(
            db,
            request_id,
            get_account(db, request["account_id"]),
            organisation=organisation,
            is_granted=bool(role),
            link=links.page("/mine"),
            now=now,
        )


def _keep(
    db: Database, address: str, newcomer: Newcomer, details: Details, *, links: Links, now: datetime
) -> None:
    db["registration"].delete_where("expires_at < ?", [to_text(now)])
    token = secrets.token_urlsafe(24)
    name = " ".join(newcomer.name.split())
    kept = {
        "name": name,
        "title": newcomer.title.strip(),
        "language": newcomer.language,
        "next_path": newcomer.next_path,
        "organisation": asdict(details),
    }
    row = {
        "email": address,
        "link_hash": _hash(token, links),
        "details": json.dumps(kept, ensure_ascii=False),
        "created_at": to_text(now),
        "expires_at": to_text(now + VALID),
    }
    mails.send_confirm_registration(
        db,
        db.insert_row("registration", row),
        address,
        name=name,
        language=newcomer.language,
        link=links.page(f"/register/{token}"),
        now=now,
    )


def _find_here(db: Database, details: Details) -> Organisation | None:
    """Return the same organisation, if it is here: by its number, else by its name.

    Two companies may share a name; two different numbers are two organisations.
    """
    if details.cvr and (by_number := find_by_cvr(db, details.cvr)):
        return by_number
    by_name = find_by_name(db, details.name)
    if by_name and details.cvr and by_name.cvr:
        return None
    return by_name


def _who_decides(db: Database, organisation: Organisation) -> list[Account]:
    editors = list_editors(db, organisation.id)
    if editors:
        return editors
    try:
        return list_hub_staff(db, hub_for_region(db, organisation.region))
    except NoHubError:
        return []


def _hash(token: str, links: Links) -> str:
    return keyed_hash(links.secret_key, "registration", token)


def _record(
    db: Database, action: str, request_id: int, actor_id: int, now: datetime, **detail: Any
) -> None:
    log.record(db, action, "join_request", request_id, actor_id=actor_id, now=now, **detail)
