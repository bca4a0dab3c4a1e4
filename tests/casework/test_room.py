"""What is left of a testbed's free periods counts wherever a testbed is looked for."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.capabilities.queries import Search, get_capability, list_published
from matchmaker.casework.bookings import book_testbed, cancel_booking
from matchmaker.casework.free_periods import Stretch, free_stretches, joined
from matchmaker.collaborations.candidates import list_partners
from matchmaker.collaborations.following import close
from matchmaker.database import Database
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.queries import list_for_need
from matchmaker.matching.refresh import match_changed
from matchmaker.reviews.sides import get_suggestion
from tests.casework.conftest import TODAY, Table
from tests.collaborations.conftest import LINKS
from tests.factories import NOW, make_capability, make_need
from tests.matching.keyword_encoder import KeywordEncoder

JANUARY = (date(2027, 1, 11), date(2027, 1, 22))
_days = st.dates(date(2027, 1, 1), date(2027, 2, 1))
_stretches = st.lists(
    st.tuples(_days, st.integers(0, 12)).map(lambda p: (p[0], p[0] + timedelta(days=p[1]))),
    max_size=5,
)


def room(db: Database, testbed: int) -> list[Stretch]:
    return [
        (date.fromisoformat(each.starts_on), date.fromisoformat(each.ends_on))
        for each in get_capability(db, testbed).room
    ]


def book(table: Table) -> int:
    return book_testbed(
        table.db, table.id, table.world.testbed, JANUARY,
        actor=table.world.jonas, links=LINKS, now=NOW,
    )  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(offered=_stretches, booked=_stretches)
def test_room_is_what_is_offered_less_what_is_booked(
    table: Table, offered: list[Stretch], booked: list[Stretch]
) -> None:
    table.db["capability_period"].delete_where()
    table.db["testbed_booking"].delete_where()
    for start, end in offered:
        table.offer(start.isoformat(), end.isoformat())
    taken = [each for number, each in enumerate(sorted(booked)) if not _meets(booked, number)]
    for start, end in taken:
        table.db["testbed_booking"].insert(
            {
                "collaboration_id": table.id, "capability_id": table.world.testbed,
                "starts_on": start.isoformat(), "ends_on": end.isoformat(),
                "booked_by": table.world.jonas.id, "created_at": "x",
            }
        )  # fmt: skip
    assert joined(room(table.db, table.world.testbed)) == free_stretches(offered, taken)


def _meets(booked: list[Stretch], number: int) -> bool:
    """Whether an earlier one reaches into it: a testbed has one guest at a time."""
    start = sorted(booked)[number][0]
    return any(end >= start for _start, end in sorted(booked)[:number])


def test_a_testbed_that_is_booked_out_is_ranked_as_taken_until_its_days_are_free_again(
    table: Table,
) -> None:
    pipeline, db = Pipeline(KeywordEncoder()), table.db
    table.offer(*(day.isoformat() for day in JANUARY))
    table.offer("2026-01-01", "2026-01-31")
    db["capability"].update(table.world.testbed, {"title": "Pressure", "description": "Pressure"})
    need = make_need(db, table.world.hospital, title="Liggesår", problem="Liggesår")

    def is_free() -> bool | None:
        match_changed(db, pipeline, now=NOW)
        listed = {each.capability_id: each for each in list_for_need(db, need)}
        facts = listed[table.world.testbed].evidence["facts"]
        return next(fact["fits"] for fact in facts if fact["code"] == "testbed_free")

    assert is_free()
    booking = book(table)
    assert is_free() is False
    cancel_booking(db, booking, actor=table.world.tina, links=LINKS, now=NOW)
    assert is_free()
    book(table)
    assert is_free() is False
    close(db, table.id, "finished", links=LINKS, actor=table.world.staff, now=NOW)
    assert is_free()


def test_pages_show_and_find_a_testbed_by_the_days_that_are_left(table: Table) -> None:
    db, testbed = table.db, table.world.testbed
    table.offer(*(day.isoformat() for day in JANUARY))

    def code() -> str:
        view = get_suggestion(db, table.world.suggestions[1], today=TODAY)
        return next(fact.code for fact in view.facts if fact.topic == "room")

    other = make_capability(db, table.world.company, kind="testbed", title="Å-huset")
    db["capability_period"].insert(
        {"capability_id": other, "starts_on": "2027-01-15", "ends_on": "2027-01-20"}
    )
    assert (code(), list_partners(db, table.world.need, today=TODAY)[0][0]) == (
        "free_from",
        testbed,
    )
    book(table)
    assert (code(), list_partners(db, table.world.need, today=TODAY)[0][0]) == ("not_free", other)
    found = list_published(db, Search({}), free_from="2027-01-12", free_until="2027-01-20")
    assert [shown.profile.id for shown in found.items] == [other]
    assert get_capability(db, testbed).room_from(TODAY.isoformat()) is None
    assert get_capability(db, testbed).free_periods, "what the owner stated stays"


@pytest.mark.parametrize("starts_on", ["2027-01-01", "2027-01-11"])
def test_the_first_free_day_comes_after_a_booking_or_before_it(
    table: Table, starts_on: str
) -> None:
    table.offer("2026-01-01", "2026-01-31")
    table.offer(starts_on, "2027-03-31")
    book(table)
    first = {"2027-01-01": "2027-01-01", "2027-01-11": "2027-01-23"}[starts_on]
    assert get_capability(table.db, table.world.testbed).room_from(TODAY.isoformat()) == first
