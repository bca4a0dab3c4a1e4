"""Who of the hub opened a case first: its owner is told that somebody has read it."""

from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database


def note_opening(db: Database, need_id: int, *, actor: Account, now: datetime) -> bool:
    """Note that a member of staff has read the need, unless somebody did before; tell whether.

    A draft is nobody's to read, and who belongs to the need's own side reads it as its owner.
    """
    if not actor.is_hub_staff or _is_noted(db, need_id):
        return False
    row = db.first("select organisation_id, state from need where id = ?", (need_id,))
    if row is None or row["state"] == "draft" or actor.belongs_to(row["organisation_id"]):
        return False
    with db.atomic():
        cursor = db.execute(
            "insert into need_opening (need_id, account_id, opened_at) values (?, ?, ?)"
            " on conflict (need_id) do nothing",
            (need_id, actor.id, to_text(now)),
        )
        if cursor.rowcount:
            log.record(db, "need.read", "need", need_id, actor_id=actor.id, now=now)
    return bool(cursor.rowcount)


def find_need_id(db: Database, suggestion_id: int) -> int:
    """Return the need of a suggestion, 0 when there is none."""
    row = db.first("select need_id from suggestion where id = ?", (suggestion_id,))
    return int(row["need_id"]) if row else 0


def _is_noted(db: Database, need_id: int) -> bool:
    return db.first("select 1 from need_opening where need_id = ?", (need_id,)) is not None
