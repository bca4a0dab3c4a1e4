"""Periods at a testbed: what is free, and that no two are there at once."""

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.casework.bookings import book_testbed, cancel_booking, list_calendars
from matchmaker.casework.errors import (
    ClosedError,
    NoTestbedError,
    NotOfferedError,
    PeriodError,
    TakenError,
)
from matchmaker.casework.free_periods import Stretch, free_stretches, lies_within, overlap
from matchmaker.casework.seat import take_seat
from matchmaker.collaborations.following import close
from matchmaker.database import Database, open_database
from tests.casework.conftest import TODAY, Table, introduce
from tests.collaborations.conftest import LINKS, make_world
from tests.factories import NOW, make_need, make_suggestion

DAY = date.fromisoformat
JANUARY = (DAY("2027-01-11"), DAY("2027-01-22"))
_days = st.dates(DAY("2027-01-01"), DAY("2027-03-01"))
_stretches = st.lists(
    st.tuples(_days, st.integers(0, 12)).map(lambda p: (p[0], p[0] + timedelta(days=p[1]))),
    max_size=6,
)


@given(_stretches, _stretches, _days)
def test_a_day_is_free_when_it_is_offered_and_not_taken(
    offered: list[Stretch], taken: list[Stretch], day: date
) -> None:
    free = free_stretches(offered, taken)
    here = (day, day)
    wanted = lies_within(here, offered) and not any(overlap(here, each) for each in taken)
    assert lies_within(here, free) == wanted
    assert free == sorted(free)


def book(table: Table, period: Stretch = JANUARY, **values: Any) -> int:
    actor = values.pop("actor", table.world.jonas)
    capability = values.pop("capability", table.world.testbed)
    return book_testbed(
        table.db, values.pop("collaboration", table.id), capability, period,
        actor=actor, links=LINKS, now=NOW,
    )  # fmt: skip


def another(table: Table) -> int:
    """Return a second collaboration of the same testbed, introduced like the first."""
    world = table.world
    need = make_need(world.db, world.hospital, hub_id=world.hub, owner_id=world.karen.id)
    suggestion = make_suggestion(world.db, need, world.testbed)
    assert suggestion
    made = dict(table.db["collaboration"].get(table.id))
    del made["id"]
    collaboration = table.db.insert_row("collaboration", made)
    for row in table.db.rows(
        "select * from collaboration_party where collaboration_id = ?", (table.id,)
    ):
        table.db["collaboration_party"].insert(
            {**row, "id": None, "collaboration_id": collaboration}
        )
    return collaboration


def test_what_is_offered_and_free_can_be_booked_and_all_are_told(table: Table) -> None:
    table.offer("2027-01-01", "2027-01-31")
    table.offer("2027-02-01", "2027-02-28")
    book(table)
    (calendar,) = list_calendars(table.db, take_seat(table.db, table.id, table.world.karen), TODAY)
    assert calendar.free == (
        (DAY("2027-01-01"), DAY("2027-01-10")),
        (DAY("2027-01-23"), DAY("2027-02-28")),
    )
    assert calendar.fitting(30) == calendar.free[1:]
    assert [booking.period for booking in calendar.bookings] == [JANUARY]
    told = {mail["recipient"] for mail in table.world.mails("booking")}
    assert told == {table.world.karen.email, table.world.tina.email}


def test_a_second_click_books_once_and_tells_once(table: Table) -> None:
    table.offer("2027-01-01", "2027-03-31")
    first = book(table)
    assert book(table) == book(table, actor=table.world.karen) == first
    assert len(table.world.mails("booking")) == 2
    with pytest.raises(TakenError):
        book(table, collaboration=another(table))
    with pytest.raises(TakenError):
        book(table, (JANUARY[0], DAY("2027-01-21")))
    cancel_booking(table.db, first, actor=table.world.tina, links=LINKS, now=NOW)
    assert book(table) != first


def test_an_overlapping_period_is_refused_with_what_is_taken(table: Table) -> None:
    table.offer("2027-01-01", "2027-03-31")
    other = another(table)
    book(table)
    with pytest.raises(TakenError) as error:
        book(table, (DAY("2027-01-22"), DAY("2027-02-02")), collaboration=other)
    assert error.value.taken == (JANUARY,)
    book(table, (DAY("2027-01-23"), DAY("2027-02-02")), collaboration=other)
    seat = take_seat(table.db, other, table.world.jonas)
    (calendar,) = list_calendars(table.db, seat, TODAY)
    assert calendar.taken == (JANUARY,)
    assert len(calendar.bookings) == 1


def test_the_table_itself_refuses_what_overlaps(table: Table) -> None:
    table.offer("2027-01-01", "2027-03-31")
    book(table)
    row = table.db.first("select * from testbed_booking")
    with pytest.raises(Exception, match="taken"):
        table.db["testbed_booking"].insert({**(row or {}), "id": None})


def test_a_cancelled_or_ended_booking_sets_the_days_free(table: Table) -> None:
    table.offer("2027-01-01", "2027-03-31")
    other = another(table)
    first = book(table)
    for _twice in range(2):
        cancel_booking(table.db, first, actor=table.world.tina, links=LINKS, now=NOW)
    book(table)
    close(table.db, table.id, "finished", links=LINKS, actor=table.world.staff, now=NOW)
    assert book(table, collaboration=other)
    with pytest.raises(ClosedError):
        book(table, (DAY("2027-03-01"), DAY("2027-03-02")))


@pytest.mark.parametrize(
    ("period", "error"),
    [
        (("2027-01-20", "2027-01-10"), PeriodError),
        (("2026-11-01", "2026-11-10"), PeriodError),
        (("2027-01-20", "2027-02-10"), NotOfferedError),
    ],
)
def test_a_period_lies_ahead_and_within_what_is_offered(
    table: Table, period: tuple[str, str], error: type[Exception]
) -> None:
    table.offer("2026-01-01", "2027-01-31")
    with pytest.raises(error):
        book(table, (DAY(period[0]), DAY(period[1])))
    with pytest.raises(NoTestbedError):
        book(table, capability=table.world.solution)


def test_of_two_who_book_at_once_one_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "matchmaker.db"
    table = introduce(make_world(open_database(path)))
    table.offer("2027-01-01", "2027-03-31")
    barrier, outcomes = threading.Barrier(4), []

    def try_it(shift: int) -> None:
        db: Database = open_database(path)
        start = JANUARY[0] + timedelta(days=shift)
        barrier.wait()
        try:
            book_testbed(
                db, table.id, table.world.testbed, (start, start + timedelta(days=5)),
                actor=table.world.jonas, links=LINKS, now=NOW,
            )  # fmt: skip
            outcomes.append("booked")
        except TakenError:
            outcomes.append("taken")
        finally:
            db.close()

    threads = [threading.Thread(target=try_it, args=(shift,)) for shift in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["booked", "taken", "taken", "taken"]
    table.db.close()
