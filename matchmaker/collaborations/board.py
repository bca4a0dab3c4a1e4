"""The hub's board and list: every collaboration with what it waits for, in one question each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from matchmaker.clock import COPENHAGEN, to_text
from matchmaker.collaborations.collaboration import MOVES, STAGES
from matchmaker.database import Database
from matchmaker.reviews.waiting import day_of
from matchmaker.workdays import working_days_between

#: Columns of the board: what is open. "accepted" lasts for no time at all.
OPEN_STAGES = tuple(stage for stage in STAGES if stage not in ("accepted", "closed"))
#: Working days after which the hub's own next step is overdue.
OVERDUE_AFTER = 6
CARDS_IN_COLUMN = 30
LINES_ON_PAGE = 50
_STAGE_PLACES = " ".join(f"when '{stage}' then {place}" for place, stage in enumerate(STAGES))
#: What the list can be sorted by; "waiting" puts on top what has waited longest.
SORTS = {
    "waiting": "waiting_since, id",
    "title": "title collate nocase, id",
    "stage": f"case stage {_STAGE_PLACES} end, waiting_since, id",
    "due": "next_due is null, next_due, waiting_since, id",
    "hub": "hub_name collate nocase, waiting_since, id",
    "changed": "updated_at desc, id desc",
}


@dataclass(frozen=True)
class Filters:
    """What is asked for; `hub_ids` None means all hubs, `stages` None all that are open.

    `mine` is the account whose own proposals and tasks are asked for.
    """

    hub_ids: tuple[int, ...] | None = None
    mine: int | None = None
    stages: tuple[str, ...] | None = None
    overdue: bool = False


@dataclass(frozen=True)
class Card:
    """One collaboration on the board or in the list."""

    id: int
    title: str
    stage: str
    version: int
    close_reason: str | None
    hub_name: str
    parties: str
    waiting_since: str
    updated_at: str
    answers: int
    asked: int
    declined: int
    held_back_since: str | None
    open_questions: int
    open_tasks: int
    overdue_tasks: int
    next_due: str | None
    is_overdue: bool

    @property
    def next_stages(self) -> tuple[str, ...]:
        return MOVES.get(self.stage, ())

    def days_waiting(self, today: date) -> int:
        return max(0, (today - day_of(self.waiting_since)).days)


@dataclass(frozen=True)
class Column:
    """One stage of the board; `total` counts those that are not on it too."""

    stage: str
    cards: tuple[Card, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


@dataclass(frozen=True)
class Page:
    cards: tuple[Card, ...]
    number: int
    pages: int
    total: int


_OPEN_QUESTIONS = """
    collaboration_question q join collaboration_party p
        on p.id = q.party_id where p.collaboration_id = c.id and q.answer is null
"""
_NOES = """
    collaboration_party p join interest i on i.party_id = p.id
        where p.collaboration_id = c.id and p.ended_at is null and i.answer = 'no'
        and c.stage = 'invited'
        and i.sequence = (select max(sequence) from interest where party_id = p.id)
"""
_AGREED = """
    collaboration_party p left join interest i on i.party_id = p.id
            and i.sequence = (select max(sequence) from interest where party_id = p.id)
        where p.collaboration_id = c.id and p.ended_at is null and c.stage = 'invited'
        group by p.collaboration_id
        having min(coalesce(i.answer = 'yes' and i.circle = c.circle, 0)) = 1
"""
# What decides on order and filters is read for all that are asked for, the rest for what is shown.
_ASKED = f"""
    with asked as (
        select c.id, c.title, c.stage, c.version, c.close_reason, c.updated_at,
            h.name as hub_name,
            case c.stage when 'closed' then c.updated_at else coalesce(
                (select max(at) from state_step s where s.noun = 'collaboration'
                    and s.record_id = c.id and s.state = c.stage), c.created_at) end
                as waiting_since,
            (select count(*) from task t where t.collaboration_id = c.id
                and t.done_at is null) as open_tasks,
            (select min(due_on) from task t where t.collaboration_id = c.id
                and t.done_at is null) as next_due,
            (select count(*) from task t where t.collaboration_id = c.id
                and t.done_at is null and t.due_on < :today) as overdue_tasks,
            (select count(*) from {_OPEN_QUESTIONS}) as open_questions,
            (select count(*) from {_NOES}) as declined,
            (select min(q.asked_at) from {_OPEN_QUESTIONS}) as asked_since,
            (select min(i.created_at) from {_NOES}) as declined_since,
            (select max(i.created_at) from {_AGREED}) as held_back_since
        from collaboration c join organisation h on h.id = c.hub_id
        where (:hubs is null or c.hub_id in (select value from json_each(:hubs)))
            and c.stage in (select value from json_each(:stages))
            and (:mine is null or c.created_by = :mine or exists (select 1 from task t
                where t.collaboration_id = c.id and t.done_at is null
                and t.responsible_id = :mine))
    ), judged as (
        select asked.*, stage <> 'closed' and (overdue_tasks > 0
            or (stage = 'draft' and waiting_since < :late)
            or coalesce(asked_since < :late, 0) or coalesce(declined_since < :late, 0)
            or coalesce(held_back_since < :late, 0))
            as is_overdue
        from asked
    ), found as (select * from judged where not :overdue or is_overdue)
