"""What a party says to a proposal."""

from datetime import date, datetime

from matchmaker.accounts.account import Account
from matchmaker.clock import danish_day, to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.changes import change, record
from matchmaker.collaborations.collaboration import ANSWERS, Answer, Collaboration, Party
from matchmaker.collaborations.consent import list_apart
from matchmaker.collaborations.disclosure import disclose
from matchmaker.collaborations.errors import (
    AnswerClosedError,
    LaterDateError,
    NotPartyError,
    ReasonError,
)
from matchmaker.collaborations.introducing import introduce_if_agreed
from matchmaker.collaborations.queries import get_collaboration_of, get_party
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
        When a no lacks its reason, or "later" or "not now" its date.
    """
    with db.atomic():
        collaboration = get_collaboration_of(db, party_id)
        party = get_speaking_party(collaboration, party_id, actor)
        given = _checked(answer, reason, note, later_on, today=danish_day(now))
        if party.last is not None and party.last.says_the_same(given, collaboration.circle):
            return
        if collaboration.stage != "invited":
            raise AnswerClosedError(collaboration.stage)
        _insert_interest(db, collaboration, party, given, actor=actor, now=now)
        after = change(db, collaboration, now=now)
        if party.is_need and answer == "yes" and not list_apart(db, after.parties, now=now):
            disclose(db, after, "organisation", actor_id=actor.id, now=now)
        record(
            db, f"answer_{answer}", collaboration, after, actor_id=actor.id, now=now,
            party_id=party.id, reason=given.reason, later_on=given.later_on,
        )  # fmt: skip
        if not introduce_if_agreed(db, after, actor_id=actor.id, links=links, now=now):
            mails.tell_staff_of_answer(db, after, get_party(db, party_id), links=links, now=now)


def get_speaking_party(collaboration: Collaboration, party_id: int, actor: Account) -> Party:
    """Return the party that this person speaks for; `NotPartyError` when they do not."""
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
    is_dated = answer == "later" or (answer == "no" and reason == "not_now")
    if is_dated and (later_on is None or later_on <= today):
        raise LaterDateError(later_on)
    return Answer(
        answer,
        reason if answer == "no" else None,
        note,
        later_on.isoformat() if is_dated and later_on else None,
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
