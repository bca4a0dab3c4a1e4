"""Keeping what the parties say came of it."""

from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.database import Database
from matchmaker.outcomes.outcome import (
    PARTS,
    STATES,
    Outcome,
    OutcomeDraft,
    OutcomeStateError,
    TooEarlyError,
)
from matchmaker.outcomes.queries import find_last_outcome
from matchmaker.screening.screen import refuse_patient_data


def tell_outcome(
    db: Database,
    collaboration_id: int,
    party_id: int | None,
    draft: OutcomeDraft,
    *,
    actor: Account,
    now: datetime,
) -> None:
    """Add what came of a collaboration; the same answer twice is one.

    Without `party_id` staff tell what they have heard.

    Raises
    ------
    OutcomeStateError
        When the answer is none of the list.
    TooEarlyError
        When the parties have not been introduced.
    NotPartyError
        When `actor` may not speak for the party, or is not staff where there is none.
    """
    if draft.state not in STATES:
        raise OutcomeStateError(draft.state)
    refuse_patient_data({name: getattr(draft, name) or "" for name in PARTS})
    with db.atomic():
        collaboration = get_collaboration(db, collaboration_id)
        _check_speaks(collaboration, party_id, actor)
        if not collaboration.contacts_are_open:
            raise TooEarlyError
        last = find_last_outcome(db, collaboration_id, party_id)
        told = _told(draft, last)
        if last is not None and _is_same(told, last):
            return
        row = {
            **told, "collaboration_id": collaboration_id, "party_id": party_id,
            "account_id": actor.id, "sequence": _next_sequence(db, collaboration_id),
            "created_at": to_text(now),
        }  # fmt: skip
        outcome_id = db.insert_row("outcome", row)
        log.record(
            db, "collaboration.outcome_answer", "collaboration", collaboration_id,
            actor_id=actor.id, now=now, outcome_id=outcome_id, state=draft.state,
            party_id=party_id,
        )  # fmt: skip


def _told(draft: OutcomeDraft, last: Outcome | None) -> dict[str, str | int]:
    """Return the row of an answer; what this one leaves open is taken from the last."""

    def part(name: str) -> str:
        told = getattr(draft, name)
        return told.strip() if told is not None else getattr(last, name, "")

    is_public = draft.is_public
    if is_public is None:
        is_public = last is not None and last.is_public
    parts = {name: part(name) for name in PARTS}
    return {"state": draft.state, **parts, "is_public": int(is_public)}


def _is_same(told: dict[str, str | int], last: Outcome) -> bool:
    return all(getattr(last, name) == value for name, value in told.items())


def _check_speaks(collaboration: Collaboration, party_id: int | None, actor: Account) -> None:
    if party_id is None:
        if not actor.is_hub_staff:
            raise NotPartyError(collaboration.id)
        return
    party = collaboration.party(party_id)
    if party is None or not party.takes_part or not may_speak_for(actor, party):
        raise NotPartyError(party_id)


def _next_sequence(db: Database, collaboration_id: int) -> int:
    row = db.first(
        "select coalesce(max(sequence), 0) + 1 as next from outcome where collaboration_id = ?",
        (collaboration_id,),
    )
    return int(row["next"]) if row else 1
