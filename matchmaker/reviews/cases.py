"""The cases that wait at the hubs: open suggestions by need and hub, with their clock and owner.

Everything is read in a handful of queries for all cases at once: the order of the queue depends on
all of them, and a hub has hundreds.
"""

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from matchmaker.database import Database
from matchmaker.reviews.owning import list_owners
from matchmaker.reviews.standing import HANDLING_HUB, IS_CURRENT, IS_OPEN, IS_RETURNED, LAST_REVIEW
from matchmaker.reviews.value import Look, value_of_look
from matchmaker.reviews.waiting import Clock, day_of
from matchmaker.workdays import working_days_between

#: A case is one need at one hub that handles it.
Key = tuple[int, int]

#: Best first. What the model cannot rank yet follows after what it can.
BEST = "s.probability is null, s.probability desc, s.score desc, s.id"
_SINCE = (
    f"case when {IS_RETURNED} then (select max(released_at) from collaboration_suggestion"
    " where suggestion_id = s.id) when r.decision = 'defer' then r.defer_until"
    " when r.decision in ('refer', 'reopen') then r.created_at else s.created_at end"
)
_OPEN = f"""
    select s.need_id, {HANDLING_HUB} as hub_id, s.id, s.probability, s.score, {_SINCE}
    from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}
    where {IS_OPEN} and (:need is null or s.need_id = :need)
    order by s.need_id, hub_id, {BEST}
"""
#: An action is a decision, also to refer it on, or that somebody took the case. To undo is none.
_ACTED = f"""
    select need_id, hub_id, max(at) from (
        select s.need_id, {HANDLING_HUB} as hub_id, v.created_at as at
        from review v join suggestion s on s.id = v.suggestion_id join need n on n.id = s.need_id
        where v.decision in ('approve', 'reject', 'defer')
            and n.state in ('submitted', 'published') and (:need is null or n.id = :need)
        union all
        select s.need_id, n.hub_id, v.created_at
        from review v join suggestion s on s.id = v.suggestion_id join need n on n.id = s.need_id
        where v.decision = 'refer' and v.refer_to_id <> n.hub_id
            and n.state in ('submitted', 'published') and (:need is null or n.id = :need)
        union all
        select need_id, hub_id, created_at from case_assignment
        where owner_id = actor_id and (:need is null or need_id = :need))
    group by need_id, hub_id
"""
_ARRIVED = """
    select need_id, hub_id, max(created_at) from case_assignment
    where from_hub_id is not null and (:need is null or need_id = :need) group by need_id, hub_id
"""
#: Compared with everything, and nothing is suggested: somebody has to look at the need itself.
RECEIVED = (
    "coalesce((select min(e.at) from audit_event e where e.subject_kind = 'need'"
    " and e.subject_id = n.id and e.to_state in ('submitted', 'published')),"
    " n.published_at, n.created_at)"
)
_WITHOUT = f"""
    select n.id, n.hub_id, {RECEIVED} from need n
    where n.state in ('submitted', 'published') and (:need is null or n.id = :need)
        and exists (select 1 from matched_profile where kind = 'need' and profile_id = n.id)
        and not exists (select 1 from suggestion s where s.need_id = n.id
            and ({IS_CURRENT} or exists (select 1 from review where suggestion_id = s.id)))
"""
_DECIDED = """
    select s.need_id, count(distinct s.id) from suggestion s join need n on n.id = s.need_id
    where n.state in ('submitted', 'published') and (:need is null or n.id = :need)
        and exists (select 1 from review where suggestion_id = s.id)
    group by s.need_id
"""
_ENDS = (
    "select id, expires_at from need where expires_at is not null"
    " and state in ('submitted', 'published') and (:need is null or id = :need)"
)


@dataclass(frozen=True)
class OpenCase:
    """A need at a hub with what waits there; `best_id` is None while nothing is suggested."""

    need_id: int
    hub_id: int
    best_id: int | None
    probability: float | None
    score: float
    open_count: int
    decided_count: int
    waiting_since: str
    clock: Clock
    owner_id: int | None
    owner_name: str
    value: float


