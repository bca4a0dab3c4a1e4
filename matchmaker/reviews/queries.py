"""The queue, one case, one suggestion."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from matchmaker.database import Database
from matchmaker.reviews.case import Case, CaseLine, Place, Queue, QueueEntry
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
#: Best first. What the model cannot rank yet follows after what it can; equals by waiting time.
_BEST = "s.probability is null, s.probability desc, s.score desc, s.id"
_OPEN = f"""
    select s.id, s.need_id, s.probability, s.score, {HANDLING_HUB} as hub_id,
        case r.decision when 'defer' then r.defer_until
            when 'refer' then r.created_at when 'reopen' then r.created_at
            else s.created_at end as since,
        row_number() over (partition by s.need_id, {HANDLING_HUB} order by {_BEST}) as place
    from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}
    where {IS_OPEN}
"""
_IN_HUBS = "(:hubs is null or open.hub_id in (select value from json_each(:hubs)))"


def list_queue(db: Database, hub_ids: Iterable[int] | None, *, today: date, page: int = 1) -> Queue:
    """Return the needs with open suggestions at these hubs (``None``: at all), best first.

    Order: highest probability (to whole per cent), then highest score, then who has waited
    longest. Needs whose suggestions have no probability come after those that have one.
    """
    parameters = _parameters(hub_ids, today)
    counted = db.first(
        f"select count(distinct need_id || '-' || hub_id) as needs, count(*) as suggestions"
        f" from ({_OPEN}) open where {_IN_HUBS}",
        parameters,
    )
    needs = int(counted["needs"]) if counted else 0
    pages = max(1, -(-needs // PER_PAGE))
    page = min(max(1, page), pages)
    rows = db.rows(_QUEUE, {**parameters, "limit": PER_PAGE, "offset": (page - 1) * PER_PAGE})
    suggestions = int(counted["suggestions"]) if counted else 0
    return Queue([QueueEntry(**row) for row in rows], needs, suggestions, page, pages)


_QUEUE = f"""
    select n.id as need_id, n.title, n.language, o.name as organisation_name, open.hub_id,
        hub.name as hub_name, count(*) as open_count,
        (select count(*) from suggestion d where d.need_id = n.id
            and exists (select 1 from review v where v.suggestion_id = d.id)) as decided_count,
        max(case when open.place = 1 then open.id end) as best_id,
        max(open.probability) as probability,
        max(case when open.place = 1 then open.score end) as score,
        min(open.since) as waiting_since
    from ({_OPEN}) open
    join need n on n.id = open.need_id
    join organisation o on o.id = n.organisation_id
    join organisation hub on hub.id = open.hub_id
    where {_IN_HUBS}
    group by n.id, open.hub_id
    order by max(open.probability) is null, round(max(open.probability), 2) desc,
        round(max(open.score), 2) desc, min(open.since), n.id
    limit :limit offset :offset
"""


def find_next_need(
    db: Database, hub_ids: Iterable[int] | None, *, today: date, after: int | None = None
) -> int | None:
    """Return the need at the head of the queue, leaving out the one just dealt with."""
    queue = list_queue(db, hub_ids, today=today)
    return next((entry.need_id for entry in queue.entries if entry.need_id != after), None)


def find_next_suggestion(
    db: Database,
    need_id: int,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    after: int | None = None,
) -> int | None:
    """Return the next open suggestion of the case, going round to its best; None when none is."""
    rows = db.rows(
        f"select open.id from ({_OPEN}) open where open.need_id = :need_id and {_IN_HUBS}"
        " order by open.place, open.id",
        {**_parameters(hub_ids, today), "need_id": need_id},
    )
    open_ids = [row["id"] for row in rows]
    order = [row["id"] for row in _ordered_ids(db, need_id)]
    behind = order[order.index(after) + 1 :] if after in order else []
    return next((id for id in [*behind, *order] if id in open_ids and id != after), None)


def _parameters(hub_ids: Iterable[int] | None, today: date) -> dict[str, Any]:
    hubs = None if hub_ids is None else json.dumps(sorted(hub_ids))
    return {"hubs": hubs, "today": today.isoformat()}


def get_case(db: Database, need_id: int, *, today: date) -> Case:
    """Return a need with all its current suggestions and those decided before, best first.

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
    lines = tuple(_line(db, row, today) for row in rows)
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
    order by {_BEST}
"""


def _line(db: Database, row: dict[str, Any], today: date) -> CaseLine:
    standing = standing_of(row)
    return CaseLine(
        **{name: row[name] for name in (
            "id", "capability_id", "title", "language", "kind", "organisation_name",
            "probability", "score", "collaboration_id",
        )},
        standing=standing,
        last=_last_review(db, row["id"]) if standing.sequence else None,
        is_open=standing.is_open(today),
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
        f" and (s.withdrawn_at is null or r.id is not null) order by {_BEST}",
        (need_id,),
    )


def list_hubs(db: Database) -> list[tuple[int, str]]:
    rows = db.rows("select id, name from organisation where kind = 'hub' order by name")
    return [(row["id"], row["name"]) for row in rows]
