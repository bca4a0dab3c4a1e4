"""Needs that nothing in the catalogue answers yet, and that nobody has taken in hand.

A need counts once it has been compared with everything. What staff have approved, or proposed to
somebody, is being tried: the need is not called unmet then, however unlikely the model finds it.
What came back to the queue from a proposal is tried no more, although it was approved once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.profiles.quality import quality_order
from matchmaker.reviews.standing import IS_PROPOSED, IS_RETURNED, LAST_REVIEW

PER_PAGE = 20


@dataclass(frozen=True)
class UnmetNeed:
    """`probability` is that of the best suggestion nobody has rejected, 0 without any."""

    need_id: int
    title: str
    language: str
    state: str
    organisation_name: str
    region: str | None
    hub_name: str
    probability: float
    waiting_since: str


@dataclass(frozen=True)
class UnmetPage:
    """One page of unmet needs; `total` counts all pages."""

    needs: tuple[UnmetNeed, ...]
    total: int
    page: int
    pages: int


_STANDS = "s.withdrawn_at is null and r.decision is not 'reject'"
_IS_UNMET = f"""
    n.state in ('submitted', 'published')
    and exists (select 1 from matched_profile where kind = 'need' and profile_id = n.id)
    and not exists (select 1 from suggestion s {LAST_REVIEW} where s.need_id = n.id
        and ((r.decision is 'approve' and not {IS_RETURNED}) or {IS_PROPOSED}
            or ({_STANDS} and (s.probability is null or s.probability >= :answered_from))))
"""
_SINCE = (
    "coalesce((select min(e.at) from audit_event e where e.subject_kind = 'need'"
    " and e.subject_id = n.id and e.to_state in ('submitted', 'published')),"
    " n.published_at, n.created_at)"
)
_IDS = f"""
    select n.id from need n
    where {_IS_UNMET} and (:hubs is null or n.hub_id in (select value from json_each(:hubs)))
    order by case when :weakest_first then {quality_order("need", "n")} end, {_SINCE}, n.id
"""
_LINES = f"""
    select n.id as need_id, n.title, n.language, n.state, o.name as organisation_name,
        coalesce(o.region, above.region) as region, hub.name as hub_name,
        coalesce((select max(s.probability) from suggestion s {LAST_REVIEW}
            where s.need_id = n.id and {_STANDS}), 0) as probability,
        {_SINCE} as waiting_since
    from json_each(:ids) listed
    join need n on n.id = listed.value
    join organisation o on o.id = n.organisation_id
    left join organisation above on above.id = o.parent_id
    join organisation hub on hub.id = n.hub_id
    order by listed.key
"""
_PUBLIC = f"select n.id from need n where n.state = 'published' and {_IS_UNMET}"


def list_unmet(
    db: Database,
    hub_ids: Iterable[int] | None,
    *,
    answered_from: float,
    page: int = 1,
    weakest_first: bool = False,
) -> UnmetPage:
    """Return the unmet needs of these hubs (``None``: of all), for staff.

    Unmet is a need whose best suggestion is less likely than `answered_from`. Those that have
    waited longest come first, unless `weakest_first` puts the texts first that say least.
    """
    hubs = None if hub_ids is None else json.dumps(sorted(hub_ids))
    values = {"hubs": hubs, "answered_from": answered_from, "weakest_first": weakest_first}
    ids = [row["id"] for row in db.rows(_IDS, values)]
    shown, page, pages = page_of(ids, page)
    rows = db.rows(_LINES, {"ids": json.dumps(shown)})
    return UnmetPage(tuple(UnmetNeed(**row) for row in rows), len(ids), page, pages)


def page_of(ids: Sequence[int], page: int) -> tuple[list[int], int, int]:
    """Return the ids on a page of a list, the number of that page and how many there are."""
    pages = max(1, -(-len(ids) // PER_PAGE))
    page = min(max(1, page), pages)
    return list(ids[(page - 1) * PER_PAGE : page * PER_PAGE]), page, pages


def list_public_unmet(db: Database, *, answered_from: float) -> list[int]:
    """Return the published needs among the unmet, longest published first."""
    rows = db.rows(f"{_PUBLIC} order by n.published_at, n.id", {"answered_from": answered_from})
    return [row["id"] for row in rows]


def unmet_among(
    db: Database, need_ids: Iterable[int], *, answered_from: float | None
) -> frozenset[int]:
    """Return those of the needs that are unmet; none while no bound is known."""
    if answered_from is None:
        return frozenset()
    rows = db.rows(
        "select n.id from need n where n.id in (select value from json_each(:ids))"
        f" and {_IS_UNMET}",
        {"ids": json.dumps(sorted(need_ids)), "answered_from": answered_from},
    )
    return frozenset(row["id"] for row in rows)
