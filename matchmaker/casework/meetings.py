"""Calling a meeting, moving it, calling it off; every guest gets an invitation for the calendar."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.audit import log
from matchmaker.casework import mails
from matchmaker.casework.errors import (
    CaseworkNotFoundError,
    FarAheadError,
    GuestError,
    MeetingOverError,
    MomentError,
    StaleError,
    TextMissingError,
)
from matchmaker.casework.invitation import write_invitation
from matchmaker.casework.meeting import Meeting, MeetingDraft
from matchmaker.casework.seat import Seat, list_people, take_seat
from matchmaker.clock import danish_day, to_text
from matchmaker.collaborations.rights import own_parties
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement.contact import Item
from matchmaker.procurement.log import record_contact, take_back
from matchmaker.screening.screen import refuse_patient_data

#: A meeting further ahead is a slip of the pen; calendars cannot hold the last years of all.
_FURTHEST = timedelta(days=3660)

_MEETINGS = """
    select m.id, m.collaboration_id, m.title, m.starts_at, m.minutes, m.place, m.agenda, m.uid,
        m.sequence, m.created_by, m.updated_at, m.cancelled_at,
        (select json_group_array(json_array(a.id, a.name)) from meeting_guest g
            join account a on a.id = g.account_id where g.meeting_id = m.id) as guests
    from meeting m
"""


def call_meeting(
    db: Database,
    collaboration_id: int,
    draft: MeetingDraft,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> int:
    """Return the id of a new meeting; every guest and the one who calls it are invited by mail.

    The same meeting called twice, as by a second click, is one.

    Raises
    ------
    TextMissingError, MomentError, FarAheadError, GuestError
        When the title is empty, the time is past, far ahead or does not exist, or nobody is
        invited who takes part.
    NotIntroducedError, ClosedError, NotPartyError
        When this person may not call a meeting here now.
    """
    with db.atomic():
        seat = take_seat(db, collaboration_id, actor)
        row = _checked(db, seat, draft, now=now)
        same = _find_same(db, {**row, "collaboration_id": collaboration_id}, draft.guests)
        if same is not None:
            return same
        meeting_id = db.insert_row(
            "meeting",
            {
                **row, "collaboration_id": collaboration_id, "uid": f"{uuid.uuid4()}@matchmaker",
                "created_by": actor.id, "created_at": to_text(now), "updated_at": to_text(now),
            },
        )  # fmt: skip
        _set_guests(db, meeting_id, draft.guests)
        _record(db, "meeting_call", seat, meeting_id, actor=actor, now=now)
        _write_down(db, seat, meeting_id, draft, actor=actor, now=now)
        _send(db, seat, meeting_id, links=links, now=now)
    return meeting_id


def change_meeting(
    db: Database,
    meeting_id: int,
    draft: MeetingDraft,
    *,
    sequence: int,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Move or describe a meeting anew; guests get the change, who is left out a cancellation.

    Raises
    ------
    StaleError
        When somebody changed the meeting meanwhile, or called it off.
    MeetingOverError
        When it has been.
    TextMissingError, MomentError, FarAheadError, GuestError, ClosedError
        As with :func:`call_meeting`.
    """
    with db.atomic():
        before, seat = get_meeting(db, meeting_id, actor)
        if before.sequence != sequence or before.is_cancelled:
            raise StaleError
        if before.is_over(now):
            raise MeetingOverError
        row = _checked(db, seat, draft, now=now)
        stamp = {"sequence": sequence + 1, "updated_at": to_text(now)}
        db["meeting"].update(meeting_id, {**row, **stamp})
        _set_guests(db, meeting_id, draft.guests)
        _record(db, "meeting_change", seat, meeting_id, actor=actor, now=now)
        if (row["title"], draft.day) != (before.title, danish_day(before.starts_at)):
            _take_back(db, seat, meeting_id, actor=actor, now=now)
            _write_down(db, seat, meeting_id, draft, actor=actor, now=now)
        _send(db, seat, meeting_id, links=links, now=now)
        # Who is left out is told of the end of what they know, not of what it has become.
        left_out = tuple(sorted(set(before.guests) - set(draft.guests) - {before.created_by}))
        ended = replace(before, sequence=sequence + 1, updated_at=now).called_off()
        _mail(db, seat, ended, left_out, left_out, links=links, now=now)


def cancel_meeting(
    db: Database, meeting_id: int, *, actor: Account, links: Links, now: datetime
) -> None:
    """Call a meeting off, of a closed collaboration too; calendars take it out. Twice is once.

    Raises
    ------
    MeetingOverError
        When it has been: the log of contacts tells that they met.
    """
    with db.atomic():
        meeting, seat = get_meeting(db, meeting_id, actor)
        if meeting.is_cancelled:
            return
        if meeting.is_over(now):
            raise MeetingOverError
        moment = to_text(now)
        stamp = {"sequence": meeting.sequence + 1, "updated_at": moment, "cancelled_at": moment}
        db["meeting"].update(meeting_id, stamp)
        _record(db, "meeting_cancel", seat, meeting_id, actor=actor, now=now)
        _take_back(db, seat, meeting_id, actor=actor, now=now)
        _send(db, seat, meeting_id, links=links, now=now)


def get_meeting(db: Database, meeting_id: int, actor: Account) -> tuple[Meeting, Seat]:
    """Return a meeting and where its reader sits.

    Raises
    ------
    CaseworkNotFoundError
        When there is none.
    """
    meeting = _read(db, meeting_id)
    return meeting, take_seat(db, meeting.collaboration_id, actor)


