"""Mails to a person about their own account, in their own language."""

from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.rendering import render_mail


def send_mail(
    db: Database, template: str, account: Account, *, key: str, now: datetime, **values: Any
) -> None:
    """Put a mail to the person into the outbox, in the transaction of the change it tells of."""
    mail = render_mail(template, account.language, **values)
    db["outbox_mail"].insert(
        {
            "key": key,
            "kind": template,
            "account_id": account.id,
            "recipient": account.email,
            "language": account.language,
            "subject": mail.subject,
            "body_text": mail.body_text,
            "body_html": mail.body_html,
            "next_attempt_at": to_text(now),
            "created_at": to_text(now),
        }
    )


def tell_of_new_password(db: Database, account_id: int, *, now: datetime) -> None:
    account = get_account(db, account_id)
    with db.atomic():
        key = f"new-password:{account_id}:{now.timestamp()}"
        send_mail(db, "new_password", account, key=key, now=now, name=account.name)
