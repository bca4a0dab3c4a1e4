"""Working days in Denmark: what is neither a weekend nor a holiday."""

from datetime import date, timedelta

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
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)
