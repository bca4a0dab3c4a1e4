"""The same neutral note to all who are interested."""

import json
from collections.abc import Iterable
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement import mails
from matchmaker.procurement.audience import Shown, list_interested
from matchmaker.procurement.contact import Item
from matchmaker.procurement.discretion import check_neutral, list_private_words
from matchmaker.procurement.errors import EmptyTextError, NobodyInterestedError
from matchmaker.procurement.log import receivers_of, record_contact
from matchmaker.procurement.queries import Note
from matchmaker.procurement.rights import get_kept
from matchmaker.screening.screen import refuse_patient_data


def check_note(
    db: Database, need_id: int, texts: dict[str, str], *, actor: Account
) -> tuple[Shown, ...]:
    """Return who would get the note, or raise what keeps it from being sent.

    Raises
    ------
    EmptyTextError, RevealingTextError, NobodyInterestedError
        When it says nothing, names somebody, or there is nobody to write to.
    PatientDataFound
        When a text holds a CPR number.
    NotPermittedError
        When the need is somebody else's.
    """
    get_kept(db, need_id, actor)
    if not any(texts.values()):
        raise EmptyTextError("text_da")
    refuse_patient_data({f"text_{code}": text for code, text in texts.items()})
    check_neutral("\n".join(texts.values()), list_private_words(db, need_id))
    interested = list_interested(db, need_id)
    if not interested:
        raise NobodyInterestedError(need_id)
    return interested


def send_note(
    db: Database,
    need_id: int,
    texts: dict[str, str],
    *,
    form_key: str,
    covers: Iterable[int] = (),
    actor: Account,
    links: Links,
    now: datetime,
) -> int:
    """Return the id of a note that all who are interested get by mail and on their page.

    `texts` are by language, of which one is enough. `covers` are lines of the log whose content
    the note passes on. The same form sent twice is one note. Errors are as with
    :func:`check_note`.
    """
    texts = {code: texts.get(code, "").strip() for code in ("da", "en")}
    with db.atomic():
        interested = check_note(db, need_id, texts, actor=actor)
        kept = db.first(
            "select id from procurement_note where (need_id, form_key) = (?, ?)",
            (need_id, form_key),
        )
        if kept is not None:
            return int(kept["id"])
        note = _insert(db, need_id, texts, form_key, covers, actor=actor, now=now)
        record_contact(
            db, need_id, "note", receivers=receivers_of(db, interested), item=Item("note", note.id),
            actor_id=actor.id, now=now,
        )  # fmt: skip
        log.record(
            db, "procurement.note", "need", need_id, actor_id=actor.id, now=now, note_id=note.id,
            organisations=len(interested), covers=list(note.covers),
        )  # fmt: skip
        mails.send_note(db, need_id, note, interested, links=links, now=now)
    return note.id


def _insert(
    db: Database,
    need_id: int,
    texts: dict[str, str],
    form_key: str,
    covers: Iterable[int],
    *,
    actor: Account,
    now: datetime,
) -> Note:
    """Store the note; lines of other needs cannot be covered."""
    own = db.rows("select id from procurement_contact where need_id = ?", (need_id,))
    covered = tuple(sorted({row["id"] for row in own} & set(covers)))
    note_id = db.insert_row(
        "procurement_note",
        {
            "need_id": need_id,
            "text_da": texts["da"],
            "text_en": texts["en"],
            "covers": json.dumps(covered),
            "form_key": form_key,
            "sent_by": actor.id,
            "sent_at": to_text(now),
        },
    )
    written = tuple((code, text) for code, text in texts.items() if text)
    return Note(note_id, written, covered, to_text(now))
