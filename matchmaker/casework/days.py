"""Days and moments in words, and Danish clock time as it is typed.

>>> danish_moment(date(2026, 3, 29), time(2, 30)) is None  # the clock jumps over it
True
>>> danish_moment(date(2026, 7, 1), time(9, 0)).isoformat()
'2026-07-01T07:00:00+00:00'
"""

from datetime import UTC, date, datetime, time

from babel.dates import format_date, format_datetime

from matchmaker.clock import COPENHAGEN
from matchmaker.translations import DATE_LOCALES


def danish_moment(day: date, clock: time) -> datetime | None:
    """Return the moment when Danish clocks show this, the first of two in autumn; else None."""
    moment = datetime.combine(day, clock, tzinfo=COPENHAGEN)
    try:
        there = moment.astimezone(UTC)
    except OverflowError:
        return None
    shown = there.astimezone(COPENHAGEN).replace(tzinfo=None)
    return there if shown == moment.replace(tzinfo=None) else None


def long_day(day: date, language: str) -> str:
    return str(format_date(day, "long", locale=DATE_LOCALES[language]))


def long_moment(moment: datetime, language: str) -> str:
    """Return day and clock time in Denmark."""
    pattern = "EEEE 'den' d. MMMM y 'kl.' HH:mm" if language == "da" else "EEEE d MMMM y, HH:mm"
    locale = DATE_LOCALES[language]
    return str(format_datetime(moment, pattern, tzinfo=COPENHAGEN, locale=locale))
