"""Putting mails into the outbox, trying them again, and forgetting what they said.

>>> from datetime import UTC, datetime
>>> from matchmaker.database import open_database
>>> db, now = open_database(":memory:"), datetime(2026, 11, 23, 9, tzinfo=UTC)
>>> mail = dict(key="need-7-published", kind="need_published", account_id=None, now=now,
...     recipient="ole@example.dk", language="da", subject="Dit behov er vist",
...     body_text="Kære Ole", body_html="<p>Kære Ole</p>")
>>> enqueue(db, **mail), enqueue(db, **mail)
(True, False)
"""

import html
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.mail import HEADERS, UNPRINTED, MailHeaderError, MailStateError
from matchmaker.outbox.queries import get_mail
from matchmaker.outbox.rendering import render_mail
from matchmaker.screening.screen import refuse_patient_data

KEPT_DAYS = 90

_ADDRESS = re.compile(
    r"[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]{1,64}@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]{1,250}"
)
_LINK = re.compile(r"https?://\S+")
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n\s*\n")


class Reader(Protocol):
    """Who gets a mail; an ``Account`` is one."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def language(self) -> str: ...


class Actor(Protocol):
    """Who does something; an ``Account`` is one."""

    @property
    def id(self) -> int: ...


def enqueue(
    db: Database,
    *,
    key: str,
    kind: str,
    account_id: int | None,
    recipient: str,
    language: str,
    subject: str,
    body_text: str,
    body_html: str,
    now: datetime,
    calendar: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Keep a mail to be sent soon, in the transaction of the change that it tells about.

    `key` says what the mail is for ("collaboration-introduction-7"). Return whether the mail is
    new: with a key that was used before nothing happens, so that nobody is mailed twice for the
    same thing. `calendar` is an invitation (iCalendar) that goes along. `headers` are lines of
    the mail's own, of those in ``HEADERS``.

    Raises
    ------
    MailHeaderError
        When the recipient is not one plain address, the subject has more than one line, or a
        header is none that a mail may have of its own.
    PatientDataFound
        When the subject or a body holds a CPR number.
    """
    _refuse_broken_header(recipient, subject, headers or {})
    _refuse_patient_data(subject, body_text, body_html)
    row = {
        "key": key, "kind": kind, "account_id": account_id, "recipient": recipient,
        "language": language, "subject": subject, "body_text": body_text, "body_html": body_html,
        "calendar": calendar, "headers": json.dumps(dict(headers or {})),
        "next_attempt_at": to_text(now), "created_at": to_text(now),
    }  # fmt: skip
    columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    with db.atomic():
        cursor = db.execute(
            f"insert into outbox_mail ({columns}) values ({places}) on conflict (key) do nothing",
            row,
        )
    return cursor.rowcount == 1


def enqueue_template(
    db: Database,
    template: str,
    reader: Reader,
    *,
    key: str,
    now: datetime,
    calendar: str | None = None,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> bool:
    """Keep a mail made of ``templates/emails/<template>.txt``, in the reader's language.

    Everything else is as with :func:`enqueue`.
    """
    mail = render_mail(template, reader.language, **values)
    return enqueue(
        db, key=key, kind=template, account_id=reader.id, recipient=reader.email,
        language=reader.language, subject=mail.subject, body_text=mail.body_text,
        body_html=mail.body_html, now=now, calendar=calendar, headers=headers,
    )  # fmt: skip


def resend(db: Database, mail_id: int, *, actor: Actor | None, now: datetime) -> None:
    """Let a failed or uncertain mail be tried again, from the first attempt on.

    `actor` is None for the operator at the command line. The mail keeps its Message-ID, by which
    many servers drop a copy that did arrive the first time.

    Raises
    ------
    MailNotFoundError
        When no mail has this id.
    MailStateError
        When the mail is neither failed nor uncertain.
    """
    with db.atomic():
        mail = get_mail(db, mail_id)
        if not mail.can_be_resent:
            raise MailStateError(mail.state)
        db.execute(
            "update outbox_mail set state = 'waiting', attempts = 0, next_attempt_at = ?"
            " where id = ?",
            (to_text(now), mail_id),
        )
        log.record(
            db, "mail.resend", "mail", mail_id, actor_id=actor.id if actor else None, now=now,
            from_state=mail.state, to_state="waiting", kind=mail.kind,
        )  # fmt: skip


def erase_old_bodies(db: Database, *, now: datetime) -> int:
    """Blank what mails said 90 days after they were sent or given up; return how many.

    The addresses of people who have no account are forgotten too.
    """
    before = to_text(now - timedelta(days=KEPT_DAYS))
    with db.atomic():
        cursor = db.execute(
            "update outbox_mail set body_text = '', body_html = '', calendar = null,"
            " headers = '{}', recipient = case when account_id is null then '' else recipient end"
            " where state in ('sent', 'failed', 'uncertain') and coalesce(sent_at, created_at) < ?"
            " and (body_text <> '' or body_html <> '')",
            (before,),
        )
    return int(cursor.rowcount)


def forget_reader(db: Database, account_id: int, address: str) -> None:
    """Blank every mail to a person who has been erased; what still waits is not sent."""
    db.execute(
        "update outbox_mail set recipient = '', subject = '', body_text = '', body_html = '',"
        " calendar = null, headers = '{}', account_id = null, last_error = null,"
        " state = case state when 'waiting' then 'failed' else state end"
        " where account_id = ? or recipient = ?",
        (account_id, address),
    )


def forget_mentions(db: Database, address: str, name: str) -> None:
    """Blank what mails to others said that told of a person; what still waits is sent first."""
    db.execute(
        "update outbox_mail set body_text = '', body_html = '', calendar = null, headers = '{}',"
        " subject = case when :name = '' then subject else replace(subject, :name, '•••') end"
        " where state in ('sent', 'failed', 'uncertain') and (instr(body_text, :address)"
        " or instr(replace(calendar, char(13, 10, 32), ''), :address)"
        " or (:name <> '' and (instr(body_text, :name) or instr(subject, :name))))",
        {"address": address, "name": name},
    )


def _refuse_broken_header(recipient: str, subject: str, headers: Mapping[str, str]) -> None:
    if len(recipient) > 254 or not _ADDRESS.fullmatch(recipient):
        raise MailHeaderError("the recipient must be one plain address")
    if UNPRINTED.search(subject) or not subject.strip():
        raise MailHeaderError("the subject must be one line of text")
    for name, value in headers.items():
        if name not in HEADERS or UNPRINTED.search(value):
            raise MailHeaderError(f"no mail may have the header {name!r}")


def _refuse_patient_data(subject: str, body_text: str, body_html: str) -> None:
    """Refuse a CPR number as the last net: the parts were screened when they were stored.

    Links are left out and paragraphs are looked at one by one, so that chance neighbours, as the
    digits of a token or the end of one text and the start of the next, stop no mail.
    """
    written = {
        "subject": subject,
        "body_text": body_text,
        "body_html": html.unescape(_TAG.sub("\n\n|\n\n", body_html)),
    }
    for field, text in written.items():
        for paragraph in _PARAGRAPH.split(_LINK.sub("|", text)):
            refuse_patient_data({field: paragraph})
