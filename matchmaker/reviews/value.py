"""What one more look at a case is expected to be worth; the queue begins with the highest.

    value = (chance + LEARNING * doubt) * (1 + urgency + waiting)

chance    the calibrated probability that the best open suggestion is useful; `UNKNOWN_CHANCE`
          where none is known or nothing is suggested yet
doubt     how little is known: 4 p (1 - p), which is 1 at a toss-up and 0 at a certainty, divided by
          one more than the decisions there are on the need; without a probability p is a toss-up
urgency   0 to 1: how near the day is on which the need ends, over the last `ENDING_DAYS` days
waiting   0 to 2: working days that the oldest open suggestion has waited, over those at which the
          clock says overdue

So a likely pair comes first, a doubtful one teaches more than a certain one, and what is unlikely
still comes up when it has waited long enough.

>>> value_of_look(Look(probability=0.9)) > value_of_look(Look(probability=0.5))
True
>>> value_of_look(Look(probability=0.3, waited=12)) > value_of_look(Look(probability=0.8))
True
"""

from dataclasses import dataclass
from typing import Final

from matchmaker.reviews.waiting import OVERDUE_AFTER

LEARNING: Final = 0.2
UNKNOWN_CHANCE: Final = 0.1
ENDING_DAYS: Final = 30
MOST_WAITING: Final = 2.0


@dataclass(frozen=True)
class Look:
    """What is known before somebody opens a case.

    `decided` counts the decisions on the need, `waited` is in working days, and `days_left` until
    the need ends (None: it has no end).
    """

    probability: float | None
    decided: int = 0
    waited: int = 0
    days_left: int | None = None

    @property
    def chance(self) -> float:
        return UNKNOWN_CHANCE if self.probability is None else self.probability

    @property
    def doubt(self) -> float:
        p = 0.5 if self.probability is None else self.probability
        return 4 * p * (1 - p) / (1 + self.decided)

    @property
    def urgency(self) -> float:
        if self.days_left is None:
            return 0.0
        return min(1.0, max(0.0, 1 - self.days_left / ENDING_DAYS))

    @property
    def waiting(self) -> float:
        return min(MOST_WAITING, self.waited / OVERDUE_AFTER)


def value_of_look(look: Look) -> float:
    """Return the value, above 0 and without a unit: only the order counts."""
    return (look.chance + LEARNING * look.doubt) * (1 + look.urgency + look.waiting)
