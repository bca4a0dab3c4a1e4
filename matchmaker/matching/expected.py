"""Remembers how much the model expects of the pairs that have no place on a need's list.

A pair is worth suggesting when its score is above the model's floor; the list has ten places. The
sum of the calibrated probabilities of the pairs below the list is the number of acceptable ones
among them that the model expects. Without it nobody could say how much of what there is has been
seen. A single capability that is compared later and finds no place is counted at the next ranking
of the whole need.
"""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.ranking import Match


def note_expected(db: Database, need_id: int, matches: Sequence[Match], *, now: datetime) -> None:
    """Keep the sum for the matches that the stored list leaves out; nothing where none is known."""
    chances = {int(match.capability.profile.id): match.probability for match in matches}
    listed = db.rows(
        "select capability_id from suggestion where need_id = ? and withdrawn_at is null",
        (need_id,),
    )
    for row in listed:
        chances.pop(row["capability_id"], None)
    if any(match.probability is None for match in matches):
        forget_expected(db, need_id)
        return
    below = sum(chance for chance in chances.values() if chance is not None)
    row = {"need_id": need_id, "below": float(below), "at": to_text(now)}
    db["expected_matches"].upsert(row, pk="need_id")


def forget_expected(db: Database, need_id: int) -> None:
    db.execute("delete from expected_matches where need_id = ?", (need_id,))
