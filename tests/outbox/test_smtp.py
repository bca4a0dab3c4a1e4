"""Mails reach a real SMTP server on this machine with every letter, and errors are told apart."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from matchmaker.config import MailServer
from matchmaker.database import Database
from matchmaker.outbox.delivery import deliver_due
from matchmaker.outbox.mail import (
    MailServerDownError,
    OutboxMail,
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)
from matchmaker.outbox.smtp import build_message, smtp_sender
from tests.factories import NOW
from tests.outbox.test_enqueue import put

SENDER = "Sundhedsinnovation i Ærø & Åbenrå <no-reply@hub-ærø.example>"
MAIL = OutboxMail(
    id=1,
    key="need-1-published",
    kind="need_published",
    account_id=3,
    recipient="soren@sygehus-ø.example",
    language="da",
    subject="Dit behov om tryksår på hælen er nu offentligt, og vi søger partnere i hele Danmark",
    body_text="Kære Søren\n\nÆ, ø og å. " + "Meget lang linje " * 100 + "\n.\nFra os\n",
    body_html="<p>Kære Søren</p><p>Æ, ø og å</p>",
    state="sending",
    attempts=1,
    next_attempt_at="2026-11-23T09:10:00Z",
    last_error=None,
    created_at="2026-11-23T09:00:00Z",
    sent_at=None,
)


class Inbox:
    """Keeps what arrives; answers a command with what it is told to answer."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.replies: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        if "DATA" not in self.replies:
            self.envelopes.append(envelope)
        return self.replies.get("DATA", "250 OK")

    def message(self) -> EmailMessage:
        (envelope,) = self.envelopes
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        return message


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[MailServer]:
    yield from running(inbox)


def running(inbox: Inbox, **options: Any) -> Iterator[MailServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield MailServer("127.0.0.1", port)
    controller.stop()


def test_danish_letters_arrive_in_names_subject_and_both_bodies(
    inbox: Inbox, server: MailServer
) -> None:
    smtp_sender(server, SENDER)(MAIL)
    message = inbox.message()
    assert inbox.envelopes[0].rcpt_tos == ["soren@xn--sygehus--d5a.example"]
    assert message["From"].addresses[0].display_name == "Sundhedsinnovation i Ærø & Åbenrå"
    assert message["Subject"] == MAIL.subject
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "da"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.body_text
    assert html.get_content().strip() == MAIL.body_html
    assert message.get_content_type() == "multipart/alternative"


def test_the_message_id_follows_from_the_key_alone() -> None:
    ids = [
        build_message(mail, SENDER)["Message-ID"]
        for mail in (MAIL, MAIL, OutboxMail(**{**vars(MAIL), "key": "other"}))
    ]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@xn--hub-r-vra1k.example>")


def test_a_mail_can_be_unsubscribed_with_one_click() -> None:
    address = f"<https://hub.example/unsubscribe/{'x' * 200}>"
    headers = {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = OutboxMail(**{**vars(MAIL), "headers": json.dumps(headers)})
    sent = message_from_bytes(bytes(build_message(mail, SENDER)))
    # Receivers look for the address as it is: not folded, not encoded.
    assert sent["List-Unsubscribe"].strip() == address
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert build_message(MAIL, SENDER)["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("RCPT", "550 No such person", PermanentMailError),
        ("RCPT", "450 Greylisted", TemporaryMailError),
        ("DATA", "554 Refused", PermanentMailError),
        ("DATA", "452 Full", TemporaryMailError),
    ],
)
def test_a_refusal_is_for_good_or_for_now(
    inbox: Inbox, server: MailServer, command: str, reply: str, error: type[Exception]
) -> None:
    inbox.replies[command] = reply
    with pytest.raises(error, match=reply):
        smtp_sender(server, SENDER)(MAIL)


def test_a_server_that_is_not_there_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(MailServerDownError):
        smtp_sender(MailServer("127.0.0.1", port), SENDER)(MAIL)


def test_a_connection_that_breaks_after_the_text_leaves_it_uncertain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up_after_the_text, args=(listener,))
        thread.start()
        with pytest.raises(UncertainMailError):
            smtp_sender(MailServer("127.0.0.1", listener.getsockname()[1]), SENDER)(MAIL)
        thread.join()


def hang_up_after_the_text(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as stream:
        stream.write(b"220 hello\r\n")
        for line in stream:
            if line == b".\r\n":
                return
            if line[:4].upper() == b"DATA":
                stream.write(b"354 go on\r\n")
            elif line[:4].upper() in (b"EHLO", b"MAIL", b"RCPT"):
                stream.write(b"250 ok\r\n")


def test_an_address_that_cannot_be_written_fails_for_good(server: MailServer) -> None:
    mail = OutboxMail(**{**vars(MAIL), "recipient": "a..b@example.dk"})
    with pytest.raises(PermanentMailError):
        smtp_sender(server, SENDER)(mail)


def test_the_outbox_is_delivered_to_the_server(
    memory_db: Database, inbox: Inbox, server: MailServer
) -> None:
    put(memory_db, recipient="ole@example.dk")
    assert deliver_due(memory_db, smtp_sender(server, SENDER), now=NOW) == 1
    assert deliver_due(memory_db, smtp_sender(server, SENDER), now=NOW) == 0
    assert inbox.message()["To"] == "ole@example.dk"


def check_password(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hub", b"secret")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 and its key in one file, trusted by nobody."""
    from ipaddress import IPv4Address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + pem)
    return path


@pytest.fixture
def tls_server(inbox: Inbox, certificate: Path) -> Iterator[MailServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    yield from running(
        inbox, tls_context=context, require_starttls=True, authenticator=check_password,
        auth_required=True,
    )  # fmt: skip


def with_login(server: MailServer, password: str) -> MailServer:
    return MailServer(server.host, server.port, "hub", password, use_tls=True)


def test_the_connection_is_encrypted_before_the_password_is_said(
    inbox: Inbox, tls_server: MailServer, certificate: Path
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    smtp_sender(with_login(tls_server, "secret"), SENDER, context=trusting)(MAIL)
    assert inbox.message()["Subject"] == MAIL.subject


def test_a_wrong_password_is_no_fault_of_the_mail(
    inbox: Inbox, tls_server: MailServer, certificate: Path
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with pytest.raises(MailServerDownError, match="535") as caught:
        smtp_sender(with_login(tls_server, "wrong"), SENDER, context=trusting)(MAIL)
    assert "wrong" not in str(caught.value)
    assert inbox.envelopes == []


def test_a_server_without_a_valid_certificate_is_not_trusted(
    inbox: Inbox, tls_server: MailServer
) -> None:
    with pytest.raises(MailServerDownError, match="CERTIFICATE"):
        smtp_sender(with_login(tls_server, "secret"), SENDER)(MAIL)
    assert inbox.envelopes == []


def test_an_invitation_goes_along_with_the_method_that_calendars_look_for() -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Møde\r\nEND:VCALENDAR\r\n"
    message = build_message(OutboxMail(**{**vars(MAIL), "calendar": calendar}), SENDER)
    (part,) = message_from_bytes(bytes(message), policy=default).iter_attachments()
    assert isinstance(part, EmailMessage)
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "CANCEL")
    assert "SUMMARY:Møde" in part.get_content()
    assert message.get_body(("plain",)) is not None
