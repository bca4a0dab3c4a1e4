"""Periods at a testbed, booked by those who collaborate; a testbed has one guest at a time."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.casework import mails
from matchmaker.casework.errors import (
    CaseworkNotFoundError,
    ClosedError,
    NoTestbedError,
    NotOfferedError,
    PeriodError,
    TakenError,
)
from matchmaker.casework.free_periods import Stretch, free_stretches, joined, lies_within, overlap
from matchmaker.casework.seat import Seat, take_seat
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links


@dataclass(frozen=True)
class Booking:
    """A period that a collaboration has at a testbed."""

    id: int
    collaboration_id: int
    capability_id: int
    starts_on: date
    ends_on: date
    booked_by: str
    cancelled_at: str | None

    @property
    def period(self) -> Stretch:
        return self.starts_on, self.ends_on

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True)
class Calendar:
    """A testbed of the collaboration: what it offers from today on, what is free, what is ours."""

    capability_id: int
    title: str
    language: str
    offered: tuple[Stretch, ...]
    free: tuple[Stretch, ...]
    taken: tuple[Stretch, ...]
    bookings: tuple[Booking, ...]

    def fitting(self, days: int) -> tuple[Stretch, ...]:
        """Return the free stretches that are at least so long."""
        return tuple(each for each in self.free if (each[1] - each[0]).days + 1 >= days)


_BOOKINGS = """
    select b.id, b.collaboration_id, b.capability_id, b.starts_on, b.ends_on,
        a.name as booked_by, b.cancelled_at
    from testbed_booking b join account a on a.id = b.booked_by
    join collaboration c on c.id = b.collaboration_id
