"""Bringing in profiles that another system knows by its own ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.profiles.content import Content
from matchmaker.profiles.errors import InvalidProfileError
from matchmaker.profiles.lifecycle import one_year_after
from matchmaker.profiles.register import Register, Standing, add, change, get_standing
from matchmaker.screening.screen import refuse_patient_data


@dataclass(frozen=True)
class Origin:
    """The system a profile comes from and its id there."""

    source: str
    external_id: str


@dataclass(frozen=True)
class Imported:
    """What became of one row: ``created``, ``changed`` or ``unchanged``."""

    outcome: str
    id: int


def upsert(
    db: Database,
    register: Register,
    content: Content,
    origin: Origin,
    facts: Mapping[str, Any],
    *,
    state: str,
    actor: Account,
    now: datetime,
) -> Imported:
    """Create the profile, or bring the one known by `origin` up to date.

    Raises
    ------
    PatientDataFound
        When the other system knows it by a CPR number.
    """
    refuse_patient_data({"external_id": origin.external_id})
    with db.atomic():
        known = find_origin(db, register, origin)
        if known is not None:
            changed = change(db, register, known, content, actor_id=actor.id, now=now)
            return Imported("changed" if changed else "unchanged", known.id)
        row = {
            **facts,
            "state": _known_state(register, state),
            "source": origin.source,
            "external_id": origin.external_id,
            **_dates(state, now),
        }
        made = add(db, register, content, row, actor_id=actor.id, now=now, source=origin.source)
        return Imported("created", made)


def find_origin(db: Database, register: Register, origin: Origin) -> Standing | None:
    row = db.first(
        f"select id from {register.noun} where source = ? and external_id = ?",
        (origin.source, origin.external_id),
    )
    return get_standing(db, register, row["id"]) if row else None


def _known_state(register: Register, state: str) -> str:
    if state not in {from_state for moves in register.moves.values() for from_state in moves}:
        raise InvalidProfileError({"state": "unknown"})
    return state


def _dates(state: str, now: datetime) -> dict[str, str]:
    if state not in ("published", "paused", "expired"):
        return {}
    expires = now if state == "expired" else one_year_after(now)
    return {"published_at": to_text(now), "expires_at": to_text(expires)}
