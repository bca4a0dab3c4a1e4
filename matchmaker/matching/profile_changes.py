"""Which profiles were changed since, by whomever; triggers of the database keep the list.

A change of an organisation is a change of its profiles and of those of its departments. That a
profile expires is no change: the clock brings it about.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.stored_profiles import OPEN_STATES, Side

_AT_A_TIME = 500


def newest_change(db: Database) -> int:
    """Return a number that grows with every change of any profile."""
    (number,) = db.execute("select coalesce(max(number), 0) from profile_change").fetchone()
    return int(number)


def changed_since(db: Database, side: Side, number: int) -> set[int]:
    """Return the ids of what was changed, made or deleted after this number was the newest."""
    sql = "select profile_id from profile_change where number > ? and kind = ?"
    return {row[0] for row in db.execute(sql, (number, side))}


def open_until(
    db: Database, side: Side, *, now: datetime, ids: Iterable[int] | None = None
) -> dict[int, str | None]:
    """Return when each profile that may be suggested expires, of all or of these ids."""
    states = OPEN_STATES[side]
    sql = f"""select id, expires_at from {side} where state in ({_marks(states)})
              and (expires_at is null or expires_at > ?)"""
    if ids is None:
        return dict(db.execute(sql, (*states, to_text(now))).fetchall())
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), _AT_A_TIME):
        some = wanted[start : start + _AT_A_TIME]
        rows = db.execute(f"{sql} and id in ({_marks(some)})", (*states, to_text(now), *some))
        found.update(dict(rows.fetchall()))
    return found


def _marks(values: Iterable[Any]) -> str:
    return ",".join("?" for _ in values)
