"""Reading the equal-information log and what was told to all."""

import json
from dataclasses import dataclass
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.procurement.audience import list_shown
from matchmaker.procurement.contact import Contact, Item
from matchmaker.procurement.rights import get_kept

_CONTACTS = """
    select c.*, o.name as organisation_name, o.kind as organisation_kind,
        coalesce(o.region, above.region) as region, a.name as person, b.name as actor,
        x.at as corrected_at, q.question as asked, q.answer as answered,
        pq.question as question_for_all, pq.answer as answer_for_all, n.text_da, n.text_en
    from procurement_contact c join organisation o on o.id = c.organisation_id
    left join organisation above on above.id = o.parent_id
    left join account a on a.id = c.account_id left join account b on b.id = c.actor_id
    left join procurement_contact x on x.kind = 'correction' and x.need_id = c.need_id
        and x.item_kind = 'contact' and x.item_id = c.id
    left join collaboration_question q on c.item_kind = 'question' and q.id = c.item_id
    left join procurement_question pq on pq.collaboration_question_id = q.id
    left join procurement_note n on c.item_kind = 'note' and n.id = c.item_id
    where c.need_id = :need_id order by substr(coalesce(c.happened_on, c.at), 1, 10) desc, c.id desc
"""


@dataclass(frozen=True)
class Note:
    """The same words to all who are interested."""

    id: int
    texts: tuple[tuple[str, str], ...]
    covers: tuple[int, ...]
    sent_at: str

    def text_for(self, language: str) -> tuple[str, str]:
        """Return the language and the text: the reader's own where it was written in it."""
        return next((each for each in self.texts if each[0] == language), self.texts[0])


@dataclass(frozen=True)
class Published:
    """A question and its answer, for all who were shown the need; nobody is named."""

    id: int
    language: str
    question: str
    answer: str
    published_at: str


def list_contacts(db: Database, need_id: int, reader: Account) -> list[Contact]:
    """Return the log, newest first, as this reader may see it.

    Staff read names and all words. The need's side reads who it was once that is open to it, and
    only the words that were for all.

    Raises
    ------
    NotPermittedError
        When the need is somebody else's.
    """
    get_kept(db, need_id, reader)
    named = {shown.organisation_id for shown in list_shown(db, need_id) if shown.is_named}
    return [
        _contact(row, is_staff=reader.is_hub_staff, is_named=row["organisation_id"] in named)
        for row in db.rows(_CONTACTS, {"need_id": need_id})
    ]


def list_notes(db: Database, need_id: int) -> list[Note]:
    """Return what was written to all, newest first."""
    rows = db.rows("select * from procurement_note where need_id = ? order by id desc", (need_id,))
    return [_note(row) for row in rows]


def list_published(db: Database, need_id: int) -> list[Published]:
    """Return the questions that were answered for all, newest first."""
    rows = db.rows(
        "select id, language, question, answer, published_at from procurement_question"
        " where need_id = ? order by id desc",
        (need_id,),
    )
    return [Published(**row) for row in rows]


def find_need_of(db: Database, collaboration_id: int) -> int | None:
    """Return the need that a collaboration is about."""
    row = db.first(
        "select need_id from collaboration_party where collaboration_id = ?"
        " and need_id is not null order by id limit 1",
        (collaboration_id,),
    )
    return int(row["need_id"]) if row else None


def _contact(row: dict[str, Any], *, is_staff: bool, is_named: bool) -> Contact:
    return Contact(
        **{name: row[name] for name in (
            "id", "need_id", "collaboration_id", "organisation_id", "organisation_kind", "region",
            "kind", "summary", "happened_on", "at", "corrected_at",
        )},
        organisation_name=row["organisation_name"] if is_staff or is_named else None,
        person=row["person"] if is_staff else None,
        actor=row["actor"] if is_staff else None,
        item=Item(row["item_kind"], row["item_id"]) if row["item_kind"] else None,
        text=_text(row, is_staff=is_staff),
    )  # fmt: skip


def _text(row: dict[str, Any], *, is_staff: bool) -> str:
    if row["kind"] == "note":
        return row["text_da"] or row["text_en"] or ""
    own, for_all = ("asked", "question_for_all"), ("answered", "answer_for_all")
    private, public = own if row["kind"] == "question" else for_all
    text: str | None = row[public] or (row[private] if is_staff else None)
    return text or ""


def _note(row: dict[str, Any]) -> Note:
    texts = tuple((code, row[f"text_{code}"]) for code in ("da", "en") if row[f"text_{code}"])
    return Note(row["id"], texts, tuple(json.loads(row["covers"])), row["sent_at"])
