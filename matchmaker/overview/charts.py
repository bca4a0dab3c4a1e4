"""Where the parts of a picture lie, in per cent of its width, so that text keeps its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.overview.figures import Row, Table

#: Lines of a picture; the table beneath it has them all.
MOST_BARS = 12
MOST_POINTS = 15
LINE, GAP = 22, 14


@dataclass(frozen=True)
class Bar:
    """One bar; `series` counts from 0 and is told apart by more than colour."""

    series: int
    value: float
    width: float
    y: int


@dataclass(frozen=True)
class Group:
    """A row's bars under its name."""

    key: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class BarChart:
    """Bars from the left; `series` are the columns they stand for."""

    series: tuple[str, ...]
    groups: tuple[Group, ...]
    height: int


@dataclass(frozen=True)
class Point:
    """A theme on the map, `number` being its place in the table beneath."""

    number: int
    key: str
    x: float
    y: float
    demand: int
    supply: int


@dataclass(frozen=True)
class ThemeMap:
    """What is offered from left to right, what nobody has taken up from below to the top."""

    points: tuple[Point, ...]
    most_demand: int
    most_supply: int


def bar_chart(table: Table, series: Sequence[str]) -> BarChart:
    """Return the first rows of a table as bars, all on one scale."""
    rows = table.rows[:MOST_BARS]
    most = max((value_of(row, name) or 0 for row in rows for name in series), default=0) or 1
    groups, y = [], 0
    for row in rows:
        top = y + LINE
        bars = [
            Bar(place, value, round(100 * value / most, 2), top + place * LINE)
            for place, value in enumerate(value_of(row, name) or 0 for name in series)
        ]
        groups.append(Group(row.key, y, tuple(bars)))
        y = top + len(series) * LINE + GAP
    return BarChart(tuple(series), tuple(groups), y)


def value_of(row: Row, name: str) -> float | None:
    cell = row.cells.get(name)
    return cell.count if cell else row.measures.get(name)


def theme_map(table: Table) -> ThemeMap:
    """Return the themes with the largest gaps as points; those that coincide are moved apart."""
    rows = table.rows[:MOST_POINTS]
    demand = [row.cells["unmet"].count for row in rows]
    supply = [row.cells["capabilities"].count for row in rows]
    most_demand, most_supply = max(demand, default=0) or 1, max(supply, default=0) or 1
    taken: list[tuple[float, float]] = []
    points = []
    for number, (row, needs, offers) in enumerate(zip(rows, demand, supply, strict=True), start=1):
        x, y = _free(taken, 8 + 84 * offers / most_supply, 90 - 80 * needs / most_demand)
        points.append(Point(number, row.key, round(x, 1), round(y, 1), needs, offers))
    return ThemeMap(tuple(points), most_demand, most_supply)


def _free(taken: list[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """Return the place, moved to the right past those that would lie beneath."""
    while any(abs(x - other) < 6 and abs(y - height) < 7 for other, height in taken):
        x += 6
        if x > 95:
            x, y = 8.0, y + 7
    taken.append((x, y))
    return x, y
