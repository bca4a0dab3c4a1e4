"""Reading joint needs: for the staff of hubs, and for the owners of their needs."""

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.database import Database
from matchmaker.pooling.joint_need import (
    LIVE_STATES,
    JointNeed,
    JointNeedNotFoundError,
    Member,
)
from matchmaker.profiles.expiry import list_keepers
from matchmaker.profiles.rights import Kept

PER_PAGE = 20
_ACTOR_AND_TITLE = """
    select a.name as by, coalesce(nullif(j.title, ''), (
        select n.title from joint_need_member m join need n on n.id = m.need_id
        where m.joint_need_id = j.id order by m.id limit 1)) as title
    from joint_need j join account a where j.id = ? and a.id = ?
"""
# How probably the two members that are least like are about the same problem.
_LEAST = """(select min(l.probability) from joint_need_member a
    join joint_need_member b on b.joint_need_id = a.joint_need_id and b.ended_at is null
    join need_likeness l on l.first_id = a.need_id and l.second_id = b.need_id
    where a.joint_need_id = j.id and a.ended_at is null)
"""
_LIVE = f"j.state in ({', '.join(repr(state) for state in LIVE_STATES)})"
_MEMBERS = """
    select m.id, m.joint_need_id, m.need_id, m.state, n.title, n.language, n.state as need_state,
        n.organisation_id, n.owner_id, o.name as organisation, o.kind,
        coalesce(o.region, parent.region) as region,
        coalesce(o.municipality, parent.municipality) as municipality, n.hub_id, hub.name as hub,
        (select count(*) from need_supporter s where s.need_id = n.id) as supporters,
        (select avg(l.probability) from joint_need_member other
            join need_likeness l on l.first_id = min(other.need_id, m.need_id)
                and l.second_id = max(other.need_id, m.need_id)
            where other.joint_need_id = m.joint_need_id and other.ended_at is null
                and other.need_id <> m.need_id) as likeness
    from joint_need_member m join need n on n.id = m.need_id
    join organisation o on o.id = n.organisation_id
    join organisation hub on hub.id = n.hub_id
    left join organisation parent on parent.id = o.parent_id
    where m.ended_at is null and m.joint_need_id in (select value from json_each(:ids))
    order by m.state <> 'joined', m.state = 'proposed', n.id
"""


@dataclass(frozen=True)
class JointNeeds:
    """One page of a list; `total` counts all."""

    joint_needs: list[JointNeed]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class JointSuggestion:
    """A capability that is suggested to one member or more; `needs` says to how many."""

    capability_id: int
    title: str
    language: str
    kind: str
    organisation: str
    probability: float | None
    needs: int
    suggestion_id: int


@dataclass(frozen=True)
class Change:
    """What somebody did to a joint need; `code` is the verb, or why the joint need ended."""

    code: str
    by: str
    title: str


def find_last_change(db: Database, joint_need_id: int, codes: Container[str]) -> Change | None:
    """Return the last change; None where that is none of these, or nobody's.

    One act may leave several events; the first of them says what it was.
    """
    events = list_events(db, "joint_need", joint_need_id)
    last = [event for event in events if event.at == events[-1].at and event.actor_id]
    for event in last:
        code = event.detail.get("reason") or event.action.partition(".")[2]
        if code in codes:
            row = db.first(_ACTOR_AND_TITLE, (joint_need_id, event.actor_id)) or {}
            return Change(code, **row)
    return None


def find_joint_need(db: Database, joint_need_id: int) -> JointNeed | None:
    row = db.first("select * from joint_need where id = ?", (joint_need_id,))
    return _joint_needs(db, [row])[0] if row else None


def get_joint_need(db: Database, joint_need_id: int) -> JointNeed:
    """Return a joint need with all its members, for the staff of hubs.

    Raises
    ------
    JointNeedNotFoundError
        When there is none with this id.
    """
    found = find_joint_need(db, joint_need_id)
    if found is None:
        raise JointNeedNotFoundError(joint_need_id)
    return found


def list_live(db: Database) -> list[JointNeed]:
    """Return every joint need that is proposed or asked about, oldest first."""
    return _joint_needs(db, db.rows(f"select j.* from joint_need j where {_LIVE} order by j.id"))


def list_joint_needs(
    db: Database, hub_ids: Iterable[int] | None, *, state: str = "proposed", page: int = 1
) -> JointNeeds:
    """Return those with a need of one of these hubs (None: of any), the largest first.

    Of equally large ones the likeliest come first.
    """
    hubs = None if hub_ids is None else json.dumps(sorted(hub_ids))
    live = "select {} from joint_need_member m join need n on n.id = m.need_id {}"
    of_hub = live.format("m.joint_need_id", "where m.ended_at is null and n.hub_id in")
    condition = (
        "j.state = :state and (:hubs is null or j.id in"
        f" ({of_hub} (select value from json_each(:hubs))))"
    )
    values: dict[str, Any] = {"state": state, "hubs": hubs}
    counted = db.first(f"select count(*) as total from joint_need j where {condition}", values)
    total = int(counted["total"]) if counted else 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = db.rows(
        f"""select j.* from joint_need j where {condition}
            order by (select count(*) from joint_need_member m
                where m.joint_need_id = j.id and m.ended_at is null) desc, {_LEAST} desc, j.id
            limit :limit offset :offset""",
        {**values, "limit": PER_PAGE, "offset": (page - 1) * PER_PAGE},
    )
    return JointNeeds(_joint_needs(db, rows), total, page, pages)


