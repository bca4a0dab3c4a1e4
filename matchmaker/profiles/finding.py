"""Which published profiles a question finds, best first, and how a long list is cut into pages."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from matchmaker.database import Database
from matchmaker.profiles.register import Register
from matchmaker.words.language import detect_language
from matchmaker.words.search import match_query

Item = TypeVar("Item")

PER_PAGE = 20
MOST_WORD_HITS = 400
# A hit by words counts as exact when it has half of what the best one has: the rare words then.
EXACT_SHARE = 0.5


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


def rank(db: Database, register: Register, text: str, nearest: Sequence[int] = ()) -> list[int]:
    """Return ids that answer `text`: by its rare words first, then by meaning, then by any word.

    `nearest` are ids by meaning, nearest first; without them words alone decide.
    """
    hits = _word_hits(db, register, text)
    best = hits[0][1] if hits else 0.0
    exact = [found for found, score in hits if score >= best * EXACT_SHARE]
    loose = [found for found, score in hits if score < best * EXACT_SHARE]
    return list(dict.fromkeys([*exact, *nearest, *loose]))


def _word_hits(db: Database, register: Register, text: str) -> list[tuple[int, float]]:
    """Return published profiles that share a word with `text`, and how well, best first."""
    words = f"{register.noun}_words"
    rows = db.rows(
        f"select w.rowid as id, -bm25({words}) as score from {words} w"
        f" join {register.noun} p on p.id = w.rowid"
        f" where {words} match ? and p.state = 'published' order by score desc, id limit ?",
        (_any_word(text), MOST_WORD_HITS),
    )
    return [(row["id"], row["score"]) for row in rows]


def _any_word(text: str) -> str:
    """Ask in every language that the few words may be in: profiles are indexed in their own."""
    languages = dict.fromkeys((detect_language(text), "da", "en"))
    queries = (match_query(text, language) for language in languages)
    words = dict.fromkeys(word for query in queries for word in query.split(" OR "))
    return " OR ".join(word for word in words if word != '""') or '""'


@dataclass(frozen=True)
class Filters:
    """Conditions on the rows of a listing: SQL by facet name, and their values."""

    conditions: dict[str, str]
    values: dict[str, Any]

    def where(self, without: str | None = None) -> str:
        kept = [sql for name, sql in self.conditions.items() if name != without]
        return " and ".join(["p.state = 'published'", *kept])


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
        f"select {sql} as value, count(*) as count from {source} where {filters.where(name)}"
        " group by value having value is not null order by count desc, value",
        filters.values,
    )
    return tuple(Choice(str(row["value"]), int(row["count"])) for row in rows)


def as_json(ids: Sequence[int]) -> str:
    """Return ids for a ``json_each`` join, whose key is then their rank."""
    return json.dumps(list(ids))
