"""What happened at a generated hub in two years, as events for the player, oldest first.

Everything is drawn from one seed. Who says what, and when, has the proportions that hubs tell of:
most suggestions are never looked at, half of what is looked at is rejected, two in three proposals
end with an introduction, and one introduction in five comes to be used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from matchmaker.demo.borrowed import Borrowed
from matchmaker.demo.content import Entry
from matchmaker.demo.invented import HUB, NEXT_HUB, STAFF
from matchmaker.demo.timeline import Event
from matchmaker.demo.together import Together, tell_collaboration

DAYS = 730
PLACES = 10
_REASONS = (
    *("not_the_problem",) * 9, *("too_early",) * 3, *("lacks_evidence",) * 4, *("price",) * 2,
    *("capacity",) * 2, *("has_one",) * 3, "conflict", *("not_now",) * 2, "other",
)  # fmt: skip
_NOTES = {
    "other": "Den kræver en ombygning, som de ikke kan få penge til.",
    "not_the_problem": "Ligner, men løser noget andet.",
}
_NEED_ENDS = ("solved_here", "solved_elsewhere", "not_relevant", "duplicate")
#: How often each place on a list is decided, and how: approve, reject, defer, refer; else nothing.
_CHANCES = {
    "answer": (0.68, 0.14, 0.07, 0.02),
    "near": (0.05, 0.5, 0.05, 0.01),
    "far": (0.01, 0.22, 0.02, 0.0),
}
_DECISIONS = ("approve", "reject", "defer", "refer")


@dataclass(frozen=True)
class Pair:
    """A capability that the ranking finds for a need; `sort` says how near it truly is."""

    capability: Entry
    sort: str
    probability: float
    since: datetime


@dataclass(frozen=True)
class Life:
    """One need: when it was posted, and when it was closed, if it was."""

    borrowed: Borrowed
    opened: datetime
    closed: datetime | None

    @property
    def key(self) -> str:
        return str(self.borrowed.need["key"])


@dataclass(frozen=True)
class History:
    """`events` oldest first, and how many collaborations run at the end of them."""

    events: tuple[Event, ...]
    running: int


def tell_history(
    random: Random,
    borrowed: Sequence[Borrowed],
    *,
    needs: int,
    capabilities: int,
    running: int,
    now: datetime,
) -> History:
    """Return what happened until `now`, when so many needs and capabilities are open."""
    offered = [entry for each in borrowed for entry in each.capabilities][:capabilities]
    since = {entry["key"]: _offered_at(random, now) for entry in offered}
    lives = [_life(random, each, n < needs, now) for n, each in enumerate(borrowed)]
    events = [event for entry in offered for event in _offer(random, entry, since, now)]
    chapters = _by_topic(borrowed, since)
    told = [_tell_need(random, life, chapters[life.borrowed.topic], since, now) for life in lives]
    together = [each for _events, found in told for each in found]
    kept = keep_running(random, together, running, now)
    events += [event for needs_events, _found in told for event in needs_events]
    events += [event for each in kept for event in each.events]
    past = sorted((event for event in events if event.at < now), key=lambda event: event.at)
    return History(tuple(past), sum(each.runs_at(now) for each in kept))


def keep_running(
    random: Random, together: Sequence[Together], running: int, now: datetime
) -> list[Together]:
    """Return the collaborations, so many of which run at `now`; the others have ended by then.

    Where fewer would run, those that ended last at needs that are still open go on instead.
    """
    under_way = [each for each in together if each.runs_at(now)]
    random.shuffle(under_way)
    ending = {each.key for each in under_way[running:]}
    ended = [each for each in together if each.could_go_on and not each.runs_at(now)]
    ended.sort(key=lambda each: each.events[-1].at, reverse=True)
    going_on = {each.key for each in ended[: max(0, running - len(under_way))]}
    return [
        each.ended_before(now) if each.key in ending
        else each.without_end() if each.key in going_on
        else each
        for each in together
    ]  # fmt: skip


def working_moment(random: Random, moment: datetime) -> datetime:
    """Return a moment of that day between 7 and 15 UTC, on the Monday after when it is weekend."""
    day = moment + timedelta(days={5: 2, 6: 1}.get(moment.weekday(), 0))
    return day.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(
        seconds=random.randrange(8 * 3600)
    )


def _days(random: Random, start: datetime, least: float, most: float) -> datetime:
    return working_moment(random, start + timedelta(days=random.uniform(least, most)))


def _offered_at(random: Random, now: datetime) -> datetime:
    """Most were there when the hub began; the rest came in evenly."""
    back = DAYS if random.random() < 0.6 else random.uniform(10, DAYS - 5)
    return working_moment(random, now - timedelta(days=back))


def _life(random: Random, borrowed: Borrowed, is_open: bool, now: datetime) -> Life:
    back = random.uniform(2, 350) if is_open else random.uniform(80, DAYS - 15)
    opened = working_moment(random, now - timedelta(days=back))
    closed = None if is_open else _days(random, opened, 60, max(61, min(340, back - 5)))
    if closed is not None and closed >= now:
        closed = working_moment(random, now - timedelta(days=4))
    return Life(borrowed, opened, closed)


def _offer(
    random: Random, entry: Entry, since: dict[str, datetime], now: datetime
) -> Iterator[Event]:
    at = since[entry["key"]]
    yield Event(at, "capability", entry)
    while (at := _days(random, at, 345, 355)) < now:
        yield Event(at, "renew", {"capability": entry["key"], "by": entry["owner"]})


def _by_topic(borrowed: Sequence[Borrowed], since: dict[str, datetime]) -> dict[str, list[Entry]]:
    chapters: dict[str, list[Entry]] = {}
    for each in borrowed:
        offered = [entry for entry in each.capabilities if entry["key"] in since]
        chapters.setdefault(each.topic, []).extend(offered)
    return chapters


def _tell_need(
    random: Random,
    life: Life,
    chapter: Sequence[Entry],
    since: dict[str, datetime],
    now: datetime,
) -> tuple[list[Event], list[Together]]:
    entry, pairs = life.borrowed.need, _pairs(random, life, chapter, since)
    waits_with_hub = life.closed is None and random.random() < 0.08
    state = "submitted" if waits_with_hub else "published"
    events = [Event(life.opened, "need", {**entry, "state": state})]
    events += _match(life, pairs)
    staff = random.choice(STAFF) if _is_of_hub(life) else "next-staff"
    looks = now - life.opened > timedelta(days=random.uniform(1, 30))
    decided = [event for pair in pairs if looks for event in _decide(random, life, pair, staff)]
    end = life.closed or now
    events += [event for event in decided if event.at < end]
    events += [event for event in _hold(random, life, decided, staff) if event.at < end]
    approved = [e for e in decided if e.entry["decision"] == "approve" and e.at < end]
    together = [_bring_together(random, life, event, chapter, staff) for event in approved]
    if life.closed is not None:
        closed = _after_all(random, life.closed, together, now)
        reason = {"reason": random.choice(_NEED_ENDS), "need": life.key, "by": entry["owner"]}
        events += [Event(closed, "close_need", reason)]
        together = [each.ended_before(closed) for each in together]
    return events, [each for each in together if each.events]


def _after_all(
    random: Random, closed: datetime, together: Sequence[Together], now: datetime
) -> datetime:
    """Return when a need is closed: after what came of it, where that was over by now."""
    over = [each.events[-1].at for each in together if each.events and not each.runs_at(now)]
    latest = max([end for end in over if end < now - timedelta(days=20)], default=None)
    return max(closed, _days(random, latest, 2, 12)) if latest else closed


def _pairs(
    random: Random, life: Life, chapter: Sequence[Entry], since: dict[str, datetime]
) -> list[Pair]:
    """Return the capabilities on the need's list, nearest first, with plausible probabilities."""
    own = [entry for entry in life.borrowed.capabilities if entry["key"] in since]
    others = [entry for entry in chapter if entry not in own]
    far = random.sample(others, min(len(others), PLACES - len(own), random.randint(3, 7)))
    told = {own[0]["key"]: "answer"} if own else {}
    told |= {entry["key"]: "near" for entry in own[1:]}
    found = []
    for entry in [*own, *far]:
        sort = told.get(entry["key"], "far")
        chance = {"answer": (0.5, 0.95), "near": (0.08, 0.45), "far": (0.04, 0.3)}[sort]
        found.append(Pair(entry, sort, round(random.uniform(*chance), 4), since[entry["key"]]))
    if random.random() < 0.12:
        # Nothing answers some needs.
        found = [replace(pair, probability=pair.probability / 8) for pair in found[1:]]
    end = life.closed or life.opened + timedelta(days=DAYS)
    return [pair for pair in found if pair.since < end]


