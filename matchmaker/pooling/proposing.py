"""Proposes joint needs in the background, from the vectors that matching has stored.

What is kept of comparing lets the pools be made anew after a decision without reading a text
again. When a need is new or changed, all are compared: well under a second at 300 open needs.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations

from matchmaker.database import Database
from matchmaker.matching.collection import Collection
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile_changes import newest_change
from matchmaker.matching.texts import text_hash
from matchmaker.pooling.apart import list_kept_apart
from matchmaker.pooling.changes import (
    ROUND,
    add_joint_need,
    add_member,
    dissolve_if_alone,
    end_members,
    note,
    touch,
)
from matchmaker.pooling.clustering import pools_of
from matchmaker.pooling.joint_need import JointNeed
from matchmaker.pooling.likeness import likely_pairs, read_needs
from matchmaker.pooling.pair_model import PairModel, PairModelRefused, load_pair_model
from matchmaker.pooling.queries import list_live

Likely = dict[tuple[int, int], float]


def propose_from_shipped(db: Database, pipeline: Pipeline, *, now: datetime) -> int:
    """Do :func:`propose_joint_needs` with the shipped model, if it knows this encoder's vectors."""
    try:
        model = load_pair_model(pipeline.encoder.revision)
    except PairModelRefused:
        return 0
    return 0 if model.remark else propose_joint_needs(db, pipeline, model, now=now)


def propose_joint_needs(
    db: Database, pipeline: Pipeline, model: PairModel, *, now: datetime
) -> int:
    """Bring the proposals up to date with all open needs; return how many needs were compared.

    What staff has asked about or put together by hand may grow, but loses only needs that are
    open no more. Kept-apart needs, and those whose owner stayed out, are not proposed again.
    """
    needs = pipeline.collection(db, "need", now=now)
    seen = _moment(db, model.name, needs)
    if _last_round(db) == seen:
        return 0
    compared = _compare(db, model, needs)
    with db.atomic():
        _settle(db, frozenset(int(profile.id) for profile in needs.profiles), model.least, now)
        db["setting"].upsert({"name": ROUND, "value": seen}, pk="name")
    return compared


def _moment(db: Database, name: str, needs: Collection) -> str:
    """Return a text that differs whenever a round could come to something else."""
    ids = [int(profile.id) for profile in needs.profiles]
    return json.dumps([newest_change(db), name, len(ids), sum(ids)])


def _last_round(db: Database) -> str | None:
    row = db.first("select value from setting where name = ?", (ROUND,))
    return str(row["value"]) if row else None


def _compare(db: Database, model: PairModel, needs: Collection) -> int:
    """Compare all open needs if any is new, told otherwise or gone; return how many are new.

    A pair is judged by what else is near, so that every new need may change what others are like.
    """
    rows = db.rows("select need_id, text_hash, model from compared_need")
    known = {row["need_id"]: (row["text_hash"], row["model"]) for row in rows}
    marks = {int(profile.id): (text_hash(profile), model.name) for profile in needs.profiles}
    if known == marks:
        return 0
    likely = likely_pairs(model, read_needs(needs.members))
    with db.atomic():
        _keep(db, marks, {(int(a), int(b)): chance for (a, b), chance in likely.items()})
    return sum(known.get(need_id) != mark for need_id, mark in marks.items())


def _keep(db: Database, marks: dict[int, tuple[str, str]], likely: Likely) -> None:
    db.execute("delete from need_likeness")
    db.conn.executemany(
        "insert into need_likeness (first_id, second_id, probability) values (?, ?, ?)",
        [(first, second, round(chance, 6)) for (first, second), chance in likely.items()],
    )
    db.execute("delete from compared_need")
    db.conn.executemany(
        "insert into compared_need (need_id, text_hash, model) values (?, ?, ?)",
        [(need_id, *mark) for need_id, mark in marks.items()],
    )


def _settle(db: Database, open_ids: frozenset[int], least: float, now: datetime) -> None:
    """Make the pools of all open needs, and let the proposals follow them."""
    _let_go(db, open_ids, now)
    live = list_live(db)
    standing = [each for each in live if each.is_standing]
    together = [[member.need_id for member in each.members] for each in standing]
    apart = [*list_kept_apart(db), *_stayed_out(db), *_between(together)]
    pools = pools_of(_stored(db, open_ids), kept_apart=apart, together=together, least=least)
    heirs = _heirs(live, _of_several_owners(db, pools, together))
    for joint_need, pool in heirs:
        if joint_need:
            _lose(db, joint_need, pool, now)
    for joint_need, pool in heirs:
        _gain(db, joint_need, pool, now)


