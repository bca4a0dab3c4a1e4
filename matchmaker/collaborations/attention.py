"""How often the owner of a need may be approached, and how often they have been."""

from dataclasses import dataclass
from datetime import UTC, datetime

from matchmaker.clock import COPENHAGEN, to_text
from matchmaker.collaborations.errors import BudgetUsedError
from matchmaker.database import Database


@dataclass(frozen=True)
class Attention:
    """Proposals about a need sent in this calendar month, and how many its owner allows."""

    used: int
    allowed: int

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.allowed


def read_attention(db: Database, need_id: int, *, now: datetime) -> Attention:
    start, end = danish_month(now)
    row = db.first(
        """
        select n.approaches_per_month as allowed, (select count(distinct c.id) from collaboration c
            join collaboration_party p on p.collaboration_id = c.id
            where p.need_id = n.id and c.invited_at >= :start and c.invited_at < :end) as used
        from need n where n.id = :need_id
        """,
        {"need_id": need_id, "start": to_text(start), "end": to_text(end)},
    )
    return Attention(**row) if row else Attention(0, 0)


def check_attention(db: Database, need_id: int, *, now: datetime) -> None:
    """Raise `BudgetUsedError` when one more proposal this month would be too many."""
    attention = read_attention(db, need_id, now=now)
    if attention.is_used_up:
        raise BudgetUsedError(attention.used, attention.allowed)


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
