"""Days as stretches: what a testbed offers, less what is taken.

>>> day = date.fromisoformat
>>> offered = [(day("2027-01-01"), day("2027-01-31")), (day("2027-02-01"), day("2027-02-28"))]
>>> taken = [(day("2027-01-10"), day("2027-01-12"))]
>>> [f"{start}/{end}" for start, end in free_stretches(offered, taken)]
['2027-01-01/2027-01-09', '2027-01-13/2027-02-28']
"""

from collections.abc import Iterable
from datetime import date, timedelta

#: A first and a last day, both counted.
Stretch = tuple[date, date]

_DAY = timedelta(days=1)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same days in order, with neighbours and overlaps made one stretch."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1] + _DAY:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def free_stretches(offered: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """Return what is offered and not taken, in order."""
    free = joined(offered)
    for start, end in joined(taken):
        free = [part for stretch in free for part in _without(stretch, start, end)]
    return free


def lies_within(period: Stretch, stretches: Iterable[Stretch]) -> bool:
    start, end = period
    return any(first <= start and end <= last for first, last in stretches)


def overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _without(stretch: Stretch, start: date, end: date) -> list[Stretch]:
    first, last = stretch
    if end < first or last < start:
        return [stretch]
    before = [(first, start - _DAY)] if first < start else []
    after = [(end + _DAY, last)] if end < last else []
    return before + after