"""


def book_testbed(
    db: Database,
    collaboration_id: int,
    capability_id: int,
    period: Stretch,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> int:
    """Return the id of a new booking; everybody in the collaboration is told by mail.

    What is free is looked up inside the transaction that writes, so that of two who book at once
    the second is refused. The same collaboration that books the same days again, as by a second
    click, has booked them once.

    Raises
    ------
    TakenError
        When a part of the period is booked; it carries what is taken.
    NotOfferedError
        When the testbed has not said that it is free then.
    PeriodError
        When the period ends before it begins, or has begun already.
    NoTestbedError
        When the testbed does not take part.
    NotIntroducedError, ClosedError, NotPartyError
        When this person may not book here now.
    """
    with db.atomic():
        seat = take_seat(db, collaboration_id, actor)
        seat.check_writes_to("parties")
        same = _find_same(db, seat, capability_id, period, today=danish_day(now))
        if same is not None:
            return same
        _check_free(db, seat, capability_id, period, today=danish_day(now))
        row = {
            "collaboration_id": collaboration_id, "capability_id": capability_id,
            "starts_on": period[0].isoformat(), "ends_on": period[1].isoformat(),
            "booked_by": actor.id, "created_at": to_text(now),
        }  # fmt: skip
        booking_id = _insert(db, row, period)
        _record(db, "book", seat, booking_id, actor=actor, now=now, **_days(period))
        mails.tell_of_booking(
            db, seat.collaboration, booking_id, period, "booked", actor=actor, links=links, now=now
        )
    return booking_id


def cancel_booking(
    db: Database, booking_id: int, *, actor: Account, links: Links, now: datetime
) -> None:
    """Set the period free again; everybody is told by mail. Twice is once.

    Raises
    ------
    CaseworkNotFoundError
        When there is none.
    ClosedError
        When the collaboration is closed, which has set it free already.
    """
    with db.atomic():
        row = db.first(f"{_BOOKINGS} where b.id = ?", (booking_id,))
        if row is None:
            raise CaseworkNotFoundError(booking_id)
        booking = _booking(row)
        seat = take_seat(db, booking.collaboration_id, actor)
        if booking.cancelled_at is not None:
            return
        if seat.collaboration.is_closed:
            raise ClosedError
        stamp = {"cancelled_at": to_text(now), "cancelled_by": actor.id}
        db["testbed_booking"].update(booking_id, stamp)
        _record(db, "unbook", seat, booking_id, actor=actor, now=now, **_days(booking.period))
        mails.tell_of_booking(
            db, seat.collaboration, booking_id, booking.period, "cancelled",
            actor=actor, links=links, now=now,
        )  # fmt: skip


def list_calendars(db: Database, seat: Seat, today: date) -> list[Calendar]:
    """Return each testbed that takes part, with what fits and is free from today on."""
    testbeds = [party for party in seat.collaboration.parties if party.kind == "testbed"]
    return [
        _calendar(db, seat, party.capability_id, party.title, today)
        for party in testbeds
        if party.capability_id is not None
    ]


def list_bookings(db: Database, capability_id: int, today: date) -> list[Booking]:
    """Return every period that is taken at a testbed from today on, in order."""
    rows = db.rows(
        f"{_BOOKINGS} where b.capability_id = ? and b.cancelled_at is null"
        " and c.stage <> 'closed' and b.ends_on >= ? order by b.starts_on",
        (capability_id, today.isoformat()),
    )
    return [_booking(row) for row in rows]


def _calendar(db: Database, seat: Seat, capability_id: int, title: str, today: date) -> Calendar:
    offered = _offered(db, capability_id, today)
    booked = list_bookings(db, capability_id, today)
    ours = tuple(each for each in booked if each.collaboration_id == seat.collaboration.id)
    language = db["capability"].get(capability_id)["language"]
    taken = joined(each.period for each in booked if each not in ours)
    free = free_stretches(offered, [each.period for each in booked])
    return Calendar(capability_id, title, language, tuple(offered), tuple(free), tuple(taken), ours)


def _find_same(
    db: Database, seat: Seat, capability_id: int, period: Stretch, *, today: date
) -> int | None:
    """Return the booking of just these days that this collaboration has already."""
    own = (seat.collaboration.id, period)
    booked = list_bookings(db, capability_id, today)
    return next((each.id for each in booked if (each.collaboration_id, each.period) == own), None)


def _check_free(
    db: Database, seat: Seat, capability_id: int, period: Stretch, *, today: date
) -> None:
    testbeds = {p.capability_id for p in seat.collaboration.parties if p.kind == "testbed"}
    if capability_id not in testbeds:
        raise NoTestbedError
    if period[1] < period[0] or period[0] < today:
        raise PeriodError
    if not lies_within(period, _offered(db, capability_id, today)):
        raise NotOfferedError
    booked = [each.period for each in list_bookings(db, capability_id, today)]
    taken = tuple(each for each in booked if overlap(each, period))
    if taken:
        raise TakenError(taken)


def _offered(db: Database, capability_id: int, today: date) -> list[Stretch]:
    rows = db.rows(
        "select starts_on, ends_on from capability_period where capability_id = ?"
        " and ends_on >= ? order by starts_on",
        (capability_id, today.isoformat()),
    )
    stated = (_stretch(row) for row in rows)
    return joined((max(start, today), end) for start, end in stated)


def _insert(db: Database, row: dict[str, Any], period: Stretch) -> int:
    """Insert the booking; the table refuses what overlaps, whoever writes to it."""
    try:
        return db.insert_row("testbed_booking", row)
    except sqlite3.IntegrityError as error:
        raise TakenError((period,)) from error


def _booking(row: Mapping[str, Any]) -> Booking:
    start, end = _stretch(row)
    return Booking(**{**row, "starts_on": start, "ends_on": end})


def _stretch(row: Mapping[str, Any]) -> Stretch:
    return date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])


def _days(period: Stretch) -> dict[str, str]:
    return {"starts_on": period[0].isoformat(), "ends_on": period[1].isoformat()}


def _record(
    db: Database,
    action: str,
    seat: Seat,
    booking_id: int,
    *,
    actor: Account,
    now: datetime,
    **days: str,
) -> None:
    log.record(
        db, f"collaboration.{action}", "collaboration", seat.collaboration.id,
        actor_id=actor.id, now=now, booking_id=booking_id, **days,
    )  # fmt: skip
