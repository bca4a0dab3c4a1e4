"""Says when nearly all that is acceptable for a need has been seen, so that a look is worth less.

With p(i) the calibrated probability that suggestion i is acceptable, a set of suggestions holds as
many acceptable ones as its p(i) add up to, on average. Hence

    share seen = sum of p over what staff have decided on
                 / (sum of p over the whole list + sum of p over what found no place on it)

The last sum is kept by the ranking (``matching.expected``). Where a probability or that sum is
missing, nothing is said: likeness is no probability.

>>> share_seen(seen=[0.9, 0.6], listed=[0.9, 0.6, 0.05], below=0.02)
0.9554140127388535
>>> share_seen(seen=[], listed=[None], below=0.0) is None
True
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.reviews.standing import LAST_REVIEW

ENOUGH = 0.95


@dataclass(frozen=True)
class Coverage:
    """How much of what the model expects to be acceptable has been seen; None: not known."""

    share: float | None

    @property
    def is_enough(self) -> bool:
        return self.share is not None and self.share >= ENOUGH

    @property
    def per_cent(self) -> int:
        """The share rounded down, so that it never says more than there is."""
        return math.floor((self.share or 0) * 100)


def share_seen(
    *, seen: Sequence[float | None], listed: Sequence[float | None], below: float | None
) -> float | None:
    """Return the share, between 0 and 1; None where a probability is missing or none is expected.

    `listed` holds the seen ones too.
    """
    known = [chance for chance in listed if chance is not None]
    if below is None or len(known) < len(listed) or not seen:
        return None
    expected = sum(known) + below
    return sum(chance for chance in seen if chance is not None) / expected if expected else None


def read_coverage(db: Database, need_id: int) -> Coverage:
    """Return how much of a need's acceptable suggestions staff have decided on."""
    rows = db.rows(
        "select s.probability, r.id is not null and r.decision <> 'reopen' as is_seen"
        f" from suggestion s {LAST_REVIEW}"
        " where s.need_id = ? and (s.withdrawn_at is null or r.id is not null)",
        (need_id,),
    )
    below = db.first("select below from expected_matches where need_id = ?", (need_id,))
    share = share_seen(
        seen=[row["probability"] for row in rows if row["is_seen"]],
        listed=[row["probability"] for row in rows],
        below=below["below"] if below else None,
    )
    return Coverage(share)
