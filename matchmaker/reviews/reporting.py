"""What the clock says of a period: how many cases came, and how soon somebody first acted."""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matchmaker.clock import danish_day, to_moment
from matchmaker.database import Database
from matchmaker.reviews.cases import RECEIVED
from matchmaker.reviews.waiting import DUE_AFTER, OVERDUE_AFTER, Clock, day_of

#: A need that was handed over counts from there, for the hub that has it now. Its first action is
#: the first decision on a suggestion after that, or that somebody took the case.
_FIRST_ACTIONS = f"""
    with came as (
        select n.id, n.title, n.hub_id, n.state in ('submitted', 'published') as is_open,
            coalesce((select max(created_at) from case_assignment
                where need_id = n.id and hub_id = n.hub_id and from_hub_id is not null),
                {RECEIVED}) as at
        from need n
        where n.state <> 'draft'
            and (:hubs is null or n.hub_id in (select value from json_each(:hubs))))
    select came.id as need_id, came.title, came.hub_id, came.is_open, came.at as received_at,
        min(acted.at) as acted_at
    from came left join (
        select s.need_id, v.created_at as at from review v join suggestion s
            on s.id = v.suggestion_id where v.decision <> 'reopen'
        union all
        select need_id, created_at from case_assignment where owner_id = actor_id
    ) acted on acted.need_id = came.id and acted.at >= came.at
    group by came.id order by came.at, came.id
"""


@dataclass(frozen=True)
class FirstAction:
    """One case that came, and when somebody first acted; `clock` was read then, or today."""

    need_id: int
    title: str
    hub_id: int
    is_open: bool
    received_at: str
    acted_at: str | None
    clock: Clock

    @property
    def is_acted_on(self) -> bool:
        return self.acted_at is not None

    @property
    def waits(self) -> bool:
        return not self.is_acted_on and self.is_open


@dataclass(frozen=True)
class ClockReport:
    """The cases that came in a period, oldest first. Each of the numbers counts a list of them."""

    cases: tuple[FirstAction, ...]

    @property
    def in_time(self) -> list[FirstAction]:
        """Acted on within four working days."""
        return [c for c in self.cases if c.is_acted_on and c.clock.waited <= DUE_AFTER]

    @property
    def late(self) -> list[FirstAction]:
        """Acted on after that, before the case was overdue."""
        return [
            c for c in self.cases if c.is_acted_on and DUE_AFTER < c.clock.waited < OVERDUE_AFTER
        ]

    @property
    def overdue(self) -> list[FirstAction]:
        """Acted on when six working days or more had passed."""
        return [c for c in self.cases if c.is_acted_on and c.clock.waited >= OVERDUE_AFTER]

    @property
    def waiting(self) -> list[FirstAction]:
        """Not acted on yet."""
        return [case for case in self.cases if case.waits]

    @property
    def waiting_overdue(self) -> list[FirstAction]:
        return [case for case in self.waiting if case.clock.state == "overdue"]

    @property
    def gone(self) -> list[FirstAction]:
        """Taken down by the owner before anybody acted."""
        return [case for case in self.cases if not case.is_acted_on and not case.is_open]

    @property
    def median_days(self) -> float | None:
        """The median of the working days until the first action, None without any."""
        days = [case.clock.waited for case in self.cases if case.is_acted_on]
        return statistics.median(days) if days else None


def clock_report(
    db: Database,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    since: date | None = None,
    until: date | None = None,
) -> ClockReport:
    """Return the cases that came to these hubs (``None``: to all) from `since` up to and with
    `until`, both Danish days."""
    hubs = None if hub_ids is None else json.dumps(sorted(hub_ids))
    cases = (_first_action(row, today) for row in db.rows(_FIRST_ACTIONS, {"hubs": hubs}))
    first, last = since or date.min, until or date.max
    return ClockReport(tuple(case for case in cases if first <= day_of(case.received_at) <= last))


def _first_action(row: dict[str, object], today: date) -> FirstAction:
    acted_at = to_moment(str(row["acted_at"])) if row["acted_at"] else None
    read_on = danish_day(acted_at) if acted_at else today
    clock = Clock(day_of(str(row["received_at"])), read_on)
    is_open = bool(row.pop("is_open"))
    return FirstAction(**row, is_open=is_open, clock=clock)  # type: ignore[arg-type]
