"""The queue, one case, one suggestion."""

import json
from collections.abc import Container, Iterable
from datetime import date
from typing import Any

from matchmaker.database import Database
from matchmaker.reviews.case import Case, CaseLine, Place, Queue, QueueEntry
from matchmaker.reviews.cases import BEST, OpenCase, names_of, read_open_cases
from matchmaker.reviews.review import Review
from matchmaker.reviews.sides import NeedNotFoundError, need_side
from matchmaker.reviews.standing import (
    HANDLING_HUB,
    IS_OPEN,
    LAST_REVIEW,
    STANDING,
    list_reviews,
    standing_of,
)

PER_PAGE = 20


def list_queue(
    db: Database,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    page: int = 1,
    owner_id: int | None = None,
) -> Queue:
    """Return the cases that wait at these hubs (``None``: at all), the most valuable look first.

    The order is that of ``value.value_of_look``; equals by who has waited longest. With `owner_id`
    only that person's cases are returned.
    """
    cases = read_open_cases(db, hub_ids, today=today, owner_id=owner_id)
    pages = max(1, -(-len(cases) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = cases[(page - 1) * PER_PAGE : page * PER_PAGE]
    suggestions = sum(case.open_count for case in cases)
    return Queue(_entries(db, shown), len(cases), suggestions, page, pages)


def _entries(db: Database, cases: list[OpenCase]) -> list[QueueEntry]:
    rows = db.rows(
        "select n.id, n.title, n.language, o.name as organisation_name from need n"
        " join organisation o on o.id = n.organisation_id"
        " where n.id in (select value from json_each(?))",
        (json.dumps([case.need_id for case in cases]),),
    )
    needs = {row.pop("id"): row for row in rows}
    hubs = names_of(db, (case.hub_id for case in cases))
    return [
        QueueEntry(
            **needs[case.need_id],
            **{name: getattr(case, name) for name in _OF_CASE},
            hub_name=hubs[case.hub_id],
        )
        for case in cases
    ]


_OF_CASE = (
    "need_id", "hub_id", "open_count", "decided_count", "best_id", "probability", "score",
    "waiting_since", "clock", "owner_id", "owner_name",
)  # fmt: skip


def find_next_case(
    db: Database,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    after: int | None = None,
    owner_id: int | None = None,
) -> OpenCase | None:
    """Return the head of the queue, leaving out the need just dealt with."""
    cases = read_open_cases(db, hub_ids, today=today, owner_id=owner_id)
    return next((case for case in cases if case.need_id != after), None)


def find_next_suggestion(
    db: Database,
    need_id: int,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    after: int | None = None,
) -> int | None:
    """Return the next open suggestion of the case, going round to its best; None when none is."""
    rows = db.rows(_OPEN_OF_NEED, {**_parameters(hub_ids, today), "need_id": need_id})
    open_ids = {row["id"] for row in rows}
    order = [row["id"] for row in _ordered_ids(db, need_id)]
    behind = order[order.index(after) + 1 :] if after in order else []
    return next((id for id in [*behind, *order] if id in open_ids and id != after), None)


_OPEN_OF_NEED = f"""
    select s.id from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}
    where s.need_id = :need_id and {IS_OPEN}
        and (:hubs is null or {HANDLING_HUB} in (select value from json_each(:hubs)))
"""


def _parameters(hub_ids: Iterable[int] | None, today: date) -> dict[str, Any]:
    hubs = None if hub_ids is None else json.dumps(sorted(hub_ids))
    return {"hubs": hubs, "today": today.isoformat()}


def get_case(db: Database, need_id: int, *, today: date, blind_ids: Container[int] = ()) -> Case:
    """Return a need with all its current suggestions and those decided before, best first.

    Of the suggestions in `blind_ids` the reader does not learn what was decided.

    Raises
    ------
    NeedNotFoundError
        When no need has this id.
    """
    rows = db.rows(_LINES, {"need_id": need_id})
    hub = db.first(
        "select n.hub_id, o.name from need n join organisation o on o.id = n.hub_id where n.id = ?",
        (need_id,),
    )
    if hub is None:
        raise NeedNotFoundError(need_id)
    lines = tuple(_line(db, row, today, row["id"] in blind_ids) for row in rows)
    return Case(need_side(db, need_id), lines, hub["hub_id"], hub["name"])


_LINES = f"""
    select s.id, s.capability_id, c.title, c.language, c.kind, o.name as organisation_name,
        s.probability, s.score, (select max(collaboration_id) from collaboration_suggestion
            where suggestion_id = s.id) as collaboration_id, {STANDING}
    from suggestion s
    join need n on n.id = s.need_id
    join capability c on c.id = s.capability_id
    join organisation o on o.id = c.organisation_id
    {LAST_REVIEW}
    where s.need_id = :need_id and (s.withdrawn_at is null or r.id is not null)
    order by {BEST}
"""


def _line(db: Database, row: dict[str, Any], today: date, is_blind: bool) -> CaseLine:
    standing = standing_of(row)
    is_told = bool(standing.sequence) and not is_blind
    return CaseLine(
        **{name: row[name] for name in (
            "id", "capability_id", "title", "language", "kind", "organisation_name",
            "probability", "score", "collaboration_id",
        )},
        standing=standing,
        last=_last_review(db, row["id"]) if is_told else None,
        is_open=standing.is_open(today),
        is_blind=is_blind,
    )  # fmt: skip


def _last_review(db: Database, suggestion_id: int) -> Review:
    return list_reviews(db, suggestion_id)[-1]


def place_in_case(db: Database, need_id: int, suggestion_id: int) -> Place:
    """Return where a suggestion stands among all of its need."""
    order = [row["id"] for row in _ordered_ids(db, need_id)]
    if suggestion_id not in order:
        return Place(1, 1, None, None)
    at = order.index(suggestion_id)
    before = order[at - 1] if at else None
    after = order[at + 1] if at + 1 < len(order) else None
    return Place(at + 1, len(order), before, after)


def _ordered_ids(db: Database, need_id: int) -> list[dict[str, Any]]:
    return db.rows(
        f"select s.id from suggestion s {LAST_REVIEW} where s.need_id = ?"
        f" and (s.withdrawn_at is null or r.id is not null) order by {BEST}",
        (need_id,),
    )


def list_hubs(db: Database) -> list[tuple[int, str]]:
    rows = db.rows("select id, name from organisation where kind = 'hub' order by name")
    return [(row["id"], row["name"]) for row in rows]
