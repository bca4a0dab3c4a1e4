"""Tables of numbers, each of which knows the records that it counts.

A number is never computed apart from its records: it is their count, so that the list behind it
is as long as it says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median, quantiles


@dataclass(frozen=True)
class Cell:
    """Records of one kind: suggestion, need, capability, collaboration, party, organisation."""

    kind: str
    ids: tuple[int, ...]

    @classmethod
    def of(cls, kind: str, ids: Iterable[int]) -> "Cell":
        return cls(kind, tuple(sorted(set(ids))))

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Row:
    """One line of a table. `measures` are what no list stands behind: shares and days."""

    key: str
    cells: Mapping[str, Cell]
    measures: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """`columns` count records, `shares` are between 0 and 1, `days` are numbers of days."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    shares: tuple[str, ...] = ()
    days: tuple[str, ...] = ()

    def find_cell(self, row_key: str, column: str) -> Cell | None:
        rows = {row.key: row for row in self.rows}
        return rows[row_key].cells.get(column) if row_key in rows else None


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def days_between(start: str, end: str) -> float:
    """Return the days between two stored moments, as a number with a fraction.

    >>> days_between("2026-11-23T08:00:00Z", "2026-11-24T20:00:00Z")
    1.5
    """
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return seconds / 86_400


def middle(days: Sequence[float]) -> float | None:
    """Return the median, rounded as it is shown; None of nothing."""
    return round(median(days), 1) if days else None


def slowest_tenth(days: Sequence[float]) -> float | None:
    """Return what nine in ten stay within.

    >>> slowest_tenth([1.0, 2.0, 3.0]), slowest_tenth([])
    (2.8, None)
    """
    if len(days) < 2:
        return middle(days)
    return round(quantiles(days, n=10, method="inclusive")[-1], 1)
