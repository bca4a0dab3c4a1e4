"""What a profile said earlier, and what each change was."""

import json
from dataclasses import dataclass
from typing import Any

from matchmaker.database import Database
from matchmaker.profiles.register import Register


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Version:
    number: int
    saved_at: str
    saved_by: str
    changes: tuple[Change, ...]


def list_versions(db: Database, register: Register, profile_id: int) -> list[Version]:
    """Return the versions, newest first, each with what changed from the one before."""
    rows = db.rows(
        "select v.version, v.saved_at, v.content, coalesce(a.name, '') as saved_by"
        f" from {register.noun}_version v left join account a on a.id = v.saved_by"
        f" where v.{register.noun}_id = ? order by v.version",
        (profile_id,),
    )
    contents = [json.loads(row["content"]) for row in rows]
    versions = [
        Version(row["version"], row["saved_at"], row["saved_by"], _changes(before, after))
        for row, before, after in zip(rows, [{}, *contents], contents, strict=False)
    ]
    return versions[::-1]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    return tuple(
        Change(name, before.get(name), value)
        for name, value in after.items()
        if value != before.get(name) and (before or value)
    )
