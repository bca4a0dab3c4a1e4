"""Mails about belonging to an organisation, in the reader's language."""

from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.mails import send_mail, send_mail_to_address
from matchmaker.database import Database
from matchmaker.organisations.organisation import Organisation


def send_invitation(
    db: Database,
    invitation_id: int,
    address: str,
    *,
    organisation: Organisation,
    inviter: Account,
    language: str,
    link: str,
    now: datetime,
) -> None:
    send_mail_to_address(
        db,
        "invitation",
        address,
        language=language,
        key=f"invitation-{invitation_id}",
        now=now,
        organisation=organisation.name,
        inviter=inviter.name,
        link=link,
    )


def send_confirm_registration(
    db: Database,
    registration_id: int,
    address: str,
    *,
    name: str,
    language: str,
    link: str,
    now: datetime,
) -> None:
    send_mail_to_address(
        db,
        "confirm_registration",
        address,
        language=language,
        key=f"registration-{registration_id}",
        now=now,
        name=name,
        link=link,
    )


def send_already_registered(db: Database, account: Account, *, link: str, now: datetime) -> None:
    key = f"already-registered-{account.id}-{now.timestamp()}"
    send_mail(db, "already_registered", account, key=key, now=now, name=account.name, link=link)


def send_join_request(
    db: Database,
    request_id: int,
    editor: Account,
    *,
    person: Account,
    organisation: Organisation,
    link: str,
    now: datetime,
) -> None:
    send_mail(
        db,
        "join_request",
        editor,
        key=f"join-request-{request_id}-{editor.id}",
        now=now,
        person=person.name,
        address=person.email,
        organisation=organisation.name,
        link=link,
    )


def send_join_answer(
    db: Database,
    request_id: int,
    person: Account,
    *,
    organisation: Organisation,
    is_granted: bool,
    link: str,
    now: datetime,
) -> None:
    values: dict[str, Any] = {"organisation": organisation.name, "is_granted": is_granted}
    key = f"join-answer-{request_id}"
    send_mail(db, "join_answer", person, key=key, now=now, link=link, **values)
