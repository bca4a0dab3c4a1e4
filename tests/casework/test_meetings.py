"""Meetings: the invitation that calendars read, and its changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from matchmaker.accounts.actions import erase_account
from matchmaker.casework.days import danish_moment
from matchmaker.casework.errors import (
    FarAheadError,
    GuestError,
    MeetingOverError,
    MomentError,
    StaleError,
)
from matchmaker.casework.meeting import MeetingDraft
from matchmaker.casework.meetings import (
    call_meeting,
    cancel_meeting,
    change_meeting,
    get_meeting,
    read_invitation,
)
from matchmaker.casework.seat import list_people, take_seat
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.following import close
from matchmaker.outbox.delivery import deliver_due
from matchmaker.procurement.queries import list_contacts
from matchmaker.screening.screen import PatientDataFound
from tests.casework.conftest import LATER, Table
from tests.collaborations.conftest import LINKS
from tests.factories import NOW, make_account


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


def test_a_meeting_that_has_been_is_neither_called_off_nor_changed(table: Table) -> None:
    meeting = call(table)
    values: dict[str, Any] = {"actor": table.world.karen, "links": LINKS}
    during = datetime(2027, 7, 1, 8, 14, tzinfo=UTC)
    over = during + timedelta(minutes=1)
    next_one = draft(table, starts_at=danish_moment(date(2027, 8, 1), time(9, 30)))
    with pytest.raises(MeetingOverError):
        cancel_meeting(table.db, meeting, now=over, **values)
    with pytest.raises(MeetingOverError):
        change_meeting(table.db, meeting, next_one, sequence=0, now=over, **values)
    lines = list_contacts(table.db, table.world.need, table.world.staff)
    assert not any(line.corrected_at for line in lines if line.kind == "meeting")
    assert len(invitations(table)) == 3
    for later in (during, over):
        cancel_meeting(table.db, meeting, now=later, **values)


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


def test_a_second_click_calls_no_second_meeting(table: Table) -> None:
    assert call(table) == call(table)
    assert len(table.world.mails("meeting")) == 3
    cancel_meeting(table.db, 1, actor=table.world.karen, links=LINKS, now=LATER)
    assert call(table) == 2


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_beyond_all_calendars_is_refused(table: Table, day: date) -> None:
    with pytest.raises(MomentError):
        call(table, starts_at=danish_moment(day, time(0, 0)))


def test_a_day_more_than_ten_years_ahead_is_refused_with_the_latest_one(table: Table) -> None:
    with pytest.raises(FarAheadError) as refused:
        call(table, starts_at=danish_moment(date(2036, 12, 3), time(0, 0)))
    assert refused.value.latest == date(2036, 11, 30)
    assert call(table, starts_at=danish_moment(refused.value.latest, time(23, 0)))


def test_unseen_signs_in_a_title_stop_no_invitation(table: Table) -> None:
    call(table, title="Opstart\tog\u2028plan\nfor \x0bhøsten")
    for mail in table.world.mails("meeting"):
        assert "Opstart og plan for høsten," in mail["subject"]


def test_who_is_left_out_hears_of_the_end_of_what_they_know(table: Table) -> None:
    meeting = call(table)
    moved = draft(table, starts_at=danish_moment(date(2027, 12, 1), time(9, 30)),
        place="Hos Nordhud", agenda="Pris", guests=(table.world.karen.id,))  # fmt: skip
    change_meeting(
        table.db, meeting, moved, sequence=0, actor=table.world.karen, links=LINKS, now=LATER
    )
    (mail,) = [
        each for each in table.world.mails("meeting")[3:]
        if each["recipient"] == table.world.tina.email
    ]  # fmt: skip
    (event,) = Calendar.from_ical(mail["calendar"]).walk("VEVENT")
    assert event["dtstart"].dt.astimezone(UTC) == datetime(2027, 7, 1, 7, 30, tzinfo=UTC)
    assert event["sequence"] == 1
    assert "Nordhud" not in mail["body_text"] + mail["calendar"]
    assert "Pris" not in mail["calendar"]


def test_who_has_left_is_not_invited_and_the_editors_are(table: Table) -> None:
    world, meeting = table.world, call(table)
    editor = make_account(table.db, world.hospital, "editor", name="Mette Ny")
    for left in (world.karen, world.jonas):
        table.db.execute("update membership set ended_at = 'x' where account_id = ?", (left.id,))
    seat = take_seat(table.db, table.id, world.staff)
    people = {person.id for person in list_people(table.db, seat)}
    assert editor.id in people
    assert not {world.karen.id, world.jonas.id} & people
    change_meeting(
        table.db, meeting, draft(table, agenda="Nyt", guests=(editor.id, world.tina.id)),
        sequence=0, actor=world.tina, links=LINKS, now=LATER,
    )  # fmt: skip
    told = {recipient: method for recipient, method, _event in invitations(table)[3:]}
    assert told == {
        editor.email: "REQUEST", world.tina.email: "REQUEST", world.karen.email: "CANCEL"
    }  # fmt: skip


def test_a_meeting_that_a_closed_collaboration_left_can_be_called_off(table: Table) -> None:
    meeting = call(table)
    close(table.db, table.id, "price", links=LINKS, actor=table.world.staff, now=LATER)
    cancel_meeting(table.db, meeting, actor=table.world.karen, links=LINKS, now=LATER)
    assert [method for _who, method, _event in invitations(table)[3:]] == ["CANCEL"] * 3


def test_a_meeting_that_was_moved_stands_under_its_day_in_the_log_of_contacts(table: Table) -> None:
    meeting = call(table)
    for sequence, month in enumerate((8, 9)):
        moved = draft(table, starts_at=danish_moment(date(2027, month, 1), time(9, 30)))
        change_meeting(
            table.db, meeting, moved, sequence=sequence, actor=table.world.karen, links=LINKS,
            now=LATER,
        )  # fmt: skip
    lines = list_contacts(table.db, table.world.need, table.world.staff)
    standing = [
        (line.organisation_name, line.happened_on) for line in lines
        if line.kind == "meeting" and not line.corrected_at
    ]  # fmt: skip
    assert {day for _name, day in standing} == {"2027-09-01"}
    assert len(standing) == 2
    cancel_meeting(table.db, meeting, actor=table.world.karen, links=LINKS, now=LATER)
    lines = list_contacts(table.db, table.world.need, table.world.staff)
    assert all(line.corrected_at for line in lines if line.kind == "meeting")
