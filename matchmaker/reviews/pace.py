"""How long a review takes: from the page being shown to the decision."""

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.accounts.account import Account
from matchmaker.clock import to_moment, to_text
from matchmaker.database import Database

#: Longer ago somebody was called away; such a time says nothing about a review.
LONGEST = timedelta(minutes=30)


@dataclass(frozen=True)
class Pace:
    """The median of the `reviews` whose time is known, in whole seconds; None without any."""

    reviews: int
    median_seconds: int | None

    @property
    def minutes_and_seconds(self) -> tuple[int, int]:
        return divmod(self.median_seconds or 0, 60)


def begun_at(db: Database, shown_at: datetime | None, *, actor: Account) -> datetime | None:
    """Return since when the actor can have looked at what was shown at `shown_at`.

    The browser loads the next page while the one before is read, so a review begins when the
    actor's decision before it was made, if that is later. None stays None: not known.
    """
    if shown_at is None:
        return None
    row = db.first(
        "select max(at) as at from (select max(created_at) as at from review where account_id = :id"
        " union all select max(created_at) from second_review where account_id = :id)",
        {"id": actor.id},
    )
    before = to_moment(row["at"]) if row else None
    return max(shown_at, before) if before else shown_at


def read_pace(db: Database, *, since: datetime) -> Pace:
    """Return how long reviews took since a day, first and second readings alike."""
    rows = db.rows(
        "select shown_at, created_at from (select shown_at, created_at from review"
        " union all select shown_at, created_at from second_review)"
        " where shown_at is not null and created_at >= :since",
        {"since": to_text(since)},
    )
    times = [
        datetime.fromisoformat(row["created_at"]) - datetime.fromisoformat(row["shown_at"])
        for row in rows
    ]
    known = [time.total_seconds() for time in times if timedelta(0) <= time <= LONGEST]
    return Pace(len(known), round(statistics.median(known)) if known else None)
