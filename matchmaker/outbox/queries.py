"""Reading the outbox."""

from collections.abc import Sequence
from typing import Any

from matchmaker.database import Database
from matchmaker.outbox.mail import MailNotFoundError, OutboxMail


def list_mails(
    db: Database, limit: int = 100, *, states: Sequence[str] = (), account_id: int | None = None
) -> list[OutboxMail]:
    """Return the newest mails, at most `limit`, of all states or of those named.

    With `account_id` only those to that person.

    The bodies come along: show them only where no mail server is set up, because a sign-in link
    opens an account to whoever reads it.
    """
    chosen = ", ".join("?" for _ in states)
    in_state = f"state in ({chosen})" if states else "1"
    # Said only when asked for: with "or" SQLite reads all mails to find one person's.
    to_person = "1" if account_id is None else "account_id = ?"
    person = () if account_id is None else (account_id,)
    rows = db.rows(
        f"select * from outbox_mail where {in_state} and {to_person} order by id desc limit ?",
        (*states, *person, max(limit, 0)),
    )
    return [_mail(row) for row in rows]


def find_mail(db: Database, mail_id: int) -> OutboxMail | None:
    row = db.first("select * from outbox_mail where id = ?", (mail_id,))
    return _mail(row) if row else None


def find_mail_by_key(db: Database, key: str) -> OutboxMail | None:
    row = db.first("select * from outbox_mail where key = ?", (key,))
    return _mail(row) if row else None


def find_due_mail(db: Database, moment: str) -> OutboxMail | None:
    """Return the mail that has waited longest and may be tried at this moment."""
    row = db.first(
        "select * from outbox_mail where state = 'waiting' and next_attempt_at <= ?"
        " order by next_attempt_at, id limit 1",
        (moment,),
    )
    return _mail(row) if row else None


def list_abandoned_mails(db: Database, moment: str) -> list[OutboxMail]:
    """Return the mails whose deliverer should have been done by this moment and never said so."""
    rows = db.rows(
        "select * from outbox_mail where state = 'sending' and next_attempt_at <= ? order by id",
        (moment,),
    )
    return [_mail(row) for row in rows]


def get_mail(db: Database, mail_id: int) -> OutboxMail:
    """Return the mail.

    Raises
    ------
    MailNotFoundError
        When no mail has this id.
    """
    mail = find_mail(db, mail_id)
    if mail is None:
        raise MailNotFoundError(mail_id)
    return mail


def _mail(row: dict[str, Any]) -> OutboxMail:
    return OutboxMail(**row)
