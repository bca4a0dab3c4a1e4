"""What a party asks the hub, and the answer: to the asker, or to all who were shown the need."""

from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.answering import get_speaking_party
from matchmaker.collaborations.changes import insert
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.discretion import check_discreet, list_unshown
from matchmaker.collaborations.errors import (
    AlreadyAnsweredError,
    AnswerClosedError,
    CollaborationNotFoundError,
    HiddenNameError,
    TextMissingError,
)
from matchmaker.collaborations.queries import get_collaboration, get_collaboration_of, get_party
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement.contact import Item
from matchmaker.procurement.errors import RevealingTextError
from matchmaker.procurement.log import Receiver, record_contact
from matchmaker.procurement.questions import publish_answer
from matchmaker.screening.screen import refuse_patient_data


def ask_hub(
    db: Database, party_id: int, question: str, *, actor: Account, links: Links, now: datetime
) -> int:
    """Return the id of a new question; the hub's staff are told by mail.

    Raises
    ------
    TextMissingError
        When the question is empty.
    NotPartyError
        When `actor` may not speak for the party, or it no longer takes part.
    AnswerClosedError
        When the collaboration has been closed.
    """
    question = question.strip()
    if not question:
        raise TextMissingError("question")
    refuse_patient_data({"question": question})
    with db.atomic():
        collaboration = get_collaboration_of(db, party_id)
        party = get_speaking_party(collaboration, party_id, actor)
        if collaboration.is_closed:
            raise AnswerClosedError(collaboration.stage)
        question_id = _find_same_question(db, party_id, question)
        if question_id is None:
            question_id = _insert_question(db, party_id, question, actor=actor, now=now)
            _record_question(db, "ask", collaboration, party_id, question_id, actor=actor, now=now)
            _log_contact(db, "question", collaboration, party, question_id, actor=actor, now=now)
            mails.send_question(db, collaboration, party, question_id, links=links, now=now)
    return question_id


def _find_same_question(db: Database, party_id: int, question: str) -> int | None:
    """Return the question a second click would repeat."""
    row = db.first(
        "select id from collaboration_question where party_id = ? and question = ?"
        " and answer is null",
        (party_id, question),
    )
    return int(row["id"]) if row else None


def _insert_question(
    db: Database, party_id: int, question: str, *, actor: Account, now: datetime
) -> int:
    row = {
        "party_id": party_id,
        "asked_by": actor.id,
        "asked_at": to_text(now),
        "question": question,
    }
    return insert(db, "collaboration_question", row)


def answer_question(
    db: Database,
    question_id: int,
    answer: str,
    *,
    publish_as: str | None = None,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Store the hub's answer and mail it to who asked.

    With `publish_as`, the question worded for all, everybody who was shown the need gets both;
    without it the answer is for the asker alone.

    Raises
    ------
    TextMissingError
        When the answer is empty.
    HiddenNameError
        When the answer names what the parties may not know of each other, or who asked.
    AlreadyAnsweredError
        When a colleague was faster; it carries what they wrote.
    """
    answer = answer.strip()
    if not answer:
        raise TextMissingError("answer")
    refuse_patient_data({"answer": answer})
    with db.atomic():
        question = db.first("select * from collaboration_question where id = ?", (question_id,))
        if question is None:
            raise CollaborationNotFoundError(question_id)
        if question["answer"] is not None:
            raise AlreadyAnsweredError(question["answer"])
        party = get_party(db, question["party_id"])
        collaboration = get_collaboration(db, party.collaboration_id)
        check_discreet(answer, list_unshown(db, collaboration))
        db["collaboration_question"].update(
            question_id, {"answer": answer, "answered_by": actor.id, "answered_at": to_text(now)}
        )
        _record_question(db, "reply", collaboration, party.id, question_id, actor=actor, now=now)
        _log_contact(db, "answer", collaboration, party, question_id, actor=actor, now=now)
        if publish_as is not None and collaboration.need_id is not None:
            _publish(
                db,
                collaboration,
                party,
                question_id,
                publish_as,
                answer,
                actor=actor,
                links=links,
                now=now,
            )
        mails.send_reply(db, collaboration, party, question_id, links=links, now=now)


def _publish(
    db: Database,
    collaboration: Collaboration,
    party: Party,
    question_id: int,
    question: str,
    answer: str,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Give the question and the answer to all who were shown the need, and name nobody."""
    if not question.strip():
        raise TextMissingError("public_question")
    try:
        publish_answer(
            db, collaboration.need_id or 0, question, answer, question_id=question_id,
            asker_organisation_id=party.organisation_id, actor=actor, links=links, now=now,
        )  # fmt: skip
    except RevealingTextError as error:
        raise HiddenNameError(error.words) from error


def _log_contact(
    db: Database,
    kind: str,
    collaboration: Collaboration,
    party: Party,
    question_id: int,
    *,
    actor: Account,
    now: datetime,
) -> None:
    """Note a question or an answer of who offers something in the equal-information log."""
    if not party.is_need:
        record_contact(
            db, collaboration.need_id, kind, collaboration_id=collaboration.id,
            receivers=[Receiver(party.organisation_id, party.account_id)],
            item=Item("question", question_id), actor_id=actor.id, now=now,
        )  # fmt: skip


def _record_question(
    db: Database,
    action: str,
    collaboration: Collaboration,
    party_id: int,
    question_id: int,
    *,
    actor: Account,
    now: datetime,
) -> None:
    log.record(
        db,
        f"collaboration.{action}",
        "collaboration",
        collaboration.id,
        actor_id=actor.id,
        now=now,
        party_id=party_id,
        question_id=question_id,
    )
