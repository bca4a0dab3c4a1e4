"""Working days in Denmark: what is neither a weekend nor a holiday."""

import calendar
import itertools
from datetime import date, timedelta
from functools import lru_cache

import holidays

_HOLIDAYS = holidays.country_holidays("DK")


def is_working_day(day: date) -> bool:
    """Whether offices are open.

    >>> is_working_day(date(2026, 12, 25)), is_working_day(date(2026, 12, 28))
    (False, True)
    """
    return day.weekday() < 5 and day not in _HOLIDAYS


def add_working_days(day: date, count: int) -> date:
    """Return the working day that comes `count` working days after `day`.

    >>> add_working_days(date(2026, 3, 31), 2)  # over Easter
    date(2026, 4, 7)
    """
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days came after `start`, up to and with `end`; 0 when none did."""
    if end <= start:
        return 0
    whole_years = sum(_worked(year)[-1] for year in range(start.year, end.year))
    return whole_years + _worked_until(end) - _worked_until(start)


def _worked_until(day: date) -> int:
    return _worked(day.year)[day.timetuple().tm_yday]


@lru_cache(maxsize=64)
def _worked(year: int) -> tuple[int, ...]:
    """Return how many working days the first 0, 1, 2, … days of a year have."""
    first, length = date(year, 1, 1), 366 if calendar.isleap(year) else 365
    days = (first + timedelta(days=n) for n in range(length))
    return tuple(itertools.accumulate((is_working_day(day) for day in days), initial=0))