"""
_DETAILS = """
    (select group_concat(name, ' · ') from (select o.name from collaboration_party p
        join organisation o on o.id = p.organisation_id where p.collaboration_id = shown.id
        and p.ended_at is null order by p.need_id is null, p.id)) as parties,
    (select count(*) from collaboration_party p where p.collaboration_id = shown.id
        and p.ended_at is null) as asked,
    (select count(*) from collaboration_party p join interest i on i.party_id = p.id
        join collaboration c on c.id = p.collaboration_id where p.collaboration_id = shown.id
        and p.ended_at is null and i.answer = 'yes' and i.circle = c.circle
        and i.sequence = (select max(sequence) from interest where party_id = p.id)) as answers
"""


def read_board(db: Database, filters: Filters, *, today: date) -> list[Column]:
    """Return the open stages in order, each with those on top that have waited longest."""
    rows = db.rows(
        f"""{_ASKED}, ranked as (select found.*, count(*) over (partition by stage) as total,
            row_number() over (partition by stage order by waiting_since, id) as place from found),
            shown as (select * from ranked where place <= :most)
        select shown.*, {_DETAILS} from shown order by stage, place""",
        {**_values(filters, today), "most": CARDS_IN_COLUMN},
    )
    totals = {row["stage"]: row["total"] for row in rows}
    cards = [_card(row) for row in rows]
    return [
        Column(stage, tuple(c for c in cards if c.stage == stage), totals.get(stage, 0))
        for stage in filters.stages or OPEN_STAGES
    ]


def read_list(
    db: Database, filters: Filters, *, today: date, sort: str = "waiting", page: int = 1
) -> Page:
    """Return one page of the list; a page beyond the last is the last."""
    values = _values(filters, today)
    counted = db.first(f"{_ASKED} select count(*) as total from found", values)
    total = counted["total"] if counted else 0
    pages = max(1, -(-total // LINES_ON_PAGE))
    number = min(max(1, page), pages)
    order = SORTS.get(sort, SORTS["waiting"])
    rows = db.rows(
        f"""{_ASKED}, shown as (select * from found order by {order} limit :most offset :skipped)
        select shown.*, {_DETAILS} from shown order by {order}""",
        {**values, "most": LINES_ON_PAGE, "skipped": (number - 1) * LINES_ON_PAGE},
    )
    return Page(tuple(_card(row) for row in rows), number, pages, total)


def count_stages(db: Database, filters: Filters, *, today: date) -> dict[str, int]:
    """Return how many there are in each stage, closed ones too; stages without any are left out."""
    everything = replace(filters, stages=STAGES)
    rows = db.rows(
        f"{_ASKED} select stage, count(*) as total from found group by stage",
        _values(everything, today),
    )
    found = {row["stage"]: row["total"] for row in rows}
    return {stage: found[stage] for stage in STAGES if stage in found}


def late_before(today: date) -> date:
    """Return the first day of which the hub's next step is not overdue yet.

    >>> late_before(date(2026, 11, 23)).isoformat()  # a Monday: six working days back
    '2026-11-14'
    """
    day = today
    while working_days_between(day, today) < OVERDUE_AFTER:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def _values(filters: Filters, today: date) -> dict[str, Any]:
    return {
        "hubs": _json(filters.hub_ids),
        "stages": _json(filters.stages or OPEN_STAGES),
        "mine": filters.mine,
        "overdue": filters.overdue,
        "today": today.isoformat(),
        "late": to_text(datetime.combine(late_before(today), time(), COPENHAGEN)),
    }


def _json(values: Iterable[int | str] | None) -> str | None:
    return None if values is None else json.dumps(list(values))


def _card(row: dict[str, Any]) -> Card:
    row = {name: row[name] for name in Card.__dataclass_fields__}
    return Card(**{**row, "parties": row["parties"] or "", "is_overdue": bool(row["is_overdue"])})
