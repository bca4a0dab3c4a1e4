"""How often the owner of a need or a testbed may be approached, and how often they have been."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from matchmaker.capabilities.capability import USUAL_APPROACHES
from matchmaker.clock import COPENHAGEN, to_text
from matchmaker.collaborations.errors import BudgetUsedError
from matchmaker.database import Database


@dataclass(frozen=True)
class Attention:
    """Proposals sent to somebody in this calendar month, and how many they allow."""

    used: int
    allowed: int
    title: str = ""

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.allowed


def read_attention(db: Database, need_id: int, *, now: datetime) -> Attention:
    """Return how often the owner of a need has been approached about it this month."""
    row = db.first(
        f"select n.approaches_per_month as allowed, {_USED.format(column='need_id')} as used"
        " from need n where n.id = :id",
        _parameters(need_id, now),
    )
    return Attention(**row) if row else Attention(0, 0)


def read_attention_of_testbed(
    db: Database, capability_id: int, *, now: datetime
) -> Attention | None:
    """Return how often a testbed has been approached this month; None for any other capability."""
    row = db.first(
        f"select coalesce(n.approaches_per_month, {USUAL_APPROACHES}) as allowed, n.title,"
        f" {_USED.format(column='capability_id')} as used"
        " from capability n where n.id = :id and n.kind = 'testbed'",
        _parameters(capability_id, now),
    )
    return Attention(**row) if row else None


#: Who is asked again because the circle has changed is not approached anew.
_USED = """
    (select count(distinct p.collaboration_id) from collaboration_party p
        where p.{column} = n.id and p.invited_at >= :start and p.invited_at < :end)
"""


def _parameters(id: int, now: datetime) -> dict[str, object]:
    start, end = danish_month(now)
    return {"id": id, "start": to_text(start), "end": to_text(end)}


def check_attention(
    db: Database, need_id: int | None, capability_ids: Iterable[int], *, now: datetime
) -> None:
    """Raise `BudgetUsedError` when one more proposal this month would be too many for anybody.

    Call it inside the transaction that sends the proposal: two people who send at the same moment
    follow one after the other there.
    """
    budgets = [read_attention(db, need_id, now=now)] if need_id is not None else []
    budgets += [
        found
        for capability_id in capability_ids
        if (found := read_attention_of_testbed(db, capability_id, now=now))
    ]
    for budget in budgets:
        if budget.is_used_up:
            raise BudgetUsedError(budget.used, budget.allowed, budget.title)


def danish_month(now: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of this and of the next month as they are in Denmark.

    >>> start, end = danish_month(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    >>> (start.isoformat(), end.isoformat())
    ('2026-11-30T23:00:00+00:00', '2026-12-31T23:00:00+00:00')
    """
    here = now.astimezone(COPENHAGEN)
    start = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    following = (
        start.replace(year=start.year + 1, month=1)
        if start.month == 12
        else start.replace(month=start.month + 1)
    )
    return start.astimezone(UTC), following.astimezone(UTC)
