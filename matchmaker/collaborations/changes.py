"""The one way a collaboration's row is changed: against the version that was read, and logged."""

from datetime import datetime
from typing import Any, cast

from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.errors import StaleError
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database


def read_for_change(db: Database, collaboration_id: int, version: int | None) -> Collaboration:
    """Return the collaboration as it is now; call it inside the transaction that changes it.

    Raises
    ------
    StaleError
        When `version` is not the present one: somebody else was faster. ``None`` takes any.
    """
    collaboration = get_collaboration(db, collaboration_id)
    if version is not None and version != collaboration.version:
        raise StaleError(collaboration_id)
    return collaboration


def insert(db: Database, table: str, row: dict[str, Any]) -> int:
    """Add a row and return its id."""
    return cast(int, db[table].insert(row).last_pk)


def change(
    db: Database, collaboration: Collaboration, *, now: datetime, **values: Any
) -> Collaboration:
    """Store new values, count the version up and return the collaboration as it is then."""
    db["collaboration"].update(
        collaboration.id,
        {**values, "version": collaboration.version + 1, "updated_at": to_text(now)},
    )
    return get_collaboration(db, collaboration.id)


def record(
    db: Database,
    action: str,
    before: Collaboration,
    after: Collaboration,
    *,
    actor_id: int | None,
    now: datetime,
    **detail: Any,
) -> None:
    """Log a step of a collaboration with the stages before and after it."""
    log.record(
        db,
        f"collaboration.{action}",
        "collaboration",
        before.id,
        actor_id=actor_id,
        now=now,
        from_state=before.stage,
        to_state=after.stage,
        **detail,
    )
