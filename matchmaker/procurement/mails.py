"""Mails to all who were shown a need: one each, in their language, never twice."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import Links
from matchmaker.procurement.audience import Shown, list_readers
from matchmaker.procurement.queries import Note, Published


def send_note(
    db: Database, need_id: int, note: Note, to: Iterable[Shown], *, links: Links, now: datetime
) -> None:
    for shown, reader in _each_reader(db, to):
        _language, text = note.text_for(reader.language)
        _send(
            db, "note_to_all", f"procurement-note-{note.id}-{reader.id}", need_id, shown, reader,
            links=links, now=now, text=text,
        )  # fmt: skip


def send_published(
    db: Database,
    need_id: int,
    published: Published,
    to: Iterable[Shown],
    *,
    links: Links,
    now: datetime,
) -> None:
    for shown, reader in _each_reader(db, to):
        _send(
            db, "answer_to_all", f"procurement-answer-{published.id}-{reader.id}", need_id, shown,
            reader, links=links, now=now, question=published.question, answer=published.answer,
        )  # fmt: skip


def _each_reader(db: Database, to: Iterable[Shown]) -> Iterator[tuple[Shown, Account]]:
    """Yield everybody once, also who reads for two organisations."""
    seen: set[int] = set()
    for shown in to:
        for reader in list_readers(db, shown):
            if reader.id not in seen:
                seen.add(reader.id)
                yield shown, reader


def _send(
    db: Database,
    template: str,
    key: str,
    need_id: int,
    shown: Shown,
    reader: Account,
    *,
    links: Links,
    now: datetime,
    **values: Any,
) -> None:
    hub = db.first(
        "select o.name from need n join organisation o on o.id = n.hub_id where n.id = ?",
        (need_id,),
    )
    enqueue_template(
        db, template, reader, key=key, now=now, person=reader, title=shown.title,
        hub_name=hub["name"] if hub else "",
        link=links.page(f"/procurement/needs/{need_id}/questions"), **values,
    )  # fmt: skip
