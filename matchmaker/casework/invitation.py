"""A meeting as calendars read it: iCalendar, with the rules of the Danish clock inside."""

from datetime import datetime

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from matchmaker.accounts.account import Account
from matchmaker.casework.meeting import Meeting
from matchmaker.clock import COPENHAGEN

_ZONE = "Europe/Copenhagen"


def write_invitation(
    meeting: Meeting, *, organiser: Account, guests: tuple[Account, ...], address: str
) -> str:
    """Return the invitation, or the cancellation when the meeting has been called off.

    The same meeting has the same UID for ever, and a higher SEQUENCE after each change, so that
    calendars replace what they hold. `address` is the page of the meeting's collaboration.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Sundhedsinnovation Danmark//matchmaker//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.is_cancelled else "REQUEST")
    calendar.add_component(_copenhagen(meeting.starts_at))
    calendar.add_component(_event(meeting, organiser, guests, address))
    return str(calendar.to_ical().decode())


def _event(
    meeting: Meeting, organiser: Account, guests: tuple[Account, ...], address: str
) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.updated_at)
    event.add("last-modified", meeting.updated_at)
    event.add("dtstart", meeting.starts_at.astimezone(COPENHAGEN))
    event.add("dtend", meeting.ends_at.astimezone(COPENHAGEN))
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("description", "\n\n".join(part for part in (meeting.agenda, address) if part))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("organizer", _person(organiser), encode=False)
    for guest in guests:
        attendee = _person(guest)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
        event.add("attendee", attendee, encode=False)
    return event


def _person(account: Account) -> vCalAddress:
    person = vCalAddress(f"mailto:{account.email}")
    person.params["CN"] = vText(account.name or account.email)
    return person


def _copenhagen(moment: datetime) -> Timezone:
    """Return the rules around the meeting alone: the whole history of the zone helps nobody."""
    first = datetime(moment.year - 1, 1, 1)  # noqa: DTZ001 - icalendar counts in local time
    last = datetime(moment.year + 2, 1, 1)  # noqa: DTZ001
    return Timezone.from_tzid(_ZONE, first_date=first.date(), last_date=last.date())
