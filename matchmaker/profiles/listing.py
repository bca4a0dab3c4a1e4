"""Public lists: filters, facets with counts, and how a long list is cut into pages."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from matchmaker.database import Database

Item = TypeVar("Item")

PER_PAGE = 20


@dataclass(frozen=True)
class Choice:
    """One value of a facet and how many results it would leave."""

    value: str
    count: int


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """One page of results, with how many there are and how they divide."""

    items: tuple[Item, ...]
    total: int
    page: int
    facets: dict[str, tuple[Choice, ...]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


@dataclass(frozen=True)
class Filters:
    """Conditions on the rows of a listing: SQL by facet name, and their values."""

    conditions: dict[str, str]
    values: dict[str, Any]

    def where(self, without: str | None = None) -> str:
        return " and ".join(sql for name, sql in self.conditions.items() if name != without)


def list_page(
    db: Database,
    source: str,
    filters: Filters,
    *,
    columns: str,
    order: str,
    page: int,
    facets: dict[str, str],
    read: Callable[[dict[str, Any]], Item],
) -> Listing[Item]:
    """Return one page of what `source` (a from-clause) holds under the filters.

    A facet is counted under all filters but its own, so that its other values stay in sight.
    """
    count = db.first(
        f"select count(*) as total from {source} where {filters.where()}", filters.values
    )
    total = int(count["total"]) if count else 0
    last = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), last)
    rows = db.rows(
        f"select {columns} from {source} where {filters.where()} order by {order}"
        " limit :_limit offset :_offset",
        {**filters.values, "_limit": PER_PAGE, "_offset": (page - 1) * PER_PAGE},
    )
    return Listing(
        items=tuple(read(row) for row in rows),
        total=total,
        page=page,
        facets={name: _choices(db, source, filters, name, sql) for name, sql in facets.items()},
    )


def _choices(
    db: Database, source: str, filters: Filters, name: str, sql: str
) -> tuple[Choice, ...]:
    rows = db.rows(
        f"select {sql} as facet, count(*) as count from {source} where {filters.where(name)}"
        " group by facet having facet is not null order by count desc, facet",
        filters.values,
    )
    return tuple(Choice(str(row["facet"]), int(row["count"])) for row in rows)


def as_json(ids: Sequence[int]) -> str:
    """Return ids for a ``json_each`` join, whose key is then their rank."""
    return json.dumps(list(ids))
