"""What has been published lately and answers a saved search or names a followed theme."""

from typing import Any

from matchmaker.alerts.watch import Watch
from matchmaker.capabilities.actions import CAPABILITIES as CAPABILITY_REGISTER
from matchmaker.capabilities.queries import CAPABILITIES, free_filter
from matchmaker.database import Database
from matchmaker.needs.actions import NEEDS as NEED_REGISTER
from matchmaker.needs.queries import NEEDS
from matchmaker.profiles.finding import find_answers
from matchmaker.profiles.listing import as_json
from matchmaker.profiles.reading import Reader
from matchmaker.profiles.register import Register
from matchmaker.profiles.themes import theme_filter

_SIDES: dict[str, tuple[Reader[Any], Register]] = {
    "need": (NEEDS, NEED_REGISTER),
    "capability": (CAPABILITIES, CAPABILITY_REGISTER),
}


def find_matches(db: Database, watch: Watch, *, since: str) -> list[tuple[str, int]]:
    """Return noun and id of what was published since and is on the public lists now, oldest first.

    Only what has come after the watch began. A confidential need is never among them.
    """
    nouns = ("need", "capability") if watch.is_theme else (watch.noun,)
    since = max(since, watch.created_at)
    return [(noun, found) for noun in nouns for found in _find(db, noun, watch.query, since)]


def _find(db: Database, noun: str, query: dict[str, str], since: str) -> list[int]:
    reader, register = _SIDES[noun]
    conditions = ["p.state = 'published'", "p.published_at >= :since"]
    values: dict[str, Any] = {"since": since}
    for name, sql in reader.facets.items():
        if name in query:
            conditions.append(f"{sql} = :{name}")
            values[name] = query[name]
    if noun == "need":
        conditions.append("not p.confidential")
    filters = [free_filter(query.get("free_from", ""), query.get("free_until", ""))]
    if "theme" in query:
        filters.append(theme_filter(noun, query["theme"]))
    for each in filters:
        conditions += each.conditions.values()
        values |= each.values
    if "q" in query:
        conditions.append("p.id in (select value from json_each(:answers))")
        values["answers"] = as_json(sorted(find_answers(db, register, query["q"])))
    sql = f"select p.id from {reader.source} where {' and '.join(conditions)}"
    return [row["id"] for row in db.rows(f"{sql} order by p.published_at, p.id", values)]
