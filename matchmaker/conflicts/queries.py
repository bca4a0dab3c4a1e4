"""Reading conflicts: those that hold on a day, and lists for pages."""

from collections import defaultdict
from datetime import date
from typing import Any

from matchmaker.conflicts.conflict import Conflict, ConflictNotFoundError, Conflicts
from matchmaker.database import Database

_CONFLICTS = """
    select c.id, c.kind, c.organisation_id, o.name as organisation_name, c.other_id,
        other.name as other_name, c.account_id, a.name as account_name, c.reason, c.starts_on,
        c.ends_on, c.declared_by, by.name as declared_by_name, c.declared_at, c.ended_at,
        exists (select 1 from outside_declaration where conflict_id = c.id and looked_at is null)
            as awaits_look
    from conflict c
    join organisation o on o.id = c.organisation_id
    left join organisation other on other.id = c.other_id
    left join account a on a.id = c.account_id
    join account by on by.id = c.declared_by
"""
_HOLDS = "ended_at is null and starts_on <= :today and (ends_on is null or ends_on >= :today)"


def read_conflicts(db: Database, *, today: date) -> Conflicts:
    """Return every conflict that holds on this day, ready to be asked."""
    rows = db.rows(
        f"select kind, organisation_id, other_id, account_id from conflict where {_HOLDS}",
        {"today": today.isoformat()},
    )
    owners, opposed, ties = (defaultdict[int, set[int]](set) for _ in range(3))
    for row in rows:
        one, other = row["organisation_id"], row["other_id"]
        if row["kind"] == "ownership":
            owners[one].add(other)
        elif row["kind"] == "person":
            ties[row["account_id"]].add(one)
        else:
            opposed[one].add(other)
            opposed[other].add(one)
    return Conflicts(*(_frozen(table) for table in (owners, opposed, ties)))


def _frozen(table: dict[int, set[int]]) -> dict[int, frozenset[int]]:
    return {key: frozenset(values) for key, values in table.items()}


def get_conflict(db: Database, conflict_id: int) -> Conflict:
    """Return one conflict.

    Raises
    ------
    ConflictNotFoundError
        When none has this id.
    """
    row = db.first(f"{_CONFLICTS} where c.id = ?", (conflict_id,))
    if row is None:
        raise ConflictNotFoundError(conflict_id)
    return _conflict(row)


def list_conflicts(db: Database) -> list[Conflict]:
    """Return all that has been declared, newest first; those that have ended come last."""
    rows = db.rows(f"{_CONFLICTS} order by c.ended_at is not null, c.id desc")
    return [_conflict(row) for row in rows]


def list_own(db: Database, account_id: int) -> list[Conflict]:
    """Return what this person declared, and what was declared of them, newest first.

    What others declared of the person's organisations is not theirs to read.
    """
    rows = db.rows(
        f"{_CONFLICTS} where c.account_id = :me or c.declared_by = :me"
        " order by c.ended_at is not null, c.id desc",
        {"me": account_id},
    )
    return [_conflict(row) for row in rows]


def _conflict(row: dict[str, Any]) -> Conflict:
    return Conflict(**{**row, "awaits_look": bool(row["awaits_look"])})
