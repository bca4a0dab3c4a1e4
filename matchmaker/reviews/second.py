"""A share of the decisions is made again by somebody who does not know the first one.

Which suggestions are read twice follows from their ids alone, so that nobody can choose. What the
second reader decides changes nothing; where the two differ, both are shown what the other said, and
one of them, or their manager, settles it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.pace import begun_at
from matchmaker.reviews.review import ReasonMissingError, Review, is_reasoned
from matchmaker.reviews.second_queries import (
    Reading,
    find_reading,
    find_waiting,
    knows_decision,
)
from matchmaker.reviews.standing import get_standing
from matchmaker.screening.screen import refuse_patient_data

#: A decision that nobody read again within so many days is left with one reader.
READ_WITHIN = timedelta(days=30)
#: A second reader names no day; a "not now" of theirs that holds comes back after this long.
LATER = timedelta(days=14)


class NotWaitingError(Exception):
    """The suggestion does not wait for a second reading by this person (any more)."""


class SettledError(Exception):
    """The two readings agree, or somebody has settled the matter."""


@dataclass(frozen=True)
class Sample:
    """Which decisions are read twice: `share` per cent of the suggestions, lately decided."""

    share: int
    now: datetime

    @property
    def since(self) -> str:
        return to_text(self.now - READ_WITHIN)

    def includes(self, suggestion_id: int) -> bool:
        """Whether the suggestion is read twice, for ever the same answer at the same share.

        >>> everybody, nobody = Sample(100, datetime.max), Sample(0, datetime.max)
        >>> everybody.includes(7), nobody.includes(7)
        (True, False)
        """
        digest = hashlib.sha256(f"second reading {suggestion_id}".encode()).digest()
        return int.from_bytes(digest[:8]) < self.share / 100 * 2**64


def list_waiting(
    db: Database,
    reader: Account,
    sample: Sample,
    hub_ids: tuple[int, ...] | None = None,
    *,
    need_id: int | None = None,
) -> list[int]:
    """Return the suggestions that this person may read second, oldest decision first."""
    found = find_waiting(db, reader.id, since=sample.since, need_id=need_id, hub_ids=hub_ids)
    return [suggestion_id for suggestion_id in found if sample.includes(suggestion_id)]


def is_blind(db: Database, suggestion_id: int, reader: Account, sample: Sample) -> bool:
    """Whether the reader must not learn yet what was decided on the suggestion."""
    return sample.includes(suggestion_id) and bool(
        find_waiting(db, reader.id, since=sample.since, suggestion_id=suggestion_id)
    )


def note_shown(db: Database, review: Review, *, actor: Account, now: datetime) -> None:
    """Remember that the reader was shown a decision, as who is overtaken by it is."""
    with db.atomic():
        db.execute(
            "insert into decision_shown (review_id, account_id, shown_at)"
            " select id, ?, ? from review where suggestion_id = ? and sequence = ?"
            " and account_id <> ? on conflict do nothing",
            (actor.id, to_text(now), review.suggestion_id, review.sequence, actor.id),
        )


def read_again(
    db: Database,
    suggestion_id: int,
    decision: str,
    *,
    sample: Sample,
    reason: str | None = None,
    note: str = "",
    shown_at: datetime | None = None,
    actor: Account,
    now: datetime,
) -> Reading:
    """Store what the second reader decides, and return both decisions.

    It counts for the agreement of readers only if the reader could not know the first decision.

    Raises
    ------
    NotWaitingError
        When somebody else has read it, or the first decision was undone.
    ReasonMissingError
        When a no has no reason.
    PatientDataFound
        When the note holds data about a patient.
    """
    note = note.strip()
    refuse_patient_data({"note": note})
    if decision == "reject" and not is_reasoned(reason, note):
        raise ReasonMissingError(reason)
    with db.atomic():
        if decision not in ("approve", "reject") or not is_blind(db, suggestion_id, actor, sample):
            raise NotWaitingError(suggestion_id)
        (review_id,) = find_waiting(
            db, actor.id, since=sample.since, suggestion_id=suggestion_id
        ).values()
        shown = begun_at(db, shown_at, actor=actor)
        db["second_review"].insert(
            {
                "review_id": review_id,
                "suggestion_id": suggestion_id,
                "account_id": actor.id,
                "decision": decision,
                "reason": reason if decision == "reject" else None,
                "note": note,
                "shown_at": to_text(shown) if shown else None,
                "is_blind": int(not knows_decision(db, review_id, actor.id)),
                "created_at": to_text(now),
            }
        )
        log.record(
            db, "review.second", "suggestion", suggestion_id, actor_id=actor.id, now=now,
            review_id=review_id, decision=decision,
        )  # fmt: skip
        return _reading(db, suggestion_id)


def settle_reading(
    db: Database, suggestion_id: int, keep: str, *, actor: Account, now: datetime
) -> None:
    """Settle two readings that differ: ``approve`` or ``reject`` holds from now on.

    The suggestion is decided anew, with the reason that the no was given, unless that is how it
    stands already or it has been taken down. A "not now" comes back after `LATER`.

    Raises
    ------
    NotWaitingError
        When there are no two readings of this suggestion.
    NotPermittedError
        When the actor is neither one of the two nor a manager.
    SettledError
        When there is nothing to settle.
    NotOpenError
        When the suggestion is part of a collaboration: it has to be closed first.
    """
    with db.atomic():
        reading = _reading(db, suggestion_id)
        if actor.id not in reading.reader_ids and not actor.is_hub_manager:
            raise NotPermittedError(f"account {actor.id} is none of the readers")
        if reading.agrees or reading.settled_as or keep not in ("approve", "reject"):
            raise SettledError(suggestion_id)
        _decide(db, reading, keep, actor=actor, now=now)
        db["second_review"].update(
            reading.review_id,
            {"settled_at": to_text(now), "settled_by": actor.id, "settled_as": keep},
        )
        log.record(
            db, "review.settle", "suggestion", suggestion_id, actor_id=actor.id, now=now,
            review_id=reading.review_id, decision=keep,
        )  # fmt: skip


def _decide(db: Database, reading: Reading, keep: str, *, actor: Account, now: datetime) -> None:
    standing = get_standing(db, reading.suggestion_id)
    is_gone = not standing.is_current and not standing.is_collaborating
    if standing.decision == keep or is_gone:
        return
    no = reading.first if reading.first.decision == "reject" else reading.second
    review_suggestion(
        db,
        reading.suggestion_id,
        keep,
        actor=actor,
        now=now,
        seen_sequence=standing.sequence,
        reason=no.reason,
        note=no.note if keep == "reject" else "",
        defer_until=danish_day(now + LATER),
        overrule=True,
    )


def _reading(db: Database, suggestion_id: int) -> Reading:
    reading = find_reading(db, suggestion_id)
    if reading is None:
        raise NotWaitingError(suggestion_id)
    return reading
