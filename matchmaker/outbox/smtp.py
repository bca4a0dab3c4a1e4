"""Handing mails to a mail server by SMTP."""

import contextlib
import hashlib
import json
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from matchmaker.clock import to_moment
from matchmaker.config import MailServer
from matchmaker.outbox.mail import (
    HEADERS,
    MailServerDownError,
    OutboxMail,
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)


class _Policy(EmailPolicy):
    """Leaves addresses of one word on their line: folded they would be encoded and not found."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in HEADERS:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return bytes(super().fold_binary(name, value))


_POLICY = _Policy(linesep="\r\n")
_SECONDS = 30
_TLS_FROM_THE_START = 465
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)


def smtp_sender(
    server: MailServer, sender: str, *, context: ssl.SSLContext | None = None
) -> Callable[[OutboxMail], None]:
    """Return the function that ``deliver_due`` sends with.

    `sender` is the From header, as "Sundhedsinnovation <no-reply@hub.example>". With ``use_tls``
    the connection is encrypted before anything is said (port 465) or by STARTTLS, and the
    server's certificate must be valid; `context` replaces what is trusted.
    """

    def send(mail: OutboxMail) -> None:
        try:
            message = build_message(mail, sender)
        except (ValueError, MessageError) as error:
            raise PermanentMailError(_reason(error)) from error
        with _connected(server, context or ssl.create_default_context()) as connection:
            _hand_over(connection, message)

    return send


def build_message(mail: OutboxMail, sender: str) -> EmailMessage:
    """Return the mail with its text and HTML part, the same bytes each time.

    The Message-ID follows from the key, so that a receiving server can drop a copy when a mail
    had to be sent a second time.
    """
    name, address = parseaddr(sender)
    domain = _plain_domain(address)
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(name, addr_spec=_with_plain_domain(address))
    message["To"] = Address(addr_spec=_with_plain_domain(mail.recipient))
    message["Subject"] = mail.subject
    created = to_moment(mail.created_at)
    if created:
        message["Date"] = format_datetime(created)
    message["Message-ID"] = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:40]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in json.loads(mail.headers).items():
        message[name] = value
    message.set_content(mail.body_text, cte="quoted-printable")
    message.add_alternative(mail.body_html, subtype="html", cte="quoted-printable")
    if mail.calendar:
        _attach(message, mail.calendar)
    # Only now: what begins with Content would have moved into the first part.
    message["Content-Language"] = mail.language
    return message


def _attach(message: EmailMessage, calendar: str) -> None:
    """Attach an invitation so that calendars offer to take it in."""
    method = _METHOD.search(calendar)
    message.add_attachment(
        calendar.encode(),
        maintype="text",
        subtype="calendar",
        filename="invitation.ics",
        params={"charset": "utf-8", **({"method": method[1]} if method else {})},
    )


@contextlib.contextmanager
def _connected(server: MailServer, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """Yield a connection that is ready for a mail; whatever fails until then may be tried again."""
    try:
        connection = _connect(server, context)
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerDownError(_reason(error)) from error
    try:
        yield connection
    finally:
        # The mail is accepted or not by now; a server that hangs up rudely changes nothing.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def _connect(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.use_tls and server.port == _TLS_FROM_THE_START:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        if server.use_tls and server.port != _TLS_FROM_THE_START:
            connection.starttls(context=context)
        if server.username:
            connection.login(server.username, server.password or "")
    except BaseException:
        connection.close()
        raise
    return connection


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> None:
    """Send the message; tell what was refused for good, for now, or left in the open."""
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise _refusal(code, reply) from error
    except smtplib.SMTPServerDisconnected as error:
        raise UncertainMailError(_reason(error)) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPException as error:
        raise PermanentMailError(_reason(error)) from error
    except OSError as error:
        raise UncertainMailError(_reason(error)) from error


def _refusal(code: int, reply: bytes | str) -> TemporaryMailError | PermanentMailError:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    kind = PermanentMailError if code >= 500 else TemporaryMailError
    return kind(f"{code} {words}"[:300])


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _plain_domain(address: str) -> str:
    """Return the domain in letters that every server knows: "ø.dk" as "xn--...".

    >>> _plain_domain("ole@sygehus-ø.example")
    'xn--sygehus--d5a.example'
    """
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _with_plain_domain(address: str) -> str:
    return f"{address.rpartition('@')[0]}@{_plain_domain(address)}"
