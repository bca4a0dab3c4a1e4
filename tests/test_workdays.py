"""Working days and the clock on a case: weekends, Danish holidays, the nights the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.clock import danish_day, to_text
from matchmaker.reviews.waiting import Clock, day_of
from matchmaker.workdays import add_working_days, is_working_day, working_days_between

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


def clock(started: str, today: str) -> Clock:
    return Clock(date.fromisoformat(started), date.fromisoformat(today))


@given(DAYS, st.integers(-10, 900))
def test_the_count_is_that_of_the_days_one_by_one(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    one_by_one = sum(is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert working_days_between(start, end) == one_by_one


@given(DAYS, st.integers(1, 30))
def test_what_is_added_is_what_is_counted(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert is_working_day(end)
    assert working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("started", "due", "overdue"),
    [
        ("2026-11-23", "2026-11-27", "2026-12-01"),  # a Monday; a weekend before day six
        ("2026-11-20", "2026-11-26", "2026-11-30"),  # a Friday
        ("2026-11-21", "2026-11-26", "2026-11-30"),  # the Saturday counts as that Friday
        ("2026-03-31", "2026-04-09", "2026-04-13"),  # Easter: 2, 3 and 6 April
        ("2026-05-12", "2026-05-19", "2026-05-21"),  # Ascension day, 14 May
        ("2026-12-22", "2026-12-29", "2026-12-31"),  # Christmas; the 24th is no public holiday
        ("2026-12-30", "2027-01-06", "2027-01-08"),  # New Year
    ],
)
def test_due_after_four_and_overdue_after_six_working_days(
    started: str, due: str, overdue: str
) -> None:
    due_on = clock(started, started).due_on
    assert due_on is not None
    assert due_on.isoformat() == due
    assert clock(started, due).state == "due"
    assert not clock(started, due).is_late
    day_before = date.fromisoformat(overdue) - timedelta(days=1)
    assert clock(started, day_before.isoformat()).state != "overdue"
    assert clock(started, overdue).state == "overdue"


def test_a_stopped_clock_is_never_late() -> None:
    stopped = Clock(None, date(2026, 12, 31))
    assert (stopped.state, stopped.waited, stopped.is_late) == ("stopped", 0, False)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # In winter Denmark is one hour ahead, in summer two; both change on a Sunday at 1 UTC.
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_moment_belongs_to_its_danish_day(moment: datetime, day: date) -> None:
    assert danish_day(moment) == day_of(to_text(moment)) == day


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_weekend_of_the_clock_change_counts_no_day(sunday: date) -> None:
    """A need of Friday just before midnight and one of just after are a day apart, no more."""
    hour = 23 if sunday.month == 3 else 22
    friday = datetime(sunday.year, sunday.month, sunday.day - 2, hour - 1, 59, tzinfo=UTC)
    after_midnight = friday + timedelta(minutes=1)
    monday = sunday + timedelta(days=1)
    waited = [Clock(danish_day(at), monday).waited for at in (friday, after_midnight)]
    assert danish_day(after_midnight) - danish_day(friday) == timedelta(days=1)
    assert waited == [1, 1]
