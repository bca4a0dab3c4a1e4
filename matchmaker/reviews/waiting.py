"""The clock on a case: the first action within four working days, overdue at six.

Days are Danish days and working days: neither a weekend, a holiday nor the hour that daylight
saving takes counts. The day on which a case comes is day 0. What comes on a Saturday is due on the
same day as what came on the Friday before.

>>> clock = Clock(date(2026, 3, 31), today=date(2026, 4, 7))  # over Easter
>>> clock.waited, clock.state, clock.due_on.isoformat()
(2, 'running', '2026-04-09')
"""

from dataclasses import dataclass
from datetime import date

from matchmaker.clock import danish_day, to_date, to_moment
from matchmaker.workdays import add_working_days, working_days_between

DUE_AFTER = 4
OVERDUE_AFTER = 6
CLOCK_STATES = ("stopped", "running", "due", "overdue")


@dataclass(frozen=True)
class Clock:
    """Runs from the day `started` until somebody acts; then it has stopped and `started` is None.

    `today` is the day it is read, or the day on which somebody acted.
    """

    started: date | None
    today: date

    @property
    def waited(self) -> int:
        """Working days without an action."""
        return working_days_between(self.started, self.today) if self.started else 0

    @property
    def due_on(self) -> date | None:
        """The last day on which the first action is in time."""
        return add_working_days(self.started, DUE_AFTER) if self.started else None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.today > self.due_on

    @property
    def state(self) -> str:
        if self.started is None:
            return "stopped"
        if self.waited < DUE_AFTER:
            return "running"
        return "due" if self.waited < OVERDUE_AFTER else "overdue"


def day_of(text: str) -> date:
    """Return the Danish day of a stored moment; a stored date is that day.

    >>> day_of("2026-03-28T23:30:00Z"), day_of("2026-03-29")  # the night the clocks change
    (datetime.date(2026, 3, 29), datetime.date(2026, 3, 29))
    """
    moment = to_moment(text) if "T" in text else None
    day = danish_day(moment) if moment else to_date(text)
    if day is None:
        raise ValueError(text)
    return day
