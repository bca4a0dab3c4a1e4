"""Open profiles with their vectors in memory, kept in step with the database."""

import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from matchmaker.database import Database
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.encoder import Encoder
from matchmaker.matching.profile import Profile
from matchmaker.matching.stored_profiles import Side, open_stamps, read_profiles
from matchmaker.matching.texts import text_hash
from matchmaker.matching.vectors import ProfileVectors, find_vectors

MakeEmbedded = Callable[[Profile, ProfileVectors], Embedded]


@dataclass
class _Shelf:
    """What is held of one side of one database."""

    stamps: dict[int, str] = field(default_factory=dict)
    members: dict[int, Embedded] = field(default_factory=dict)
    collection: Collection = field(default_factory=lambda: Collection([]))

    def put(self, member: Embedded, stamps: dict[int, str]) -> None:
        key = int(member.profile.id)
        self.members[key], self.stamps[key] = member, stamps[key]

    def drop(self, keys: Iterable[int]) -> None:
        for key in keys:
            self.stamps.pop(key, None)
            self.members.pop(key, None)

    def collect(self) -> None:
        self.collection = Collection([self.members[key] for key in sorted(self.members)])


class ProfileIndex:
    """Holds the open profiles of each database that it is asked about.

    Each call compares a short stamp of every open profile with what is in memory and reads only
    what differs. Changes by other threads and other processes are therefore seen at the next
    call, without anybody telling.
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
            shelf = self._shelf(db, side)
            stamps = open_stamps(db, side, now=now)
            changed = [key for key, stamp in stamps.items() if shelf.stamps.get(key) != stamp]
            gone = shelf.stamps.keys() - stamps.keys()
            if changed or gone:
                profiles = read_profiles(db, side, changed)
                vectors = find_vectors(db, encoder, profiles)
                shelf.drop({*gone, *changed})
                for profile in profiles:
                    if found := vectors.get(text_hash(profile)):
                        shelf.put(embedded(profile, found), stamps)
                shelf.collect()
            return shelf.collection

    def _shelf(self, db: Database, side: Side) -> _Shelf:
        row = db.first("select file from pragma_database_list where name = 'main'")
        file = row["file"] if row else ""
        shelves = self._of_file.setdefault(file, {}) if file else self._of_memory.setdefault(db, {})
        return shelves.setdefault(side, _Shelf())
