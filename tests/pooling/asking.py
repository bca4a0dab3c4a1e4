"""A joint need that owners are asked about, for tests that only look at pages."""

from datetime import datetime

from matchmaker.accounts.queries import get_account
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.pooling.actions import ask
from matchmaker.pooling.changes import add_joint_need
from matchmaker.pooling.queries import get_joint_need, list_of_need


def joint_need_of(db: Database, need_id: int, now: datetime | None = None) -> int:
    """Return the joint need of a need, which its owner is asked about; made if it is in none."""
    moment = now or utc_now()
    found = list_of_need(db, need_id)
    joint_need_id = found.id if found else _made(db, need_id, moment)
    joint_need = get_joint_need(db, joint_need_id)
    if joint_need.asked_at is None:
        staff = db.first("select account_id from membership where role = 'hub_staff' order by id")
        assert staff is not None
        ask(
            db, joint_need_id, "Tryksår opdages for sent", version=joint_need.version,
            actor=get_account(db, staff["account_id"]), links=Links("http://localhost", "x"),
            now=moment,
        )  # fmt: skip
    return joint_need_id


def _made(db: Database, need_id: int, now: datetime) -> int:
    rows = db.rows(
        "select id from need where state = 'published' and id <> ? and id not in"
        " (select need_id from joint_need_member where ended_at is null) order by id limit 2",
        (need_id,),
    )
    with db.atomic():
        ids = [need_id, *(row["id"] for row in rows)]
        return add_joint_need(db, ids, actor_id=None, now=now)
