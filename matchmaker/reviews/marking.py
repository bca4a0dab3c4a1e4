"""Cuts a text into stretches, so that a page can mark the passages that carry a match."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A stretch of a field that belongs to the pair with this number."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A stretch of text, and the numbers of the pairs it belongs to (mostly none or one).

    `begins` has those whose passage begins here: the place to jump to.
    """

    text: str
    numbers: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


def segments_of(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """Return the whole text in order, cut where a mark begins or ends.

    >>> for segment in segments_of("Vi løfter tungt.", [Mark(1, 3, 9)]):
    ...     print(repr(segment.text), segment.numbers)
    'Vi ' ()
    'løfter' (1,)
    ' tungt.' ()
    """
    kept = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    edges = sorted({0, len(text), *(m.start for m in kept), *(m.end for m in kept)})
    return [
        Segment(
            text[start:end],
            _numbers(kept, start, end),
            tuple(sorted({mark.number for mark in kept if mark.start == start})),
        )
        for start, end in itertools.pairwise(edges)
    ]


def _numbers(marks: list[Mark], start: int, end: int) -> tuple[int, ...]:
    covering = {mark.number for mark in marks if mark.start <= start and end <= mark.end}
    return tuple(sorted(covering))
