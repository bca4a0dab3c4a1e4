"""What a party says to a proposal, and what it asks the hub."""

from datetime import date, datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.changes import change, insert, record
from matchmaker.collaborations.collaboration import ANSWERS, Answer, Collaboration, Party
from matchmaker.collaborations.discretion import check_discreet, list_unshown
from matchmaker.collaborations.errors import (
    AlreadyAnsweredError,
    AnswerClosedError,
    CollaborationNotFoundError,
    LaterDateError,
    NotPartyError,
    ReasonError,
    TextMissingError,
)
from matchmaker.collaborations.introducing import introduce_if_agreed
from matchmaker.collaborations.queries import get_collaboration, get_collaboration_of, get_party
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.reasons import REASONS
from matchmaker.screening.screen import refuse_patient_data


def answer_proposal(
    db: Database,
    party_id: int,
    answer: str,
    *,
    actor: Account,
    links: Links,
    now: datetime,
    reason: str | None = None,
    note: str = "",
    later_on: date | None = None,
) -> None:
    """Add what a party says. The same answer twice is one answer; another one replaces it.

    The last yes introduces the parties to each other in the same transaction.

    Raises
    ------
    AnswerClosedError
        When the parties have been introduced, or the proposal has been closed.
    NotPartyError
        When `actor` may not speak for the party, or it no longer takes part.
    ReasonError, LaterDateError
        When a no lacks its reason or a later its date.
    """
    with db.atomic():
        collaboration = get_collaboration_of(db, party_id)
        party = _speaking_party(collaboration, party_id, actor)
        given = _checked(answer, reason, note, later_on, today=danish_day(now))
        if party.last is not None and party.last.says_the_same(given, collaboration.circle):
            return
        if collaboration.stage != "invited":
            raise AnswerClosedError(collaboration.stage)
        _insert_interest(db, collaboration, party, given, actor=actor, now=now)
        after = change(db, collaboration, now=now)
        record(
            db, f"answer_{answer}", collaboration, after, actor_id=actor.id, now=now,
            party_id=party.id, reason=given.reason, later_on=given.later_on,
        )  # fmt: skip
        if not introduce_if_agreed(db, after, actor_id=actor.id, links=links, now=now):
            mails.tell_staff_of_answer(db, after, get_party(db, party_id), links=links, now=now)


def _speaking_party(collaboration: Collaboration, party_id: int, actor: Account) -> Party:
    party = collaboration.party(party_id)
    if party is None or not party.takes_part or not may_speak_for(actor, party):
        raise NotPartyError(party_id)
    return party


def _checked(
    answer: str, reason: str | None, note: str, later_on: date | None, *, today: date
) -> Answer:
    if answer not in ANSWERS:
        raise ValueError(f"{answer!r} is no answer")
    note = note.strip()
    refuse_patient_data({"note": note})
    if answer == "no" and (reason not in REASONS or (reason == "other" and not note)):
        raise ReasonError(reason)
    if answer == "later" and (later_on is None or later_on <= today):
        raise LaterDateError(later_on)
    return Answer(
        answer,
        reason if answer == "no" else None,
        note,
        later_on.isoformat() if answer == "later" and later_on else None,
    )


def _insert_interest(
    db: Database,
    collaboration: Collaboration,
    party: Party,
    given: Answer,
    *,
    actor: Account,
    now: datetime,
) -> None:
    db["interest"].insert(
        {
            "party_id": party.id,
            "sequence": party.last.sequence + 1 if party.last else 1,
            "account_id": actor.id,
            "answer": given.answer,
            "reason": given.reason,
            "note": given.note,
            "later_on": given.later_on,
            "circle": collaboration.circle,
            "created_at": to_text(now),
        }
    )


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
        party = _speaking_party(collaboration, party_id, actor)
        if collaboration.is_closed:
            raise AnswerClosedError(collaboration.stage)
        question_id = _find_same_question(db, party_id, question)
        if question_id is None:
            question_id = _insert_question(db, party_id, question, actor=actor, now=now)
            _record_question(db, "ask", collaboration, party_id, question_id, actor=actor, now=now)
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
    db: Database, question_id: int, answer: str, *, actor: Account, links: Links, now: datetime
) -> None:
    """Store the hub's answer and mail it to who asked.

    Raises
    ------
    TextMissingError
        When the answer is empty.
    HiddenNameError
        When the answer names what the parties may not know of each other.
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
        mails.send_reply(db, collaboration, party, question_id, links=links, now=now)


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
