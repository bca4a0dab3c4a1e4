"""Mails about meetings and bookings: one to each, under a key that sends nothing twice."""

from datetime import date, datetime

from matchmaker.accounts.account import Account
from matchmaker.casework.days import long_day, long_moment
from matchmaker.casework.meeting import Meeting
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.mails import list_readers
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import Links


def tell_of_booking(
    db: Database,
    collaboration: Collaboration,
    booking_id: int,
    period: tuple[date, date],
    what: str,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Tell every party, except who did it, that a period is booked or free again."""
    readers = {r.id: r for party in collaboration.parties for r in list_readers(db, party)}
    for reader in readers.values():
        if reader.id != actor.id:
            enqueue_template(
                db, "booking", reader, key=f"booking-{what}-{booking_id}-{reader.id}", now=now,
                person=reader, collaboration=collaboration, what=what, actor=actor,
                starts=long_day(period[0], reader.language),
                ends=long_day(period[1], reader.language), link=_work_page(links, collaboration),
            )  # fmt: skip


def send_meeting(
    db: Database,
    collaboration: Collaboration,
    meeting: Meeting,
    person: Account,
    *,
    calendar: str,
    links: Links,
    now: datetime,
) -> None:
    """Send the meeting as it is now; each change is a mail of its own."""
    state = "off" if meeting.is_cancelled else "on"
    enqueue_template(
        db, "meeting", person, calendar=calendar, now=now,
        key=f"meeting-{meeting.id}-{meeting.sequence}-{state}-{person.id}", person=person,
        collaboration=collaboration, meeting=meeting,
        starts=long_moment(meeting.starts_at, person.language),
        link=_work_page(links, collaboration),
    )  # fmt: skip


def _work_page(links: Links, collaboration: Collaboration) -> str:
    return links.page(f"/collaborations/{collaboration.id}/work")