def _of_several_owners(
    db: Database, pools: Sequence[Sequence[int]], together: Sequence[Sequence[int]]
) -> list[frozenset[int]]:
    """Leave out needs of one organisation alone, unless staff has put them together."""
    rows = db.rows("select id, organisation_id from need")
    owner_of = {row["id"]: row["organisation_id"] for row in rows}
    standing = {need_id for group in together for need_id in group}
    return [
        frozenset(pool)
        for pool in pools
        if len({owner_of[need_id] for need_id in pool}) > 1 or standing & {*pool}
    ]


def _let_go(db: Database, open_ids: frozenset[int], now: datetime) -> None:
    """Take out needs that are open no more."""
    for each in list_live(db):
        gone = [member for member in each.members if member.need_id not in open_ids]
        if gone:
            end_members(db, gone, now=now)
            _changed(db, each, [], [member.need_id for member in gone], now)
            dissolve_if_alone(db, each.id, actor_id=None, now=now)


def _stored(db: Database, open_ids: frozenset[int]) -> Likely:
    rows = db.rows("select first_id, second_id, probability from need_likeness")
    return {
        (row["first_id"], row["second_id"]): row["probability"]
        for row in rows
        if row["first_id"] in open_ids and row["second_id"] in open_ids
    }


def _stayed_out(db: Database) -> list[tuple[int, int]]:
    """Return each need that stayed out with every need that was in that joint need since then."""
    rows = db.rows(
        "select o.need_id as first_id, m.need_id as second_id from joint_need_member o"
        " join joint_need_member m on m.joint_need_id = o.joint_need_id"
        " and m.need_id <> o.need_id and (m.ended_at is null or m.ended_at >= o.ended_at)"
        " where o.state = 'stayed_out'"
    )
    return [(row["first_id"], row["second_id"]) for row in rows]


def _between(groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield a pair between every two groups: only staff merges what stands."""
    firsts = [group[0] for group in groups if group]
    yield from combinations(firsts, 2)


def _heirs(
    live: Sequence[JointNeed], pools: Sequence[frozenset[int]]
) -> list[tuple[JointNeed | None, frozenset[int]]]:
    """Return each pool with the joint need that it continues, and with none those that are new.

    That is the one that stands, else the proposal with most needs in common. Proposals that no
    pool continues come with an empty one; what stands keeps its own needs at least.
    """
    left = sorted(live, key=lambda each: (not each.is_standing, each.id))
    found: list[tuple[JointNeed | None, frozenset[int]]] = []
    for pool in pools:
        common = {each.id: sum(member.need_id in pool for member in each.members) for each in left}
        best = max(
            left,
            key=lambda each: (common[each.id] and each.is_standing, common[each.id]),
            default=None,
        )
        heir = best if best is not None and common[best.id] else None
        left = [each for each in left if each is not heir]
        found.append((heir, pool))
    return [*found, *((each, frozenset[int]()) for each in left)]


def _lose(db: Database, joint_need: JointNeed, pool: frozenset[int], now: datetime) -> None:
    gone = [member for member in joint_need.members if member.need_id not in pool]
    if joint_need.is_standing or not gone:
        return
    end_members(db, gone, now=now)
    _changed(db, joint_need, [], [member.need_id for member in gone], now)
    if not pool:
        dissolve_if_alone(db, joint_need.id, actor_id=None, now=now)


def _gain(db: Database, joint_need: JointNeed | None, pool: frozenset[int], now: datetime) -> None:
    if joint_need is None:
        add_joint_need(db, pool, actor_id=None, now=now)
        return
    added = sorted(pool - {member.need_id for member in joint_need.members})
    for need_id in added:
        add_member(db, joint_need.id, need_id)
    if added:
        _changed(db, joint_need, added, [], now)


def _changed(
    db: Database, joint_need: JointNeed, added: list[int], gone: list[int], now: datetime
) -> None:
    touch(db, joint_need.id, now=now)
    note(db, "change", joint_need.id, actor_id=None, now=now, added=added, gone=gone)
