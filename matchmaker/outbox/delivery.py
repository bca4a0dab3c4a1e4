"""Sending what is due, each mail once.

A mail is marked ``sending`` and committed before it is handed to the mail server, and ``sent``
afterwards. A process that dies in between leaves it ``sending``; ten minutes later it becomes
``uncertain``, because nobody can know whether it went out, and a person decides.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.mail import (
    MailServerDownError,
    OutboxMail,
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)
from matchmaker.outbox.queries import find_due_mail, list_abandoned_mails

#: Hands a mail to the mail server; see ``smtp.smtp_sender``.
Send = Callable[[OutboxMail], None]

PATIENCE = timedelta(minutes=10)
#: So that a round is over long before its mails look abandoned.
MAILS_IN_A_ROUND = 100


def deliver_due(db: Database, send: Send, *, now: datetime) -> int:
    """Send the mails that are due, at most 100, and return how many went out.

    Several deliverers may run at once: a mail is claimed by one of them. A round ends early when
    the mail server cannot be reached.
    """
    mark_abandoned(db, now=now)
    sent = 0
    for _ in range(MAILS_IN_A_ROUND):
        mail = _claim(db, now)
        if mail is None:
            break
        try:
            sent += _deliver(db, mail, send, now)
        except MailServerDownError:
            break
    return sent


def mark_abandoned(db: Database, *, now: datetime) -> None:
    """Make mails uncertain that have been ``sending`` for ten minutes."""
    with db.atomic():
        for mail in list_abandoned_mails(db, to_text(now)):
            _finish(db, mail, "uncertain", now, error="the process ended while sending")


def _claim(db: Database, now: datetime) -> OutboxMail | None:
    """Take the next due mail for this process alone; committed before anything is sent."""
    with db.atomic():
        mail = find_due_mail(db, to_text(now))
        if mail is None:
            return None
        until = to_text(now + PATIENCE)
        db.execute(
            "update outbox_mail set state = 'sending', attempts = attempts + 1,"
            " next_attempt_at = ? where id = ?",
            (until, mail.id),
        )
    return replace(mail, state="sending", attempts=mail.attempts + 1, next_attempt_at=until)


def _deliver(db: Database, mail: OutboxMail, send: Send, now: datetime) -> bool:
    try:
        send(mail)
    except TemporaryMailError as error:
        _try_later(db, mail, error, now)
        if isinstance(error, MailServerDownError):
            raise
        return False
    except PermanentMailError as error:
        _finish(db, mail, "failed", now, error=str(error))
        return False
    except UncertainMailError as error:
        _finish(db, mail, "uncertain", now, error=str(error))
        return False
    _finish(db, mail, "sent", now)
    return True


def _try_later(db: Database, mail: OutboxMail, error: Exception, now: datetime) -> None:
    again = mail.next_attempt_after(now)
    if again is None:
        _finish(db, mail, "failed", now, error=str(error))
    else:
        _finish(db, mail, "waiting", now, error=str(error), again=again)


def _finish(
    db: Database,
    mail: OutboxMail,
    state: str,
    now: datetime,
    *,
    error: str | None = None,
    again: datetime | None = None,
) -> None:
    """Note how this attempt ended, unless another attempt at the mail has begun since."""
    with db.atomic():
        cursor = db.execute(
            "update outbox_mail set state = ?, last_error = ?, next_attempt_at = ?, sent_at = ?"
            " where id = ? and attempts = ? and state in ('sending', 'uncertain')",
            (
                state, error, to_text(again or now), to_text(now) if state == "sent" else None,
                mail.id, mail.attempts,
            ),
        )  # fmt: skip
        if cursor.rowcount and state in ("failed", "uncertain"):
            log.record(
                db, f"mail.{state}", "mail", mail.id, actor_id=None, now=now,
                from_state="sending", to_state=state, kind=mail.kind, attempts=mail.attempts,
            )  # fmt: skip
