"""Questions about a need, answered for all who were shown it; who asked is told to nobody."""

from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement import mails
from matchmaker.procurement.audience import list_interested
from matchmaker.procurement.contact import Item
from matchmaker.procurement.discretion import check_neutral, list_private_words
from matchmaker.procurement.errors import EmptyTextError
from matchmaker.procurement.log import receivers_of, record_contact
from matchmaker.procurement.queries import Published
from matchmaker.screening.screen import refuse_patient_data
from matchmaker.words.language import detect_language


def publish_answer(
    db: Database,
    need_id: int,
    question: str,
    answer: str,
    *,
    question_id: int,
    asker_organisation_id: int,
    actor: Account,
    links: Links,
    now: datetime,
) -> int:
    """Return the id of what all who are interested now read, and get by mail except who asked.

    `question` is worded for all; it need not be what was asked word by word. Call it in the
    transaction that stores the answer.

    Raises
    ------
    EmptyTextError, RevealingTextError
        When a text says nothing or names somebody.
    PatientDataFound
        When a text holds a CPR number.
    """
    question, answer = question.strip(), answer.strip()
    check_publishable(db, need_id, question, answer)
    with db.atomic():
        published = _insert(db, need_id, question_id, question, answer, actor=actor, now=now)
        others = [
            shown
            for shown in list_interested(db, need_id)
            if shown.organisation_id != asker_organisation_id
        ]
        record_contact(
            db, need_id, "answer", receivers=receivers_of(db, others),
            item=Item("question", question_id), actor_id=actor.id, now=now,
        )  # fmt: skip
        log.record(
            db, "procurement.publish", "need", need_id, actor_id=actor.id, now=now,
            question_id=question_id, organisations=len(others),
        )  # fmt: skip
        mails.send_published(db, need_id, published, others, links=links, now=now)
    return published.id


def check_publishable(db: Database, need_id: int, question: str, answer: str) -> None:
    """Raise what keeps a question and its answer from being read by all."""
    for field, text in (("public_question", question), ("answer", answer)):
        if not text:
            raise EmptyTextError(field)
    refuse_patient_data({"public_question": question, "answer": answer})
    check_neutral(f"{question}\n{answer}", list_private_words(db, need_id))


def _insert(
    db: Database,
    need_id: int,
    question_id: int,
    question: str,
    answer: str,
    *,
    actor: Account,
    now: datetime,
) -> Published:
    language = detect_language(f"{question}\n{answer}")
    published_id = db.insert_row(
        "procurement_question",
        {
            "need_id": need_id,
            "collaboration_question_id": question_id,
            "language": language,
            "question": question,
            "answer": answer,
            "published_by": actor.id,
            "published_at": to_text(now),
        },
    )
    return Published(published_id, language, question, answer, to_text(now))