def read_open_cases(
    db: Database,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    owner_id: int | None = None,
    need_id: int | None = None,
) -> list[OpenCase]:
    """Return what waits at these hubs (``None``: at all), the most valuable look first.

    With `owner_id` only the cases of that person, with `need_id` only those of that need.
    """
    hubs = None if hub_ids is None else frozenset(hub_ids)
    parameters = {"today": today.isoformat(), "need": need_id}
    known = _Known.read(db, parameters)
    cases = [
        _case(key, suggestions, known, today)
        for key, suggestions in _waiting(db, parameters, known).items()
        if hubs is None or key[1] in hubs
    ]
    mine = (case for case in cases if owner_id is None or case.owner_id == owner_id)
    return sorted(mine, key=lambda case: (-case.value, case.waiting_since, case.need_id))


@dataclass(frozen=True)
class _Known:
    """What is known of all cases, by case or by need."""

    acted: Mapping[Key, str]
    arrived: Mapping[Key, str]
    owners: Mapping[Key, tuple[int, str]]
    decided: Mapping[int, int]
    ends: Mapping[int, str]

    @classmethod
    def read(cls, db: Database, parameters: dict[str, Any]) -> "_Known":
        return cls(
            acted=_by_case(db, _ACTED, parameters),
            arrived=_by_case(db, _ARRIVED, parameters),
            owners={
                key: (owner.account_id, owner.name)
                for key, owner in list_owners(db, parameters["need"]).items()
            },
            decided=dict(db.execute(_DECIDED, parameters)),
            ends=dict(db.execute(_ENDS, parameters)),
        )


def _by_case(db: Database, sql: str, parameters: dict[str, Any]) -> dict[Key, str]:
    return {(need, hub): at for need, hub, at in db.execute(sql, parameters)}


#: Id, probability, score and since when it is open; id None stands for a need without any.
_Row = tuple[int | None, float | None, float, str]


def _waiting(db: Database, parameters: dict[str, Any], known: _Known) -> dict[Key, list[_Row]]:
    rows = db.execute(_OPEN, parameters)
    waiting = {
        key: [row[2:] for row in group] for key, group in itertools.groupby(rows, itemgetter(0, 1))
    }
    for need_id, hub_id, received in db.execute(_WITHOUT, {"need": parameters["need"]}):
        if (need_id, hub_id) not in known.acted:
            waiting[need_id, hub_id] = [(None, None, 0.0, received)]
    return waiting


def _case(key: Key, suggestions: list[_Row], known: _Known, today: date) -> OpenCase:
    best_id, probability, score, _since = suggestions[0]
    since = [max(row[3], known.arrived.get(key, "")) for row in suggestions]
    unanswered = [moment for moment in since if moment > known.acted.get(key, "")]
    ends = known.ends.get(key[0])
    look = Look(
        probability=probability,
        decided=known.decided.get(key[0], 0),
        waited=working_days_between(day_of(min(since)), today),
        days_left=(day_of(ends) - today).days if ends else None,
    )
    owner_id, owner_name = known.owners.get(key, (None, ""))
    return OpenCase(
        need_id=key[0],
        hub_id=key[1],
        best_id=best_id,
        probability=probability,
        score=score,
        open_count=sum(row[0] is not None for row in suggestions),
        decided_count=look.decided,
        waiting_since=min(since),
        clock=Clock(day_of(min(unanswered)) if unanswered else None, today),
        owner_id=owner_id,
        owner_name=owner_name,
        value=value_of_look(look),
    )


def hubs_of_need(db: Database, need_id: int, *, today: date) -> list[int]:
    """Return the hubs that handle a need: its own first, then those it is partly referred to."""
    row = db.first("select hub_id from need where id = ?", (need_id,))
    own = [row["hub_id"]] if row else []
    parameters = {"today": today.isoformat(), "need": need_id}
    open_at = {hub for _need, hub, *_rest in db.execute(_OPEN, parameters)}
    return [*own, *sorted(open_at - {*own})]


def names_of(db: Database, organisation_ids: Iterable[int]) -> dict[int, str]:
    rows = db.execute(
        "select id, name from organisation where id in (select value from json_each(?))",
        (json.dumps(sorted({*organisation_ids})),),
    )
    return dict(rows)
