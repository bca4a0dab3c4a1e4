"""Giving a need to another hub."""

from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit.log import record
from matchmaker.database import Database


def give_to_hub(
    db: Database, need_id: int, from_hub_id: int, hub_id: int, *, actor: Account, now: datetime
) -> bool:
    """Let another hub look after the need; return whether it was at `from_hub_id` until now.

    What the owner wrote is untouched: the need keeps its version.
    """
    with db.atomic():
        cursor = db.execute(
            "update need set hub_id = ? where id = ? and hub_id = ?", (hub_id, need_id, from_hub_id)
        )
        if cursor.rowcount:
            record(
                db, "need.hand_over", "need", need_id, actor_id=actor.id, now=now,
                from_hub_id=from_hub_id, to_hub_id=hub_id,
            )  # fmt: skip
    return bool(cursor.rowcount)
