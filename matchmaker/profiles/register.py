"""Where the profiles of one noun are kept, and how a row, its version and its words are written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.audit.log import record
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.profiles.content import Content
from matchmaker.profiles.errors import ProfileNotFoundError, StaleVersionError
from matchmaker.profiles.quality import keep_quality
from matchmaker.profiles.themes import keep_themes


@dataclass(frozen=True)
class Register:
    """The tables ``<noun>``, ``<noun>_version`` and ``<noun>_words``, and its themes.

    `columns` are what the owner fills in, `texts` those of them that a search looks into,
    `required` those without which nobody else is shown the profile. `moves` has for each verb
    the state it leads to from each state that allows it.
    """

    noun: str
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    required: tuple[str, ...]
    moves: Mapping[str, Mapping[str, str]]

    def row(self, content: Content) -> dict[str, Any]:
        """Return the content as the columns of the table."""
        return {name: _stored(content.values[name]) for name in self.columns}


@dataclass(frozen=True)
class Standing:
    """What decides who may do what with a profile."""

    id: int
    organisation_id: int
    owner_id: int | None
    state: str
    version: int


def get_standing(db: Database, register: Register, profile_id: int) -> Standing:
    """Return where a profile stands.

    Raises
    ------
    ProfileNotFoundError
        When the register has no profile with this id.
    """
    row = db.first(
        f"select id, organisation_id, owner_id, state, version from {register.noun} where id = ?",
        (profile_id,),
    )
    if row is None:
        raise ProfileNotFoundError(f"{register.noun} {profile_id}")
    return Standing(**row)


def add(
    db: Database,
    register: Register,
    content: Content,
    facts: Mapping[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
    **detail: Any,
) -> int:
    """Store a new profile with its first version, its words and its themes; return its id.

    `facts` are the columns that no form fills in, such as owner, state and origin.
    """
    moment = to_text(now)
    with db.atomic():
        row = {**register.row(content), **facts, "created_at": moment, "updated_at": moment}
        inserted: Any = db[register.noun].insert(row).last_pk
        profile_id = int(inserted)
        _keep_version(db, register, profile_id, 1, content, actor_id, now)
        _index_words(db, register, profile_id, content)
        keep_themes(db, register.noun, profile_id, content.themes)
        keep_quality(db, register.noun, profile_id, content.values)
        record(
            db,
            f"{register.noun}.create",
            register.noun,
            profile_id,
            actor_id=actor_id,
            now=now,
            to_state=facts.get("state", "draft"),
            **_place(facts),
            **detail,
        )
    return profile_id


def change(
    db: Database,
    register: Register,
    standing: Standing,
    content: Content,
    *,
    actor_id: int | None,
    now: datetime,
    **facts: Any,
) -> bool:
    """Store a new version of `standing`; return False when nothing is different.

    Raises
    ------
    StaleVersionError
        When the profile has moved on from ``standing.version`` in the meantime.
    """
    with db.atomic():
        if not facts and last_content(db, register, standing.id) == content.values:
            return False
        row = {**register.row(content), **facts, "updated_at": to_text(now)}
        _replace(db, register, standing, row)
        version = standing.version + 1
        _keep_version(db, register, standing.id, version, content, actor_id, now)
        _index_words(db, register, standing.id, content)
        keep_themes(db, register.noun, standing.id, content.themes)
        keep_quality(db, register.noun, standing.id, content.values)
        record(
            db,
            f"{register.noun}.change",
            register.noun,
            standing.id,
            actor_id=actor_id,
            now=now,
            from_state=standing.state,
            to_state=standing.state,
            version=version,
            **_place(facts),
        )
    return True


def last_content(db: Database, register: Register, profile_id: int) -> dict[str, Any] | None:
    row = db.first(
        f"select content from {register.noun}_version where {register.noun}_id = ?"
        " order by version desc limit 1",
        (profile_id,),
    )
    return dict(json.loads(row["content"])) if row else None


def _replace(db: Database, register: Register, standing: Standing, row: Mapping[str, Any]) -> None:
    """Write only over the version that the writer has seen."""
    assignments = ", ".join(f"{name} = :{name}" for name in row)
    cursor = db.execute(
        f"update {register.noun} set {assignments}, version = version + 1"
        " where id = :_id and version = :_version",
        {**row, "_id": standing.id, "_version": standing.version},
    )
    if cursor.rowcount == 0:
        raise StaleVersionError(get_standing(db, register, standing.id).version)


def _keep_version(
    db: Database,
    register: Register,
    profile_id: int,
    version: int,
    content: Content,
    actor_id: int | None,
    now: datetime,
) -> None:
    db[f"{register.noun}_version"].insert(
        {
            f"{register.noun}_id": profile_id,
            "version": version,
            "saved_at": to_text(now),
            "saved_by": actor_id,
            "content": json.dumps(content.values, ensure_ascii=False),
        }
    )


def _index_words(db: Database, register: Register, profile_id: int, content: Content) -> None:
    db.execute(f"delete from {register.noun}_words where rowid = ?", (profile_id,))
    db.execute(
        f"insert into {register.noun}_words (rowid, words) values (?, ?)",
        (profile_id, content.words),
    )


def _place(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return whose the profile is and which hub has it, where that was set."""
    return {name: facts[name] for name in ("organisation_id", "hub_id") if name in facts}


def _stored(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value
