"""Needs that a reviewer kept apart: never in one joint need, also not through a third."""

import json
from collections.abc import Iterable
from datetime import datetime

from matchmaker.audit.log import record
from matchmaker.clock import to_text
from matchmaker.database import Database


def list_kept_apart(db: Database) -> list[tuple[int, int]]:
    rows = db.rows("select first_id, second_id from need_kept_apart order by first_id, second_id")
    return [(row["first_id"], row["second_id"]) for row in rows]


def kept_apart_among(db: Database, need_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return the pairs of these needs that a reviewer kept apart."""
    ids = json.dumps(sorted(need_ids))
    rows = db.rows(
        "select first_id, second_id from need_kept_apart"
        " where first_id in (select value from json_each(:ids))"
        " and second_id in (select value from json_each(:ids)) order by first_id, second_id",
        {"ids": ids},
    )
    return [(row["first_id"], row["second_id"]) for row in rows]


def keep_apart(
    db: Database, these: Iterable[int], those: Iterable[int], *, actor_id: int, now: datetime
) -> None:
    """Remember that no need of the one group is the same problem as one of the other.

    Call it inside ``db.atomic()``.
    """
    others = sorted(those)
    pairs = sorted((min(a, b), max(a, b)) for a in these for b in others if a != b)
    for first, second in pairs:
        cursor = db.execute(
            "insert or ignore into need_kept_apart (first_id, second_id, decided_by, decided_at)"
            " values (?, ?, ?, ?)",
            (first, second, actor_id, to_text(now)),
        )
        if cursor.rowcount:
            subject = ("need.keep_apart", "need", first)
            record(db, *subject, actor_id=actor_id, now=now, other_need_id=second)
