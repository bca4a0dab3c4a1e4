"""When mails that come by the calendar are due: by Danish clocks, on working days."""

from datetime import date, datetime, timedelta

from matchmaker.clock import COPENHAGEN
from matchmaker.database import Database
from matchmaker.workdays import is_working_day

FROM_HOUR, UNTIL_HOUR = 7, 17


def is_mail_time(now: datetime) -> bool:
    """Whether it is a working day in Denmark, at an hour when people look at their mail."""
    here = now.astimezone(COPENHAGEN)
    return FROM_HOUR <= here.hour < UNTIL_HOUR and is_working_day(here.date())


def first_working_day(day: date) -> date | None:
    """Return the first working day of the week of `day`: Monday, if it is no holiday.

    >>> first_working_day(date(2026, 4, 9))  # Easter Monday is a holiday
    datetime.date(2026, 4, 7)
    """
    monday = day - timedelta(days=day.weekday())
    week = (monday + timedelta(days=count) for count in range(5))
    return next((each for each in week if is_working_day(each)), None)


def week_of(now: datetime) -> str:
    """Return the week as "2026-W48"."""
    year, week, _day = now.astimezone(COPENHAGEN).date().isocalendar()
    return f"{year}-W{week:02}"


def is_digest_due(db: Database, now: datetime) -> bool:
    """Whether the weekly mails of this week are still to be sent.

    They go out on the week's first working day; later in the week only if that was missed.
    """
    if not is_mail_time(now) or read_mark(db, "digest") == week_of(now):
        return False
    today = now.astimezone(COPENHAGEN).date()
    return today == first_working_day(today) or read_mark(db, "digest") is not None


def is_alert_due(db: Database, now: datetime) -> bool:
    """Whether the daily mails of today are still to be sent."""
    return is_mail_time(now) and read_mark(db, "alerts") != day_of(now)


def day_of(now: datetime) -> str:
    return now.astimezone(COPENHAGEN).date().isoformat()


def read_mark(db: Database, kind: str) -> str | None:
    row = db.first("select value from setting where name = ?", (f"mailed_{kind}",))
    return str(row["value"]) if row else None


def keep_mark(db: Database, kind: str, value: str) -> None:
    """Note that a round is done; one that was interrupted goes on where it was."""
    with db.atomic():
        db["setting"].upsert({"name": f"mailed_{kind}", "value": value}, pk="name")
