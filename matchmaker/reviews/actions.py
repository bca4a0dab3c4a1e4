"""Deciding on suggestions; who comes second is told what the first decided."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.reviews.pace import begun_at
from matchmaker.reviews.review import AlreadyReviewedError, Decision, NotOpenError, Standing
from matchmaker.reviews.standing import get_standing, list_reviews
from matchmaker.screening.screen import refuse_patient_data


def review_suggestion(
    db: Database,
    suggestion_id: int,
    decision: str,
    *,
    actor: Account,
    now: datetime,
    seen_sequence: int,
    reason: str | None = None,
    note: str = "",
    defer_until: date | None = None,
    refer_to_id: int | None = None,
    overrule: bool = False,
    shown_at: datetime | None = None,
) -> None:
    """Store one decision, with the position and score that were shown and what they came from.

    With `overrule` a decision that was seen is undone first; both stay in the log. `shown_at` is
    when the page was opened, for the time that a review takes.

    `seen_sequence` is the number of decisions that the page showed (0 for none): the lock that
    keeps two people from deciding the same suggestion without knowing of each other.

    Raises
    ------
    SuggestionNotFoundError
        When no suggestion has this id.
    AlreadyReviewedError
        When somebody decided since the page was opened; it carries that decision.
    PatientDataFound
        When the note holds data about a patient.
    ReviewError
        When the decision lacks something or does not follow upon the state.
    """
    wanted = Decision(decision, reason, note.strip(), defer_until, refer_to_id).as_kept
    refuse_patient_data({"note": wanted.note})
    with db.atomic():
        standing = get_standing(db, suggestion_id)
        if standing.sequence != seen_sequence:
            reviews = list_reviews(db, suggestion_id)
            raise AlreadyReviewedError(reviews[-1]) if reviews else NotOpenError(standing.state)
        if overrule and standing.can_be_reopened:
            _insert(db, Decision("reopen"), standing, actor=actor, now=now)
            standing = get_standing(db, suggestion_id)
        wanted.check(standing, today=danish_day(now), hub_ids=_hub_ids(db))
        shown = begun_at(db, shown_at, actor=actor)
        _insert(db, wanted, standing, actor=actor, now=now, shown_at=shown)


def undo_decision(
    db: Database,
    suggestion_id: int,
    *,
    actor: Account,
    now: datetime,
    seen_sequence: int | None = None,
) -> bool:
    """Put a decided suggestion back into the queue; tell whether there was anything to undo.

    `seen_sequence` is the number of decisions that the page showed. Where it could not know, as in
    the notice after a decision, only what the actor decided is undone.

    Raises
    ------
    SuggestionNotFoundError
        When no suggestion has this id.
    AlreadyReviewedError
        When somebody else decided since; it carries that decision, which stands.
    """
    with db.atomic():
        standing = get_standing(db, suggestion_id)
        if not standing.can_be_reopened:
            return False
        last = list_reviews(db, suggestion_id)[-1]
        is_as_seen = (
            last.account_id == actor.id
            if seen_sequence is None
            else standing.sequence == seen_sequence
        )
        if not is_as_seen:
            raise AlreadyReviewedError(last)
        _insert(db, Decision("reopen"), standing, actor=actor, now=now)
    return True


def reopen_suggestions(
    db: Database, suggestion_ids: Iterable[int], *, actor: Account, now: datetime
) -> int:
    """Put decided suggestions back into the queue, all or none; return how many there were.

    Those that are open already or stand in a collaboration are left as they are.
    """
    with db.atomic():
        standings = [get_standing(db, suggestion_id) for suggestion_id in suggestion_ids]
        decided = [standing for standing in standings if standing.can_be_reopened]
        for standing in decided:
            _insert(db, Decision("reopen"), standing, actor=actor, now=now)
    return len(decided)


def refer_open(
    db: Database, need_id: int, hub_id: int, receiver_id: int, *, actor: Account, now: datetime
) -> int:
    """Refer on what is open of a need and still at `hub_id`; return how many there were.

    What the hub has deferred comes back to it on its day.
    """
    with db.atomic():
        rows = db.rows("select id from suggestion where need_id = ? order by id", (need_id,))
        standings = (get_standing(db, row["id"]) for row in rows)
        there = [
            standing
            for standing in standings
            if standing.hub_id == hub_id and standing.is_open(danish_day(now))
        ]
        for standing in there:
            wanted = Decision("refer", refer_to_id=receiver_id)
            _insert(db, wanted, standing, actor=actor, now=now)
    return len(there)


def _hub_ids(db: Database) -> list[int]:
    return [row["id"] for row in db.rows("select id from organisation where kind = 'hub'")]


def _insert(
    db: Database,
    wanted: Decision,
    standing: Standing,
    *,
    actor: Account,
    now: datetime,
    shown_at: datetime | None = None,
) -> None:
    shown = db["suggestion"].get(standing.suggestion_id)
    db["review"].insert(
        {
            "suggestion_id": standing.suggestion_id,
            "sequence": standing.sequence + 1,
            "account_id": actor.id,
            "decision": wanted.decision,
            "reason": wanted.kept_reason,
            "note": wanted.note,
            "defer_until": _until(wanted),
            "refer_to_id": _receiver(db, wanted, standing),
            "position": shown["position"],
            "score": shown["score"],
            "signals": _signals(shown),
            "shown_at": to_text(shown_at) if shown_at else None,
            "created_at": to_text(now),
        }
    )
    after = get_standing(db, standing.suggestion_id)
    log.record(
        db,
        f"review.{wanted.decision}",
        "suggestion",
        standing.suggestion_id,
        actor_id=actor.id,
        now=now,
        from_state=standing.state,
        to_state=after.state,
        need_id=shown["need_id"],
        capability_id=shown["capability_id"],
        sequence=after.sequence,
        reason=wanted.kept_reason,
    )


def _signals(shown: dict[str, Any]) -> str | None:
    """Return what the ranking judged the pair by, for it to learn from; facts change later."""
    signals = json.loads(shown["evidence"]).get("signals")
    return json.dumps(signals, sort_keys=True) if signals else None


def _until(wanted: Decision) -> str | None:
    if wanted.decision != "defer" or wanted.defer_until is None:
        return None
    return wanted.defer_until.isoformat()


def _receiver(db: Database, wanted: Decision, standing: Standing) -> int | None:
    """Return the hub that handles the suggestion from now on, None for the need's own."""
    if wanted.decision == "refer":
        return wanted.refer_to_id
    if wanted.decision != "reopen" or standing.hub_id == standing.need_hub_id:
        return None
    return standing.hub_id if standing.decision != "refer" else _hub_before(db, standing)


def _hub_before(db: Database, standing: Standing) -> int | None:
    """Return who had the suggestion before the referral that is undone now."""
    row = db.first(
        "select refer_to_id from review where suggestion_id = ? and sequence < ?"
        " and decision in ('refer', 'reopen') order by sequence desc limit 1",
        (standing.suggestion_id, standing.sequence),
    )
    return row["refer_to_id"] if row else None
