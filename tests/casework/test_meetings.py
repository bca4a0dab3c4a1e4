"""Meetings: the invitation that calendars read, and its changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from icalendar import Calendar

from matchmaker.accounts.actions import erase_account
from matchmaker.casework.days import danish_moment
from matchmaker.casework.errors import GuestError, MomentError, StaleError
from matchmaker.casework.meeting import MeetingDraft
from matchmaker.casework.meetings import (
    call_meeting,
    cancel_meeting,
    change_meeting,
    get_meeting,
    read_invitation,
)
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.outbox.delivery import deliver_due
from matchmaker.screening.screen import PatientDataFound
from tests.casework.conftest import LATER, Table
from tests.collaborations.conftest import LINKS
from tests.factories import NOW


def draft(table: Table, **values: object) -> MeetingDraft:
    made = MeetingDraft(
        title="Opstart; hvem gør hvad, og hvornår?",
        starts_at=danish_moment(date(2027, 7, 1), time(9, 30)),
        minutes=45,
        place="Testboligen, Ådal",
        agenda="1. Plan\n2. Økonomi",
        guests=(table.world.karen.id, table.world.tina.id),
    )
    return replace(made, **values)  # type: ignore[arg-type]


def call(table: Table, **values: object) -> int:
    return call_meeting(
        table.db, table.id, draft(table, **values), actor=table.world.jonas, links=LINKS, now=NOW
    )


def invitations(table: Table) -> list[tuple[str, str, Any]]:
    """Return who got which method and event, in order."""
    return [
        (mail["recipient"], str(calendar["method"]), calendar.walk("VEVENT")[0])
        for mail in table.world.mails("meeting")
        for calendar in [Calendar.from_ical(mail["calendar"])]
    ]


def test_every_guest_and_the_caller_get_an_invitation_in_danish_time(table: Table) -> None:
    call(table)
    found = invitations(table)
    people = {table.world.jonas.email, table.world.karen.email, table.world.tina.email}
    assert {recipient for recipient, _method, _event in found} == people
    _recipient, method, event = found[0]
    assert method == "REQUEST"
    assert event["dtstart"].dt.astimezone(UTC) == datetime(2027, 7, 1, 7, 30, tzinfo=UTC)
    assert event["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert event["summary"] == "Opstart; hvem gør hvad, og hvornår?"
    assert len(event["attendee"]) == 2
    assert str(event["organizer"]) == f"mailto:{table.world.jonas.email}"


def test_the_invitation_brings_the_rules_of_the_danish_clock(table: Table) -> None:
    text = read_invitation(table.db, call(table), actor=table.world.karen, links=LINKS)
    zones = Calendar.from_ical(text).walk("VTIMEZONE")
    assert [str(zone["tzid"]) for zone in zones] == ["Europe/Copenhagen"]
    assert "DAYLIGHT" in text
    assert "+0200" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_change_keeps_the_uid_and_counts_the_sequence_up(table: Table) -> None:
    meeting = call(table)
    first = invitations(table)[0][2]
    moved = draft(table, starts_at=danish_moment(date(2027, 12, 1), time(9, 30)),
        guests=(table.world.karen.id,))  # fmt: skip
    change_meeting(
        table.db, meeting, moved, sequence=0, actor=table.world.karen, links=LINKS, now=LATER
    )
    changed = invitations(table)[3:]
    methods = {recipient: method for recipient, method, _event in changed}
    assert methods == {
        table.world.jonas.email: "REQUEST",
        table.world.karen.email: "REQUEST",
        table.world.tina.email: "CANCEL",
    }
    assert {str(event["uid"]) for *_who, event in changed} == {str(first["uid"])}
    assert {event["sequence"] for *_who, event in changed} == {1}
    with pytest.raises(StaleError):
        change_meeting(
            table.db, meeting, moved, sequence=0, actor=table.world.jonas, links=LINKS, now=LATER
        )


def test_a_meeting_is_called_off_once(table: Table) -> None:
    meeting = call(table)
    for _twice in range(2):
        cancel_meeting(table.db, meeting, actor=table.world.karen, links=LINKS, now=LATER)
    off = invitations(table)[3:]
    assert [method for _recipient, method, _event in off] == ["CANCEL"] * 3
    assert {event["status"] for *_who, event in off} == {"CANCELLED"}
    assert get_meeting(table.db, meeting, table.world.tina)[0].is_cancelled


def test_times_that_the_clock_skips_or_that_are_past_are_refused(table: Table) -> None:
    skipped = danish_moment(date(2027, 3, 28), time(2, 30))
    twice = danish_moment(date(2027, 10, 31), time(2, 30))
    assert skipped is None
    assert twice == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    for wrong in (skipped, NOW):
        with pytest.raises(MomentError):
            call(table, starts_at=wrong)


def test_only_who_takes_part_is_invited_and_no_patient_is_named(table: Table) -> None:
    for guests in ((), (table.stranger.id,)):
        with pytest.raises(GuestError):
            call(table, guests=guests)
    with pytest.raises(PatientDataFound):
        call(table, agenda="Om 010203-1234")
    with pytest.raises(NotPartyError):
        get_meeting(table.db, call(table), table.stranger)


def test_who_is_erased_is_gone_from_the_invitations_of_others(table: Table) -> None:
    call(table, title="Møde")
    deliver_due(table.db, lambda _mail: None, now=LATER)
    erase_account(table.db, table.world.karen.id, actor=table.world.karen, now=LATER)
    left = "".join((mail["calendar"] or "").replace("\r\n ", "") for mail in table.world.mails())
    assert table.world.karen.email not in left
