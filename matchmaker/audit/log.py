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


@dataclass(frozen=True)
class LastChange:
    """When something was changed last; `actor` is None when no person did, as with an import."""

    at: str
    actor: str | None


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


def find_last_change(
    db: Database, action: str, subject_kind: str, subject_id: int, **detail: int
) -> LastChange | None:
    """Return the newest change of a record by an action such as ``collaboration.task_*``.

    `detail` narrows it to one thing that the record holds.
    """
    row = db.first(
        "select e.at, a.name as actor from audit_event e left join account a on a.id = e.actor_id"
        " where e.subject_kind = :kind and e.subject_id = :id and e.action glob :action"
        " and not exists (select 1 from json_each(:detail) d"
        " where json_extract(e.detail, '$.' || d.key) is not d.value) order by e.id desc",
        {"kind": subject_kind, "id": subject_id, "action": action, "detail": json.dumps(detail)},
    )
    return LastChange(**row) if row else None


def list_all_events(db: Database) -> list[AuditEvent]:
    """Return the whole log, oldest first."""
    rows = db.rows("select * from audit_event order by id")
    return [AuditEvent(**{**row, "detail": json.loads(row["detail"])}) for row in rows]