def list_meetings(db: Database, seat: Seat) -> list[Meeting]:
    """Return the meetings of a collaboration, the latest first."""
    rows = db.rows(
        f"{_MEETINGS} where m.collaboration_id = ? order by m.starts_at desc, m.id desc",
        (seat.collaboration.id,),
    )
    return [_meeting(row) for row in rows]


def read_invitation(db: Database, meeting_id: int, *, actor: Account, links: Links) -> str:
    """Return the invitation as it is now, for whoever may see the meeting."""
    meeting, _seat = get_meeting(db, meeting_id, actor)
    return _invitation(db, meeting, links, guests=meeting.guests)


def _invitation(db: Database, meeting: Meeting, links: Links, *, guests: tuple[int, ...]) -> str:
    people = tuple(get_account(db, account_id) for account_id in guests)
    return write_invitation(
        meeting,
        organiser=get_account(db, meeting.created_by),
        guests=tuple(person for person in people if person.is_active),
        address=links.page(f"/collaborations/{meeting.collaboration_id}/work"),
    )


def _checked(db: Database, seat: Seat, draft: MeetingDraft, *, now: datetime) -> dict[str, Any]:
    seat.check_writes_to("parties")
    texts = {name: getattr(draft, name).strip() for name in ("title", "place", "agenda")}
    if not texts["title"]:
        raise TextMissingError("title")
    refuse_patient_data(texts)
    if draft.starts_at is None or draft.starts_at <= now:
        raise MomentError
    latest = danish_day(now + _FURTHEST)
    if danish_day(draft.starts_at) > latest:
        raise FarAheadError(latest)
    if not draft.guests or set(draft.guests) - {person.id for person in list_people(db, seat)}:
        raise GuestError
    return {**texts, "starts_at": to_text(draft.starts_at), "minutes": draft.minutes}


def _find_same(db: Database, row: dict[str, Any], guests: tuple[int, ...]) -> int | None:
    """Return the meeting that says the same in all, if there is one that stands."""
    rows = db.rows(
        f"{_MEETINGS} where m.collaboration_id = :collaboration_id and m.title = :title"
        " and m.starts_at = :starts_at and m.minutes = :minutes and m.place = :place"
        " and m.agenda = :agenda and m.cancelled_at is null",
        row,
    )
    meetings = (_meeting(each) for each in rows)
    return next((each.id for each in meetings if set(each.guests) == set(guests)), None)


def _write_down(
    db: Database, seat: Seat, meeting_id: int, draft: MeetingDraft, *, actor: Account, now: datetime
) -> None:
    """Note in the equal-information log who is met on which day."""
    record_contact(
        db, seat.collaboration.need_id, "meeting", actor_id=actor.id, now=now,
        collaboration_id=seat.collaboration.id, item=Item("meeting", meeting_id),
        summary=draft.title, happened_on=draft.day,
    )  # fmt: skip


def _take_back(db: Database, seat: Seat, meeting_id: int, *, actor: Account, now: datetime) -> None:
    take_back(
        db, seat.collaboration.need_id, "meeting", Item("meeting", meeting_id),
        actor_id=actor.id, now=now,
    )  # fmt: skip


def _set_guests(db: Database, meeting_id: int, guests: tuple[int, ...]) -> None:
    db["meeting_guest"].delete_where("meeting_id = ?", [meeting_id])
    db["meeting_guest"].insert_all(
        {"meeting_id": meeting_id, "account_id": guest} for guest in dict.fromkeys(guests)
    )


def _send(db: Database, seat: Seat, meeting_id: int, *, links: Links, now: datetime) -> None:
    """Mail the meeting as it is now to all it concerns.

    Who called it and has left since hears of its end alone.
    """
    meeting = _read(db, meeting_id)
    readers = list(meeting.guests)
    caller = get_account(db, meeting.created_by)
    is_here = caller.is_hub_staff or bool(own_parties(caller, seat.collaboration))
    if is_here or meeting.is_cancelled:
        readers.insert(0, caller.id)
    _mail(db, seat, meeting, readers, meeting.guests, links=links, now=now)


def _mail(
    db: Database,
    seat: Seat,
    meeting: Meeting,
    readers: Iterable[int],
    guests: tuple[int, ...],
    *,
    links: Links,
    now: datetime,
) -> None:
    calendar = _invitation(db, meeting, links, guests=guests)
    for account_id in dict.fromkeys(readers):
        person = get_account(db, account_id)
        if person.is_active:
            mails.send_meeting(
                db, seat.collaboration, meeting, person, calendar=calendar, links=links, now=now
            )


def _read(db: Database, meeting_id: int) -> Meeting:
    row = db.first(f"{_MEETINGS} where m.id = ?", (meeting_id,))
    if row is None:
        raise CaseworkNotFoundError(meeting_id)
    return _meeting(row)


def _meeting(row: dict[str, Any]) -> Meeting:
    guests = sorted(json.loads(row["guests"]), key=lambda guest: str(guest[1]))
    return Meeting(
        **{
            **row,
            "starts_at": datetime.fromisoformat(row["starts_at"]),
            "updated_at": datetime.fromisoformat(row["updated_at"]),
            "guests": tuple(guest[0] for guest in guests),
            "guest_names": tuple(guest[1] for guest in guests),
        }
    )


def _record(
    db: Database, action: str, seat: Seat, meeting_id: int, *, actor: Account, now: datetime
) -> None:
    log.record(
        db, f"collaboration.{action}", "collaboration", seat.collaboration.id,
        actor_id=actor.id, now=now, meeting_id=meeting_id,
    )  # fmt: skip
