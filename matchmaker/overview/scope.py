"""Which part of what happened is counted: a stretch of Danish days, one hub or all.

>>> Scope(date(2026, 1, 1), date(2026, 3, 31)).end
'2026-03-31T22:00:00Z'
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from matchmaker.clock import COPENHAGEN, to_text


@dataclass(frozen=True)
class Scope:
    """`first` and `last` are both within; ``None`` for the hub means all of them."""

    first: date
    last: date
    hub_id: int | None = None

    @property
    def start(self) -> str:
        return _midnight(self.first)

    @property
    def end(self) -> str:
        """The first moment after the period."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def parameters(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "hub": self.hub_id}


def last_year(today: date) -> tuple[date, date]:
    """Return the days of the twelve months that end today."""
    return today - timedelta(days=364), today


def _midnight(day: date) -> str:
    return to_text(datetime.combine(day, time.min, COPENHAGEN))
