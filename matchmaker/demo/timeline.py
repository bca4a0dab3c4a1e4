"""When the demo content happened: spread over the past year, as seen from the day of loading.

Story and content become one list of events in the order of time, cut into chapters: after each
the suggestions are brought up to date, as the service would have done, and the next chapter can
decide on them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.demo.content import Content, Entry

#: How many days ago the suggestions were brought up to date.
MATCHED = (270, 200, 140, 90, 55, 30, 14, 4)
_EXPIRED_AFTER = 366
#: When the rest was posted, evenly spread: a hub has not let needs lie for a year.
_FIRST_NEED, _LAST_NEED = 44, 3
_FIRST_CAPABILITY, _LAST_CAPABILITY = 330, 273


@dataclass(frozen=True)
class Event:
    """One thing that somebody did. `kind` says what; `entry` has the rest."""

    at: datetime
    kind: str
    entry: Entry


@dataclass(frozen=True)
class Chapter:
    """What happened until the suggestions were next brought up to date."""

    number: int
    events: tuple[Event, ...]
    matched_at: datetime


def tell_chapters(content: Content, *, now: datetime) -> list[Chapter]:
    """Return all that happened, oldest first; the last chapter is matched at `now`."""
    events = sorted(_events(content, now), key=lambda event: event.at)
    ends = [*(_moment(days, now) for days in MATCHED), now]
    starts = [datetime.min.replace(tzinfo=now.tzinfo), *ends[:-1]]
    return [
        Chapter(number, tuple(event for event in events if start <= event.at < end), end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _events(content: Content, now: datetime) -> Iterator[Event]:
    told = _days_of_first_mention(content.story)
    for entry, days in _dated(content.capabilities, _FIRST_CAPABILITY, _LAST_CAPABILITY, told):
        yield Event(_moment(days, now), "capability", entry)
    for entry, days in _dated(content.needs, _FIRST_NEED, _LAST_NEED, told):
        yield Event(_moment(days, now), "need", entry)
    for place, entry in enumerate(content.story):
        # In the order of the file where several things happened on one day.
        moment = _moment(entry["days_ago"], now) + timedelta(minutes=30 + place)
        yield Event(moment, entry["kind"], entry)


def _dated(
    entries: Iterable[Entry], first: int, last: int, told: dict[str, int]
) -> Iterator[tuple[Entry, int]]:
    """Yield each entry with the days since it was posted: before the story speaks of it."""
    listed = list(entries)
    for place, entry in enumerate(listed):
        days = first - (first - last) * ((place * 37) % len(listed)) // len(listed)
        if entry["key"] in told:
            days = max(days, _matched_before(told[entry["key"]]) + 3)
        if entry["state"] in ("draft", "submitted"):
            days = 2 + place % 4
        if entry["state"] == "expired":
            days = _EXPIRED_AFTER + days // 10
        yield entry, days


def _matched_before(days: int) -> int:
    """Return the last day on which suggestions were made before something happened."""
    return min(matched for matched in MATCHED if matched > days)


def _days_of_first_mention(story: Iterable[Entry]) -> dict[str, int]:
    told: dict[str, int] = {}
    for entry in story:
        for name in ("need", "capability"):
            if entry.get(name):
                told[entry[name]] = max(told.get(entry[name], 0), entry["days_ago"])
    return told


def _moment(days_ago: int, now: datetime) -> datetime:
    """Return a morning so many days ago, or the Friday before when that was a weekend."""
    day = (now - timedelta(days=days_ago)).replace(hour=8, minute=0, second=0, microsecond=0)
    return day - timedelta(days=max(0, day.weekday() - 4))
