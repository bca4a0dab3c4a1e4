"""What every change of a joint need is made of; call these inside ``db.atomic()``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from matchmaker.audit.log import record
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.pooling.joint_need import (
    FEWEST,
    JointNeed,
    JointNeedNotFoundError,
    Member,
    StaleJointNeedError,
)
from matchmaker.pooling.queries import get_joint_need

#: Of the round of proposing: what it has seen, so that it need not look again.
ROUND = "joint_needs_proposed"


def get_current(db: Database, joint_need_id: int, version: int) -> JointNeed:
    """Return a live joint need as the page showed it.

    Raises
    ------
    JointNeedNotFoundError, StaleJointNeedError
        It has never been, or has been changed since.
    """
    joint_need = get_joint_need(db, joint_need_id)
    if joint_need.version != version or not joint_need.is_live:
        raise StaleJointNeedError(joint_need_id)
    return joint_need


def add_joint_need(
    db: Database, need_ids: Iterable[int], *, actor_id: int | None, now: datetime, **values: Any
) -> int:
    moment = to_text(now)
    row = {"created_at": moment, "updated_at": moment, **values}
    joint_need_id = db.insert_row("joint_need", row)
    ids = sorted(need_ids)
    note(db, "propose", joint_need_id, actor_id=actor_id, now=now, need_ids=ids)
    for need_id in ids:
        add_member(db, joint_need_id, need_id)
    return joint_need_id


def add_member(db: Database, joint_need_id: int, need_id: int, **values: Any) -> None:
    row = {"joint_need_id": joint_need_id, "need_id": need_id, **values}
    db["joint_need_member"].insert(row)


def end_members(
    db: Database, members: Iterable[Member], state: str | None = None, *, now: datetime
) -> None:
    """Take needs out; each is then free to be proposed elsewhere."""
    for member in members:
        ended = {"ended_at": to_text(now), **({"state": state} if state else {})}
        db["joint_need_member"].update(member.id, ended)


def touch(db: Database, joint_need_id: int, *, now: datetime, **values: Any) -> None:
    """Count a change, for whoever has the page open, and have the round look again."""
    db["joint_need"].update(joint_need_id, {"updated_at": to_text(now), **values})
    db.execute("update joint_need set version = version + 1 where id = ?", (joint_need_id,))
    db.execute("delete from setting where name = ?", (ROUND,))


def dissolve(
    db: Database,
    joint_need: JointNeed,
    reason: str,
    *,
    actor_id: int | None,
    now: datetime,
    **values: Any,
) -> None:
    """End a joint need; its needs stay their owners' and go on as before."""
    end_members(db, get_joint_need(db, joint_need.id).members, now=now)
    touch(db, joint_need.id, now=now, state="dissolved", end_reason=reason, **values)
    note(
        db, "dissolve", joint_need.id, actor_id=actor_id, now=now,
        from_state=joint_need.state, to_state="dissolved", reason=reason,
    )  # fmt: skip


def dissolve_if_alone(
    db: Database, joint_need_id: int, *, actor_id: int | None, now: datetime
) -> bool:
    """End a joint need that has lost all needs but one; tell whether it did."""
    try:
        joint_need = get_joint_need(db, joint_need_id)
    except JointNeedNotFoundError:
        return False
    if not joint_need.is_live or len(joint_need.members) >= FEWEST:
        return False
    dissolve(db, joint_need, "too_few", actor_id=actor_id, now=now)
    return True


def note(
    db: Database,
    verb: str,
    joint_need_id: int,
    *,
    actor_id: int | None,
    now: datetime,
    **detail: Any,
) -> None:
    subject = (f"joint_need.{verb}", "joint_need", joint_need_id)
    record(db, *subject, actor_id=actor_id, now=now, **detail)
