"""Profiles with their vectors in rows, ready to be compared with one of the other side."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matchmaker.matching.encoder import Vectors
from matchmaker.matching.profile import Profile

Places = npt.NDArray[np.int64]

_PART = 5_000
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True)
class Embedded:
    """A profile with centred vectors and how much of a hub it is."""

    profile: Profile
    whole: Vectors
    passages: Vectors
    hubness: float


def as_kept(passages: Vectors) -> Vectors:
    """Return the numbers as a collection gives them back, so that a pair scores the same always.

    Passages are most of what is held, and half the memory is enough for their cosines.
    """
    return passages.astype(np.float16).astype(np.float32)


class Rows:
    """Arrays that grow at their end. What was added never changes, so that threads may read it.

    One thread at a time adds. Whoever took the arrays before sees them as they were.
    """

    def __init__(self) -> None:
        self.profiles: list[Profile] = []
        self.wholes: Vectors = np.zeros((0, 0), np.float32)
        self.passages: npt.NDArray[np.float16] = np.zeros((0, 0), np.float16)
        self.hubness: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        # Where the passages of each row begin, and at last where the next would.
        self.starts: Places = np.zeros(1, np.int64)

    def __len__(self) -> int:
        return len(self.profiles)

    @property
    def passage_count(self) -> int:
        return int(self.starts[len(self)])

    def add(self, members: Sequence[Embedded]) -> None:
        if not members:
            return
        count, width = len(self), len(members[0].whole)
        end, passage_end = count + len(members), self.passage_count
        counts = [len(member.passages) for member in members]
        self.wholes = _grown(self.wholes, count, (end, width))
        self.hubness = _grown(self.hubness, count, (end,))
        self.starts = _grown(self.starts, count + 1, (end + 1,))
        self.passages = _grown(self.passages, passage_end, (passage_end + sum(counts), width))
        self.wholes[count:end] = [member.whole for member in members]
        self.hubness[count:end] = [member.hubness for member in members]
        self.starts[count + 1 : end + 1] = passage_end + np.cumsum(counts)
        for start, member in zip(self.starts[count:end], members, strict=True):
            if len(member.passages):
                self.passages[start : start + len(member.passages)] = member.passages
        self.profiles.extend(member.profile for member in members)

    def kept(self, rows: Places) -> "Rows":
        """Return new arrays with these rows only, in this order."""
        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        kept = Rows()
        kept.profiles = [self.profiles[row] for row in rows]
        kept.wholes, kept.hubness = self.wholes[rows], self.hubness[rows]
        kept.starts = _cumulated(counts)
        kept.passages = self.passages[_ranges(starts, counts)]
        return kept


class Collection:
    """Profiles of one side in a fixed order. It never changes, so that threads may share it."""

    def __init__(self, members: Sequence[Embedded] = ()) -> None:
        rows = Rows()
        rows.add(members)
        self._take(rows, np.arange(len(members)))

    @classmethod
    def of_rows(cls, rows: Rows, order: Places) -> "Collection":
        """Return these rows in this order, without copying a vector."""
        made = cls.__new__(cls)
        made._take(rows, order)
        return made

    def _take(self, rows: Rows, order: Places) -> None:
        count = len(rows)
        self._order = order
        self._profiles = rows.profiles
        self._wholes, self._hubness = rows.wholes[:count], rows.hubness[:count]
        self._starts = rows.starts[: count + 1]
        self._passages = rows.passages[: rows.passage_count]

    def __len__(self) -> int:
        return len(self._order)

    @property
    def profiles(self) -> list[Profile]:
        profiles = self._profiles
        return [profiles[row] for row in self._order.tolist()]

    @cached_property
    def members(self) -> tuple[Embedded, ...]:
        """The members with their vectors; of a large collection, ask for those of a part."""
        columns = (self.profiles, self.wholes, self.hubness.tolist())
        bounds = zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)
        return tuple(
            Embedded(profile, whole, self.passages[start:end], hubness)
            for profile, whole, hubness, (start, end) in zip(*columns, bounds, strict=True)
        )

    @cached_property
    def wholes(self) -> Vectors:
        return self._wholes if self._is_as_stored else self._wholes[self._order]

    @cached_property
    def passages(self) -> Vectors:
        """The passages of the first member, then those of the next."""
        first = self._starts[self._order]
        return self._passages[_ranges(first, np.diff(self.starts))].astype(np.float32)

    @cached_property
    def starts(self) -> Places:
        """Where in `passages` those of each member begin, and at last how many there are."""
        return _cumulated(self._starts[self._order + 1] - self._starts[self._order])

    @property
    def hubness(self) -> npt.NDArray[np.float32]:
        return np.asarray(self._hubness[self._order])

    def cosines(self, whole: Vectors) -> Vectors:
        """Return the cosine of each whole text with this one, copying no vector."""
        if not len(self):
            return np.zeros(0, np.float32)
        found = self._wholes @ whole
        return found if self._is_as_stored else found[self._order]

    def chosen(self, places: Places) -> "Collection":
        """Return the members at these ascending places; itself when that is all of them."""
        if len(places) == len(self):
            return self
        chosen = Collection.__new__(Collection)
        chosen.__dict__.update({name: self.__dict__[name] for name in _SHARED})
        chosen._order = self._order[places]
        return chosen

    def parts(self) -> list["Collection"]:
        """Return the same members in parts, for work that takes memory for each member."""
        if len(self) <= _PART:
            return [self]
        places = np.arange(len(self))
        return [self.chosen(places[at : at + _PART]) for at in range(0, len(self), _PART)]

    @cached_property
    def _is_as_stored(self) -> bool:
        count = len(self._wholes)
        return len(self) == count and bool((self._order == np.arange(count)).all())


_SHARED = ("_profiles", "_wholes", "_hubness", "_starts", "_passages")


def _grown(array: npt.NDArray[_Number], used: int, shape: tuple[int, ...]) -> npt.NDArray[_Number]:
    """Return an array with room for `shape`, the used rows copied only when it has to grow."""
    if len(array) >= shape[0] and array.shape[1:] == shape[1:]:
        return array
    larger = np.empty((max(shape[0], len(array) * 3 // 2), *shape[1:]), array.dtype)
    if used:
        larger[:used] = array[:used]
    return larger


def _cumulated(counts: Places) -> Places:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def _ranges(starts: Places, counts: Places) -> Places:
    """Return ``start, start + 1, … start + count - 1`` for each pair, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
