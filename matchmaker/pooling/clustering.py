"""Puts needs that are probably about the same problem into pools.

>>> likely = {("a", "b"): 0.9, ("b", "c"): 0.8, ("a", "c"): 0.7}
>>> pools_of(likely)
[('a', 'b', 'c')]
>>> pools_of(likely, kept_apart=[("c", "a")])
[('a', 'b')]
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

# Two groups are put together when the mean of the log odds of all pairs between them is that of
# this probability at least, and not much lower than within either group. Both were chosen on the
# tune half of ``models/pooling``.
LEAST_PROBABILITY = 0.5
MOST_LOOSER = 2.5
# Odds are cut off here, so that one sure pair does not outweigh several unlikely ones.
_SUREST = 0.98

Key = TypeVar("Key", int, str)
Pair = tuple[Key, Key]


def pools_of(
    probabilities: Mapping[Pair[Key], float],
    *,
    kept_apart: Iterable[Pair[Key]] = (),
    together: Iterable[Sequence[Key]] = (),
    least: float = LEAST_PROBABILITY,
) -> list[tuple[Key, ...]]:
    """Return the pools of two or more, each ascending, the pool with the smallest member first.

    The two groups that are likest on average are put together first, as long as they are likely
    enough; a pair that is not in `probabilities` counts as most unlikely. Two that are kept apart
    are never in one pool, also not through a third. `together` are groups to begin with. Nothing
    depends on the order of the arguments: ties go to the smallest members.
    """
    odds = {pair: _log_odds(chance) for pair, chance in probabilities.items()}
    groups = _Groups(odds, kept_apart, together)
    while (best := groups.take_best(_log_odds(least))) is not None:
        groups.join(*best)
    return sorted(tuple(sorted(group)) for group in groups.members.values() if len(group) > 1)


class _Groups(Generic[Key]):
    """The groups so far, each named by its smallest member.

    `_sums` holds the log odds of all pairs between two groups, `_inner` of those within one.
    """

    def __init__(
        self,
        odds: Mapping[Pair[Key], float],
        kept_apart: Iterable[Pair[Key]],
        together: Iterable[Sequence[Key]],
    ) -> None:
        begun: list[Sequence[Key]] = list(together)
        self.members: dict[Key, set[Key]] = {}
        self._sums: dict[Key, dict[Key, float]] = defaultdict(dict)
        self._inner: dict[Key, float] = defaultdict(float)
        self._apart: dict[Key, set[Key]] = defaultdict(set)
        self._heap: list[tuple[float, Key, Key, int]] = []
        known = {key for pair in odds for key in pair} | {key for group in begun for key in group}
        for key in sorted(known):
            self.members[key] = {key}
        for first, second in kept_apart:
            self._apart[first].add(second)
            self._apart[second].add(first)
        for (first, second), value in sorted(odds.items()):
            self._sums[first][second] = self._sums[second][first] = value
        self._begin_with(begun)
        for first in self.members:
            self._offer(first, self._sums[first], only_after=True)

    def take_best(self, least: float) -> tuple[Key, Key] | None:
        """Return the two groups to be put together next, or None when none are likely enough."""
        while self._heap:
            mean, first, second, size = heapq.heappop(self._heap)
            if -mean < least:
                return None
            if size == self._size(first, second):
                return first, second
        return None

    def join(self, first: Key, second: Key) -> None:
        kept, gone = min(first, second), max(first, second)
        self.members[kept] |= self.members.pop(gone)
        self._apart[kept] |= self._apart.pop(gone, set())
        self._inner[kept] += self._inner.pop(gone, 0.0) + self._sums[kept].get(gone, 0.0)
        sums = self._sums.pop(gone, {})
        for other, total in sums.items():
            del self._sums[other][gone]
            if other != kept:
                both = total + self._sums[kept].get(other, 0.0)
                self._sums[kept][other] = self._sums[other][kept] = both
        self._offer(kept, self._sums[kept])

    def _begin_with(self, together: Iterable[Sequence[Key]]) -> None:
        for group in together:
            keys = sorted(group)
            for key in keys[1:]:
                self.join(keys[0], key)
        self._heap.clear()

    def _offer(self, first: Key, others: Mapping[Key, float], *, only_after: bool = False) -> None:
        for second, total in others.items():
            if (only_after and second < first) or self._are_apart(first, second):
                continue
            low, high = min(first, second), max(first, second)
            pairs = len(self.members[low]) * len(self.members[high])
            # Rounded, so that the order in which numbers were added up decides no tie.
            mean = round(total / pairs, 9)
            if mean >= max(self._bound(low), self._bound(high)):
                heapq.heappush(self._heap, (-mean, low, high, self._size(low, high)))

    def _bound(self, group: Key) -> float:
        """Return how likely another must be to come to this group: not much less than inside."""
        size = len(self.members[group])
        pairs = size * (size - 1) // 2
        return self._inner[group] / pairs - MOST_LOOSER if pairs else 0.0

    def _are_apart(self, first: Key, second: Key) -> bool:
        return not self._apart[first].isdisjoint(self.members[second])

    def _size(self, first: Key, second: Key) -> int:
        """Return a number that tells an offer made before either group grew; 0 for one gone."""
        if first not in self.members or second not in self.members:
            return 0
        return len(self.members[first]) + len(self.members[second])


def _log_odds(chance: float) -> float:
    """Return the log odds above those of the most unlikely, so that an unknown pair counts 0."""
    surest = math.log(_SUREST / (1 - _SUREST))
    if not 1 - _SUREST < chance < _SUREST:
        return 0.0 if chance < _SUREST else 2 * surest
    return math.log(chance / (1 - chance)) + surest


def pairs_within(pool: Sequence[Key]) -> Iterator[Pair[Any]]:
    """Yield every two members, the smaller first."""
    ordered = sorted(pool)
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            yield first, second