def _match(life: Life, pairs: Sequence[Pair]) -> Iterator[Event]:
    """Yield the list of the need when it was posted, and each capability that came later."""
    at = life.opened + timedelta(minutes=3)
    there = [pair for pair in pairs if pair.since < at]
    yield Event(at, "match", {"need": life.key, "pairs": there, "is_complete": True})
    for pair in pairs:
        if pair.since >= at:
            later = pair.since + timedelta(minutes=3)
            yield Event(later, "match", {"need": life.key, "pairs": [pair], "is_complete": False})


def _hold(random: Random, life: Life, decided: Sequence[Event], staff: str) -> Iterator[Event]:
    """Yield who takes the case at its first decision, and whom it is handed to later."""
    if not decided:
        return
    at = min(event.at for event in decided) - timedelta(minutes=5)
    yield Event(at, "take", {"need": life.key, "by": staff})
    others = [NEXT_HUB if _is_of_hub(life) else HUB, *(set(STAFF) - {staff})]
    if random.random() < 0.05 and staff in STAFF:
        to = sorted(others)[random.randrange(len(others))]
        entry = {"need": life.key, "by": staff, "to": to, "note": "Du kender dem bedre end jeg."}
        yield Event(_days(random, at, 12, 30), "hand_on", entry)


def _decide(random: Random, life: Life, pair: Pair, staff: str) -> Iterator[Event]:
    chances = _CHANCES[pair.sort]
    decision = random.choices((*_DECISIONS, ""), (*chances, 1 - sum(chances)))[0]
    seen = max(life.opened, pair.since)
    at = _days(random, seen, 0.3, random.choice((2, 4, 5, 6, 9)))
    at = max(at, seen + timedelta(minutes=30))
    if decision:
        yield Event(at, "review", _decision(random, life, pair, staff, decision))
    if decision == "refer":
        again = _decision(random, life, pair, "next-staff", "reject")
        yield Event(_days(random, at, 2, 9), "review", again)
    if decision == "defer":
        last = random.choice(("approve", "reject", "reject"))
        again = _decision(random, life, pair, staff, last)
        yield Event(_days(random, at, 30, 60), "review", again)


def _decision(random: Random, life: Life, pair: Pair, staff: str, decision: str) -> Entry:
    entry: Entry = {
        "need": life.key, "capability": pair.capability["key"], "by": staff, "decision": decision,
    }  # fmt: skip
    if decision == "reject":
        reason = random.choice(_REASONS)
        entry |= {"reason": reason, "note": _NOTES.get(reason, "")}
    if decision == "defer":
        entry |= {"defer_days": random.randint(14, 28)}
    if decision == "refer":
        entry |= {"refer_to": NEXT_HUB if _is_of_hub(life) else HUB}
    return entry


def _is_of_hub(life: Life) -> bool:
    number = life.borrowed.need["organisation"].split("-")[1]
    return int(number) % 20 != 4


def _bring_together(
    random: Random, life: Life, approved: Event, chapter: Sequence[Entry], staff: str
) -> Together:
    capability = next(e for e in chapter if e["key"] == approved.entry["capability"])
    return tell_collaboration(
        random, life.borrowed.need, capability, approved.at, staff, _days, _REASONS
    )
