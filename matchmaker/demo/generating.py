"""Generates a hub of some size with two years behind it, through the same steps as everybody's."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from matchmaker.capabilities import actions as capability_actions
from matchmaker.clock import to_text
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.collaborations.reminding import remind_due
from matchmaker.database import Database
from matchmaker.demo.borrowed import borrow_texts
from matchmaker.demo.content import Entry
from matchmaker.demo.history import DAYS, Pair, tell_history
from matchmaker.demo.invented import HUB, NEXT_HUB, Cast, invent_cast
from matchmaker.demo.keys import Keys
from matchmaker.demo.loading import (
    NotEmptyError,
    add_organisation,
    add_person,
    has_own_content,
    remember,
)
from matchmaker.demo.playing import Player
from matchmaker.demo.queries import LOADED, is_loaded
from matchmaker.demo.timeline import Event
from matchmaker.matching.actions import withdraw_need
from matchmaker.matching.known import suggest_known
from matchmaker.needs import actions as need_actions
from matchmaker.outbox.actions import erase_old_bodies
from matchmaker.outbox.delivery import deliver_due
from matchmaker.outbox.links import Links
from matchmaker.profiles.errors import WrongStateError
from matchmaker.reviews import assigning
from matchmaker.reviews.owning import Holding, get_holding
from matchmaker.reviews.review import ReviewError

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Size:
    """How many needs and capabilities are open and how many collaborations run at the end."""

    needs: int = 300
    capabilities: int = 2000
    running: int = 60

    def scaled(self, share: float) -> "Size":
        parts = (self.needs, self.capabilities, self.running)
        return Size(*(max(1, round(part * share)) for part in parts))

    @property
    def records(self) -> int:
        """One record makes one need and three capabilities; half of all needs are closed."""
        return max(2 * self.needs, -(-self.capabilities // 3))


@dataclass(frozen=True)
class Generated:
    """What happened: events, and those that a rule of the domain left out."""

    happened: int
    left_out: int


def generate_hub(
    db: Database,
    links: Links,
    size: Size = Size(),
    *,
    seed: int,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Generated:
    """Fill an empty database; the same seed and moment give the same content.

    Suggestions are those known from the texts' origin: nothing is embedded.

    Raises
    ------
    NotEmptyError
        When the database has any content.
    """
    if is_loaded(db) or has_own_content(db):
        raise NotEmptyError
    random = Random(seed)  # noqa: S311 - the same content each time
    cast = invent_cast(random, companies=max(8, size.capabilities // 4), owners=size.needs // 3)
    borrowed = borrow_texts(random, cast, size.records)
    history = tell_history(
        random, borrowed,
        needs=size.needs, capabilities=size.capabilities, running=size.running, now=now,
    )  # fmt: skip
    keys = Keys(db)
    with _not_waiting_for_the_disk(db), db.atomic():
        _people(db, keys, cast, now - timedelta(days=DAYS + 3))
        done = _live(db, HubPlayer(db, links, keys), history.events, now, progress)
        keys.store()
        remember(db, LOADED, to_text(now))
    return done


class HubPlayer(Player):
    """Plays what a generated hub has beyond the story of the demo: lists without the model."""

    def __init__(self, db: Database, links: Links, keys: Keys) -> None:
        super().__init__(db, links, keys)
        self._verbs |= {
            "match": self._match,
            "renew": self._renew,
            "take": self._take,
            "hand_on": self._hand_on,
        }

    def _match(self, entry: Entry, now: datetime) -> None:
        pairs: list[Pair] = entry["pairs"]
        found = ((self._keys.find("capability", p.capability["key"]), p) for p in pairs)
        chances = {key: pair.probability for key, pair in found if key is not None}
        need_id = self._keys.get("need", entry["need"])
        suggest_known(self._db, need_id, chances, now=now, is_complete=entry["is_complete"])

    def _renew(self, entry: Entry, now: datetime) -> None:
        capability_id = self._keys.get("capability", entry["capability"])
        actor = self._person(entry["by"])
        capability_actions.renew(self._db, capability_id, actor=actor, now=now)

    def _take(self, entry: Entry, now: datetime) -> None:
        holding, actor = self._holding(entry), self._person(entry["by"])
        assigning.take_case(
            self._db, holding.need_id, holding.hub_id,
            seen_sequence=holding.sequence, actor=actor, now=now,
        )  # fmt: skip

    def _hand_on(self, entry: Entry, now: datetime) -> None:
        """Give a case to a colleague, or to another hub."""
        holding, actor = self._holding(entry), self._person(entry["by"])
        is_hub = entry["to"] in (HUB, NEXT_HUB)
        noun = "organisation" if is_hub else "account"
        hand: Callable[..., None] = assigning.hand_to_hub if is_hub else assigning.hand_to_colleague
        hand(
            self._db, holding.need_id, holding.hub_id, self._keys.get(noun, entry["to"]),
            note=entry["note"], seen_sequence=holding.sequence, links=self.links, actor=actor,
            now=now,
        )  # fmt: skip

    def _holding(self, entry: Entry) -> Holding:
        need_id = self._keys.get("need", entry["need"])
        return get_holding(self._db, need_id, self._person(entry["by"]).hub_ids[0])

    def _close_need(self, entry: Entry, now: datetime) -> None:
        super()._close_need(entry, now)
        withdraw_need(self._db, self._keys.get("need", entry["need"]), now=now)


def _people(db: Database, keys: Keys, cast: Cast, opened: datetime) -> None:
    for entry in cast.organisations:
        add_organisation(db, keys, entry, opened)
    for entry in cast.people:
        add_person(db, keys, entry, opened)


def _live(
    db: Database, player: HubPlayer, events: Sequence[Event], now: datetime, progress: Progress
) -> Generated:
    """Let the events happen, and at the end of each week what falls due by the calendar."""
    done = left_out = 0
    for _week, some in groupby(events, key=lambda event: (now - event.at).days // 7):
        for event in some:
            happens = _plays(player, event)
            done, left_out = done + happens, left_out + (not happens)
        _tidy(db, player.links, event.at)
        progress(done + left_out, len(events))
    _tidy(db, player.links, now)
    return Generated(done, left_out)


def _plays(player: HubPlayer, event: Event) -> bool:
    """Return whether it happened; a budget that is used up or a no that came first prevents it."""
    try:
        return player.play(event)
    except (CollaborationError, ReviewError, WrongStateError):
        return False


def _tidy(db: Database, links: Links, now: datetime) -> None:
    need_actions.expire_due(db, links, now=now)
    capability_actions.expire_due(db, links, now=now)
    remind_due(db, links=links, now=now)
    # Nobody is there to read them: they count as sent, so that no server sends them years late.
    while deliver_due(db, lambda _mail: None, now=now):
        pass
    erase_old_bodies(db, now=now)


@contextlib.contextmanager
def _not_waiting_for_the_disk(db: Database) -> Iterator[None]:
    """What a power cut destroys can be generated again."""
    db.execute("PRAGMA synchronous = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA synchronous = FULL")
