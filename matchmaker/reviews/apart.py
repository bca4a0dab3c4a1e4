"""Whom the rules keep from a need, and why, for staff."""

from dataclasses import dataclass
from datetime import date

from matchmaker.conflicts.conflict import Stake
from matchmaker.conflicts.queries import read_conflicts
from matchmaker.database import Database
from matchmaker.matching.remembered import Refusal, list_refusals
from matchmaker.matching.rules import stake_of
from matchmaker.matching.stored_profiles import read_profiles


@dataclass(frozen=True)
class KeptApart:
    """Something that is not suggested to a need, with the no or the conflict that is why.

    `conflict` is ``organisations``, ``ownership`` or ``person``, None where a party said no.
    """

    title: str
    organisation_name: str
    refusal: Refusal | None = None
    conflict: str | None = None


def list_apart(db: Database, need_id: int, *, today: date) -> list[KeptApart]:
    """Return what would stand on the need's list but for a rule; by title, the no's first."""
    return [*_refused(db, need_id, today), *_in_conflict(db, need_id, today)]


def _refused(db: Database, need_id: int, today: date) -> list[KeptApart]:
    refusals = {r.capability_id: r for r in list_refusals(db, today=today, need_ids=[need_id])}
    rows = db.rows(
        "select c.id, c.title, o.name from capability c"
        " join organisation o on o.id = c.organisation_id"
        f" where c.id in ({', '.join('?' * len(refusals))}) order by c.title, c.id",
        tuple(refusals),
    )
    return [KeptApart(row["title"], row["name"], refusals[row["id"]]) for row in rows]


def _in_conflict(db: Database, need_id: int, today: date) -> list[KeptApart]:
    conflicts = read_conflicts(db, today=today)
    need = next(iter(read_profiles(db, "need", [need_id])), None)
    if conflicts.is_empty or need is None:
        return []
    rows = db.rows(
        "select c.title, c.owner_id, o.id, o.parent_id, o.name from capability c"
        " join organisation o on o.id = c.organisation_id where c.state = 'published'"
        " order by c.title, c.id"
    )
    found = []
    for row in rows:
        house = frozenset(id for id in (row["id"], row["parent_id"]) if id)
        people = frozenset({row["owner_id"]} if row["owner_id"] else ())
        kind = conflicts.why_apart(stake_of(need.facts), Stake(house, people))
        if kind is not None:
            found.append(KeptApart(row["title"], row["name"], conflict=kind))
    return found
