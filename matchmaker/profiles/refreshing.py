"""Finding anew what is kept beside each profile, when it would be found otherwise today."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from matchmaker.database import Database

BATCH = 200

Found = TypeVar("Found")


def refresh_where_changed(
    db: Database,
    noun: str,
    *,
    setting: str,
    revision: str,
    find: Callable[[Mapping[str, Any]], Found],
    keep: Callable[[int, Found], None],
) -> int:
    """Find and keep for every profile unless `setting` says `revision`; return for how many.

    What is interrupted begins anew the next time. Somebody who saves meanwhile is not waited for
    and not overwritten: whoever saves finds the same.
    """
    done = db.first("select value from setting where name = ?", (setting,))
    if done is not None and done["value"] == revision:
        return 0
    count = last = 0
    while rows := db.rows(f"select * from {noun} where id > ? order by id limit {BATCH}", (last,)):
        found = {row["id"]: (row["version"], find(row)) for row in rows}
        with db.atomic():
            for profile_id, (version, each) in found.items():
                if _is_still(db, noun, profile_id, version):
                    keep(profile_id, each)
                    count += 1
        last = rows[-1]["id"]
    db["setting"].upsert({"name": setting, "value": revision}, pk="name")
    return count


def _is_still(db: Database, noun: str, profile_id: int, version: int) -> bool:
    row = db.first(f"select version from {noun} where id = ?", (profile_id,))
    return row is not None and row["version"] == version
