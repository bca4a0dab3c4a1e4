"""Dates on which somebody may have been born."""

from datetime import date

_OLDEST, _YOUNGEST = 1880, 2040


def is_birth_date(digits: str) -> bool:
    """Return whether ``ddmmyy`` or ``ddmmyyyy`` is a date, also with 60 added to the day.

    Two digits of a year fit two centuries; 29 February is let through when it fits one of them.

    >>> is_birth_date("290200"), is_birth_date("300200"), is_birth_date("610203")
    (True, False, True)
    >>> is_birth_date("01021941"), is_birth_date("01023141")
    (True, False)
    """
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if len(digits) == 8 and not _OLDEST <= year <= _YOUNGEST:
        return False
    try:
        date(year if len(digits) == 8 else 2000 + year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True
