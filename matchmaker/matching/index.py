"""Open profiles with their vectors in memory, kept in step with the database."""

import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.collection import Collection, Embedded, Places, Rows
from matchmaker.matching.encoder import Encoder
from matchmaker.matching.profile import Profile
from matchmaker.matching.profile_changes import changed_since, newest_change, open_until
from matchmaker.matching.stored_profiles import Side, read_profiles
from matchmaker.matching.texts import text_hash
from matchmaker.matching.vectors import ProfileVectors, find_vectors

MakeEmbedded = Callable[[Profile, ProfileVectors], Embedded]

# Rows of profiles that were changed or are gone are cleared away when there are more of them.
_LEAST_HOLES = 1_000
_READ_AT_A_TIME = 500
_NEVER = "9999"


@dataclass(frozen=True)
class Round:
    """What a round of matching has seen: what was not changed since is in step with `model`.

    `number` is the newest change it saw. It counts from `since` until `until`, when a profile
    expires. `texts` are the hashes of the texts of all profiles of the side, open or not.
    """

    number: int
    model: str
    since: datetime
    until: str
    texts: Mapping[int, str]


@dataclass
class _Shelf:
    """What is held of one side of one database.

    `ids` ascend, and `order` says in which of the `rows` each is. `waiting` are open profiles
    without vectors. All that was open at `since` stays so until `until` unless it is changed.
    """

    seen: int | None = None
    since: str = ""
    until: str = ""
    waiting: set[int] = field(default_factory=set)
    rows: Rows = field(default_factory=Rows)
    ids: Places = field(default_factory=lambda: np.zeros(0, np.int64))
    order: Places = field(default_factory=lambda: np.zeros(0, np.int64))
    collection: Collection = field(default_factory=Collection)
    last_round: Round | None = None

    def knows(self, newest: int, moment: str) -> bool:
        """Whether no more than the changes after `seen` can make a difference."""
        return (self.seen or 0) <= newest and self.since <= moment < self.until

    def replace(self, gone: Iterable[int], rows_before: int) -> None:
        """Take these away and put in every row since there were so many."""
        kept = ~np.isin(self.ids, np.fromiter(gone, np.int64))
        fresh = [int(profile.id) for profile in self.rows.profiles[rows_before:]]
        places = np.arange(rows_before, rows_before + len(fresh))
        ids = np.concatenate([self.ids[kept], np.array(fresh, np.int64)])
        ascending = np.argsort(ids, kind="stable")
        self.ids, self.order = ids[ascending], np.concatenate([self.order[kept], places])[ascending]
        if len(self.rows) - len(self.ids) > max(_LEAST_HOLES, len(self.ids) // 4):
            self.rows, self.order = self.rows.kept(self.order), np.arange(len(self.ids))
        self.collection = Collection.of_rows(self.rows, self.order)


class ProfileIndex:
    """Holds the open profiles of each database that it is asked about.

    Each call asks the database what was changed since the last and reads only that. Changes by
    other threads and other processes are therefore seen at the next call, without anybody
    telling.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_file: dict[str, dict[Side, _Shelf]] = {}
        self._of_memory: weakref.WeakKeyDictionary[Database, dict[Side, _Shelf]] = (
            weakref.WeakKeyDictionary()
        )

    def collection(
        self, db: Database, side: Side, *, encoder: Encoder, embedded: MakeEmbedded, now: datetime
    ) -> Collection:
        """Return the open profiles of one side whose vectors are stored, ascending by id.

        A profile whose text is still to be embedded is left out: whoever embeds it matches it
        with everything else, as it is then.
        """
        with self._lock:
            shelf, newest = self._shelf(db, side), newest_change(db)
            changed, gone = _differences(db, side, shelf, newest, now)
            # What an open transaction has written may never come to be.
            shelf.seen = None if db.conn.in_transaction else newest
            if changed or gone:
                before = len(shelf.rows)
                found = _read(db, side, shelf.rows, changed, encoder, embedded)
                shelf.waiting = (shelf.waiting - gone | changed) - found
                shelf.replace(gone | changed, before)
            return shelf.collection

    def last_round(self, db: Database, side: Side) -> Round | None:
        """Return what the last round of this process has seen of one side, if there was one."""
        with self._lock:
            return self._shelf(db, side).last_round

    def end_round(self, db: Database, side: Side, seen: Round) -> None:
        with self._lock:
            self._shelf(db, side).last_round = seen

    def _shelf(self, db: Database, side: Side) -> _Shelf:
        row = db.first("select file from pragma_database_list where name = 'main'")
        file = row["file"] if row else ""
        shelves = self._of_file.setdefault(file, {}) if file else self._of_memory.setdefault(db, {})
        return shelves.setdefault(side, _Shelf())


def _differences(
    db: Database, side: Side, shelf: _Shelf, newest: int, now: datetime
) -> tuple[set[int], set[int]]:
    """Return the open profiles to be read, and those that are open no more."""
    moment = to_text(now)
    if shelf.seen is not None and shelf.knows(newest, moment):
        asked = changed_since(db, side, shelf.seen) | shelf.waiting
        still_open = open_until(db, side, now=now, ids=asked) if asked else {}
        shelf.until = _next_end(shelf.until, still_open.values())
        return set(still_open), asked - still_open.keys()
    held = set(shelf.ids.tolist())
    still_open = open_until(db, side, now=now)
    shelf.since, shelf.until = moment, _next_end(_NEVER, still_open.values())
    same = set() if shelf.seen is None else held - changed_since(db, side, shelf.seen)
    return still_open.keys() - same, (held | shelf.waiting) - still_open.keys()


def _next_end(until: str, ends: Iterable[str | None]) -> str:
    return min([until, *(end for end in ends if end)])


def _read(
    db: Database,
    side: Side,
    rows: Rows,
    ids: Iterable[int],
    encoder: Encoder,
    embedded: MakeEmbedded,
) -> set[int]:
    """Add the profiles whose vectors are stored, a few hundred at a time; return their ids."""
    wanted, done = sorted(ids), set[int]()
    for start in range(0, len(wanted), _READ_AT_A_TIME):
        profiles = read_profiles(db, side, wanted[start : start + _READ_AT_A_TIME])
        vectors = find_vectors(db, encoder, profiles)
        pairs = [(profile, vectors.get(text_hash(profile))) for profile in profiles]
        members = [embedded(profile, found) for profile, found in pairs if found is not None]
        rows.add(members)
        done.update(int(member.profile.id) for member in members)
    return done
