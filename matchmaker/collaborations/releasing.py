"""Lets a pair back into the queue when the no that ended its proposal no longer holds."""

from datetime import datetime
from typing import Any

from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.matching.remembered import UNTIL_CHANGED, list_refusals

_PASSING = ", ".join(f"'{reason}'" for reason in ("not_now", *UNTIL_CHANGED))
#: Proposals that were closed after a no that may pass, and have not been let go yet.
_HELD = f"""
    select cs.collaboration_id, cs.suggestion_id, s.need_id, s.capability_id
    from collaboration_suggestion cs
    join collaboration c on c.id = cs.collaboration_id
    join suggestion s on s.id = cs.suggestion_id
    where c.stage = 'closed' and c.introduced_at is null and cs.released_at is null
        and exists (select 1 from collaboration_party p join interest i on i.party_id = p.id
            where p.collaboration_id = c.id and i.answer = 'no' and i.reason in ({_PASSING}))
    order by cs.suggestion_id
"""


def release_passed(db: Database, *, now: datetime) -> int:
    """Put pairs back whose "not now" has come to its day, or whose text has changed since.

    Return how many; a second time on the same day there are none.
    """
    held = db.rows(_HELD)
    if not held:
        return 0
    refusals = list_refusals(db, today=danish_day(now), need_ids={row["need_id"] for row in held})
    refused = {(refusal.need_id, refusal.capability_id) for refusal in refusals}
    free = [row for row in held if (row["need_id"], row["capability_id"]) not in refused]
    with db.atomic():
        return sum(_release(db, row, now) for row in free)


def _release(db: Database, row: dict[str, Any], now: datetime) -> bool:
    """Let one pair go; another round may have done so since this one looked."""
    cursor = db.execute(
        "update collaboration_suggestion set released_at = ?"
        " where collaboration_id = ? and suggestion_id = ? and released_at is null",
        (to_text(now), row["collaboration_id"], row["suggestion_id"]),
    )
    if cursor.rowcount:
        log.record(
            db, "suggestion.return", "suggestion", row["suggestion_id"],
            actor_id=None, now=now, collaboration_id=row["collaboration_id"],
        )  # fmt: skip
    return bool(cursor.rowcount)
