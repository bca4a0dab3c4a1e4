"""Mails to a person about their own account, in their own language."""

from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue, enqueue_template
from matchmaker.outbox.rendering import render_mail


def send_mail(
    db: Database, template: str, account: Account, *, key: str, now: datetime, **values: Any
) -> None:
    """Put a mail to the person into the outbox, in the transaction of the change it tells of."""
    enqueue_template(db, template, account, key=key, now=now, **values)


def send_mail_to_address(
    db: Database,
    template: str,
    address: str,
    *,
    language: str,
    key: str,
    now: datetime,
    **values: Any,
) -> None:
    """The same to somebody who need not have an account yet."""
    mail = render_mail(template, language, **values)
    enqueue(
        db,
        key=key,
        kind=template,
        account_id=None,
        recipient=address,
        language=language,
        subject=mail.subject,
        body_text=mail.body_text,
        body_html=mail.body_html,
        now=now,
    )


def tell_of_new_password(db: Database, account_id: int, *, now: datetime) -> None:
    account = get_account(db, account_id)
    key = f"new-password-{account_id}-{now.timestamp()}"
    send_mail(db, "new_password", account, key=key, now=now, name=account.name)
