"""Reads needs and capabilities from the database as profiles.

>>> from matchmaker.database import open_database
>>> read_profiles(open_database(":memory:"), "need", [1])
[]
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal, get_args

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.profile import NEED, Facts, Field, Profile

Side = Literal["need", "capability"]
SIDES: tuple[Side, ...] = get_args(Side)

NEED_FIELDS = ("title", "problem", "target", "extent", "tried", "requirements")
CAPABILITY_FIELDS = (
    "title",
    "description",
    "evidence",
    "facilities",
    "target_groups",
    "research_field",
    "past_projects",
)
OPEN_STATES = {"need": ("submitted", "published"), "capability": ("published",)}
_AT_A_TIME = 500
_ORGANISATION = """
    join organisation on organisation.id = profile.organisation_id
    left join organisation as parent on parent.id = organisation.parent_id
"""
_PERIODS = """
    (select json_group_array(json_array(starts_on, ends_on)) from
        (select starts_on, ends_on from testbed_room
         where capability_id = profile.id order by starts_on, ends_on))
"""
_BOOKED_OUT = """
    (exists (select 1 from capability_period where capability_id = profile.id)
        and not exists (select 1 from testbed_room where capability_id = profile.id))
"""


def read_profiles(db: Database, side: Side, ids: Iterable[int]) -> list[Profile]:
    """Return the profiles with these ids, ascending by id; ids that are unknown are left out."""
    wanted = sorted(set(ids))
    periods, booked_out = (_PERIODS, _BOOKED_OUT) if side == "capability" else ("'[]'", "0")
    rows = [
        row
        for start in range(0, len(wanted), _AT_A_TIME)
        for row in db.rows(
            f"""select profile.*, organisation.parent_id as parent_id,
                    coalesce(organisation.region, parent.region) as region,
                    coalesce(organisation.size, parent.size) as size, {periods} as periods,
                    {booked_out} as booked_out
                from {side} as profile {_ORGANISATION}
                where profile.id in ({_marks(wanted[start : start + _AT_A_TIME])})
                order by profile.id""",
            tuple(wanted[start : start + _AT_A_TIME]),
        )
    ]
    return [need_profile(row) if side == "need" else capability_profile(row) for row in rows]


def open_stamps(db: Database, side: Side, *, now: datetime) -> dict[int, str]:
    """Return, for each profile that may be suggested, a text that changes whenever it does."""
    periods = _PERIODS if side == "capability" else "''"
    states = OPEN_STATES[side]
    rows = db.rows(
        f"""select profile.id, profile.version || ' ' || profile.updated_at || ' '
                || profile.language || ' ' || organisation.id || ' ' || organisation.version
                || ' ' || organisation.updated_at
                || ' ' || coalesce(parent.version, 0) || {periods} as stamp
            from {side} as profile {_ORGANISATION}
            where profile.state in ({_marks(states)})
                and (profile.expires_at is null or profile.expires_at > ?)
            order by profile.id""",
        (*states, to_text(now)),
    )
    return {row["id"]: row["stamp"] for row in rows}


def is_open(db: Database, side: Side, profile_id: int, *, now: datetime) -> bool:
    states = OPEN_STATES[side]
    return bool(
        db.first(
            f"""select 1 from {side} where id = ? and state in ({_marks(states)})
                and (expires_at is null or expires_at > ?)""",
            (profile_id, *states, to_text(now)),
        )
    )


def all_ids(db: Database, side: Side) -> list[int]:
    return [row["id"] for row in db.rows(f"select id from {side} order by id")]


def published_ids(db: Database, side: Side) -> frozenset[int]:
    """Return what anybody may find: a submitted need is matched, but shown to its hub only."""
    # A confidential need is matched by its whole text, and found by nobody through it.
    blind = " and not confidential" if side == "need" else ""
    rows = db.rows(f"select id from {side} where state = 'published'{blind}")
    return frozenset(row["id"] for row in rows)


def need_profile(row: dict[str, Any]) -> Profile:
    """Return a row of `need` as a profile. How to approach the owner is not about the problem."""
    facts = Facts(row["organisation_id"], row["parent_id"], row["region"], owner_id=row["owner_id"])
    return Profile(row["id"], NEED, row["language"], _fields(row, NEED_FIELDS), facts)


def capability_profile(row: dict[str, Any]) -> Profile:
    facts = Facts(
        organisation_id=row["organisation_id"],
        parent_id=row["parent_id"],
        region=row["region"],
        trl=row["trl"],
        ce_marked=None if row["ce_marked"] is None else bool(row["ce_marked"]),
        device_class=row["device_class"],
        markets=tuple(json.loads(row["markets"])),
        languages=tuple(json.loads(row["languages"])),
        free_periods=tuple(_period(*pair) for pair in json.loads(row["periods"])),
        is_booked_out=bool(row["booked_out"]),
        size=row["size"],
        owner_id=row["owner_id"],
    )
    return Profile(row["id"], row["kind"], row["language"], _fields(row, CAPABILITY_FIELDS), facts)


def _fields(row: dict[str, Any], names: Sequence[str]) -> tuple[Field, ...]:
    return tuple(Field(name, row[name]) for name in names if row[name].strip())


def _period(starts_on: str, ends_on: str) -> tuple[date, date]:
    return (date.fromisoformat(starts_on), date.fromisoformat(ends_on))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
