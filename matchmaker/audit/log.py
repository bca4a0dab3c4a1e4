"""What happened, by whom and when: written with every change, never changed afterwards."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.clock import to_text
from matchmaker.database import Database


@dataclass(frozen=True)
class AuditEvent:
    id: int
    at: str
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: int
    from_state: str | None
    to_state: str | None
    detail: dict[str, Any]


def record(
    db: Database,
    action: str,
    subject_kind: str,
    subject_id: int,
    *,
    actor_id: int | None,
    now: datetime,
    from_state: str | None = None,
    to_state: str | None = None,
    **detail: Any,
) -> None:
    """Add one event; call it inside the ``db.atomic()`` of the change it tells about.

    `action` is a stable code such as ``need.publish``. `detail` holds ids, codes and dates only:
    never free text, names or addresses, because the log outlives an erased account.
    """
    db["audit_event"].insert(
        {
            "at": to_text(now),
            "actor_id": actor_id,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "from_state": from_state,
            "to_state": to_state,
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
        }
    )


def list_events(db: Database, subject_kind: str, subject_id: int) -> list[AuditEvent]:
    """Return the events of one record, oldest first."""
    rows = db.rows(
        "select * from audit_event where subject_kind = ? and subject_id = ? order by id",
        (subject_kind, subject_id),
    )
    return [AuditEvent(**{**row, "detail": json.loads(row["detail"])}) for row in rows]


def list_all_events(db: Database) -> list[AuditEvent]:
    """Return the whole log, oldest first."""
    rows = db.rows("select * from audit_event order by id")
    return [AuditEvent(**{**row, "detail": json.loads(row["detail"])}) for row in rows]
