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
    """Return the joint need of a need, made of it and two others if it is in none."""
    moment = now or utc_now()
    found = list_of_need(db, need_id)
    if found is not None:
        return found.id
    rows = db.rows(
        "select id from need where state = 'published' and id <> ? and id not in"
        " (select need_id from joint_need_member where ended_at is null) order by id limit 2",
        (need_id,),
    )
    staff = db.first("select account_id from membership where role = 'hub_staff' order by id")
    assert staff is not None
    with db.atomic():
        ids = [need_id, *(row["id"] for row in rows)]
        made = add_joint_need(db, ids, actor_id=None, now=moment)
    ask(
        db, made, "Tryksår opdages for sent", version=get_joint_need(db, made).version,
        actor=get_account(db, staff["account_id"]), links=Links("http://localhost", "x"),
        now=moment,
    )  # fmt: skip
    return made
