"""A mail on its way: waiting, sending, then sent, failed or uncertain."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# How long after each failed attempt the next one comes; when none is left the mail has failed.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)

#: What a mail may say of itself beside what every mail says.
HEADERS = ("List-Unsubscribe", "List-Unsubscribe-Post")


#: What no line of a header may hold: it would end the line, or is never seen.
UNPRINTED = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class MailNotFoundError(LookupError):
    """No mail has this id."""


class MailStateError(ValueError):
    """The mail cannot be sent again in its present state."""


class MailHeaderError(ValueError):
    """The recipient or subject would break out of its header."""


class TemporaryMailError(Exception):
    """The mail was not accepted, and may be tried again later."""


class MailServerDownError(TemporaryMailError):
    """The mail server cannot be reached or refuses us; other mails would fare no better."""


class PermanentMailError(Exception):
    """The mail server refused the mail for good."""


class UncertainMailError(Exception):
    """The connection broke after the mail was handed over: nobody knows whether it went out."""


@dataclass(frozen=True)
class OutboxMail:
    """One mail to one person.

    The bodies may hold links that sign somebody in, and stay out of the ``repr``.
    """

    id: int
    key: str
    kind: str
    account_id: int | None
    recipient: str
    language: str
    subject: str
    body_text: str = field(repr=False)
    body_html: str = field(repr=False)
    state: str
    attempts: int
    next_attempt_at: str
    last_error: str | None
    created_at: str
    sent_at: str | None
    calendar: str | None = field(default=None, repr=False)
    headers: str = field(default="{}", repr=False)

    @property
    def can_be_resent(self) -> bool:
        return self.state in ("failed", "uncertain") and bool(self.recipient and self.body_text)

    def next_attempt_after(self, moment: datetime) -> datetime | None:
        """Return when to try again after a failed attempt, or None when enough was tried."""
        return moment + PAUSES[self.attempts - 1] if self.attempts <= len(PAUSES) else None