def list_others(db: Database, joint_need: JointNeed) -> list[JointNeed]:
    """Return the live joint needs that this one could be merged with, likest first."""
    ids = json.dumps([member.need_id for member in joint_need.members])
    rows = db.rows(
        f"""select j.*, max(l.probability) as nearness from joint_need j
            join joint_need_member m on m.joint_need_id = j.id and m.ended_at is null
            left join json_each(:ids) own
            left join need_likeness l on l.first_id = min(own.value, m.need_id)
                and l.second_id = max(own.value, m.need_id)
            where {_LIVE} and j.id <> :id group by j.id
            order by nearness is null, nearness desc, j.id desc limit 20""",
        {"ids": ids, "id": joint_need.id},
    )
    return _joint_needs(db, rows)


def list_pairs(db: Database, joint_need: JointNeed) -> dict[tuple[int, int], float]:
    """Return the probability of each two members that were compared."""
    ids = json.dumps([member.need_id for member in joint_need.members])
    rows = db.rows(
        "select * from need_likeness where first_id in (select value from json_each(:ids))"
        " and second_id in (select value from json_each(:ids)) order by first_id, second_id",
        {"ids": ids},
    )
    return {(row["first_id"], row["second_id"]): row["probability"] for row in rows}


def list_suggestions(db: Database, joint_need: JointNeed) -> list[JointSuggestion]:
    """Return what is suggested to any member: to most members first, then the likeliest."""
    ids = json.dumps([member.need_id for member in joint_need.members])
    rows = db.rows(
        """select s.capability_id, c.title, c.language, c.kind, o.name as organisation,
               max(s.probability) as probability, count(distinct s.need_id) as needs,
               min(s.id) as suggestion_id
           from suggestion s join capability c on c.id = s.capability_id
           join organisation o on o.id = c.organisation_id
           where s.withdrawn_at is null and s.need_id in (select value from json_each(:ids))
           group by s.capability_id
           order by needs desc, probability is null, probability desc, s.capability_id limit 30""",
        {"ids": ids},
    )
    return [JointSuggestion(**row) for row in rows]


def list_of_need(db: Database, need_id: int) -> JointNeed | None:
    """Return the live joint need that a need is in, if it is in one."""
    row = db.first(
        f"select j.* from joint_need j join joint_need_member m on m.joint_need_id = j.id"
        f" where m.need_id = ? and m.ended_at is null and {_LIVE}",
        (need_id,),
    )
    return _joint_needs(db, [row])[0] if row else None


def list_mine(db: Database, account: Account) -> list[JointNeed]:
    """Return the joint needs in which a need that this person keeps is asked or has joined."""
    rows = db.rows(
        """select distinct j.* from joint_need j
           join joint_need_member m on m.joint_need_id = j.id and m.ended_at is null
           join need n on n.id = m.need_id
           where j.state = 'asked' and m.state in ('asked', 'joined')
               and n.organisation_id in (select value from json_each(?)) order by j.id desc""",
        (json.dumps(sorted(account.organisation_ids)),),
    )
    found = _joint_needs(db, rows)
    return [each for each in found if own_members(db, each, account)]


def list_waiting(db: Database, account: Account, need_id: int | None = None) -> list[JointNeed]:
    """Return the joint needs that this person has not answered for yet, on request of one need."""
    return [
        each
        for each in list_mine(db, account)
        if any(
            member.state == "asked" and need_id in (None, member.need_id)
            for member in own_members(db, each, account)
        )
    ]


def own_members(db: Database, joint_need: JointNeed, account: Account) -> list[Member]:
    """Return the asked or joined members that this person may answer for, joined or not.

    That is who is asked about the need and the organisation's editors; nobody at the hub.
    """
    return [each for each in joint_need.members if each.is_asked and may_answer(db, each, account)]


def may_answer(db: Database, member: Kept, account: Account) -> bool:
    if not account.is_active:
        return False
    keepers = list_keepers(db, member.owner_id, member.organisation_id)
    is_keeper = any(account.id == keeper.id for keeper in keepers)
    return (is_keeper and account.belongs_to(member.organisation_id)) or any(
        member.organisation_id in membership.reaches and membership.role == "editor"
        for membership in account.memberships
    )


def _joint_needs(db: Database, rows: Iterable[dict[str, Any]]) -> list[JointNeed]:
    listed = list(rows)
    members: dict[int, list[Member]] = {row["id"]: [] for row in listed}
    for row in db.rows(_MEMBERS, {"ids": json.dumps(sorted(members))}):
        members[row.pop("joint_need_id")].append(Member(**row))
    names = ("id", "title", "language", "state", "version", "created_at", "asked_at")
    return [
        JointNeed(
            **{name: row[name] for name in names},
            by_hand=bool(row["by_hand"]),
            members=tuple(members[row["id"]]),
        )
        for row in listed
    ]
