"""Moving a profile from one state to the next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit.log import record
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.profiles.errors import (
    IncompleteProfileError,
    NotAllowedError,
    WrongStateError,
)
from matchmaker.profiles.register import Register, Standing, get_standing
from matchmaker.profiles.rights import may_change
from matchmaker.profiles.themes import follow_state

OPEN_TO_OTHERS = ("submitted", "published")


def one_year_after(now: datetime) -> datetime:
    """Return the same day next year; the 29th of February becomes the 28th."""
    try:
        return now.replace(year=now.year + 1)
    except ValueError:
        return now.replace(year=now.year + 1, day=28)


def move(
    db: Database,
    register: Register,
    profile_id: int,
    verb: str,
    *,
    actor: Account,
    now: datetime,
    **facts: Any,
) -> None:
    """Do what `verb` says to a profile, on behalf of `actor`; `facts` are columns set with it.

    Raises
    ------
    ProfileNotFoundError, NotAllowedError, WrongStateError, IncompleteProfileError
        The profile is then as it was.
    """
    with db.atomic():
        standing = get_standing(db, register, profile_id)
        require_change(standing, actor)
        apply_move(db, register, standing, verb, actor_id=actor.id, now=now, facts=facts)


def require_change(standing: Standing, actor: Account) -> None:
    if not may_change(standing, actor):
        raise NotAllowedError(f"account {actor.id} may not change {standing.id}")


def apply_move(
    db: Database,
    register: Register,
    standing: Standing,
    verb: str,
    *,
    actor_id: int | None,
    now: datetime,
    facts: Mapping[str, Any],
) -> None:
    """Set the new state and record it; call it inside ``db.atomic()``."""
    to_state = register.moves[verb].get(standing.state)
    if to_state is None:
        raise WrongStateError(verb, standing.state)
    if to_state in OPEN_TO_OTHERS:
        _require_complete(db, register, standing)
    row = {"state": to_state, "updated_at": to_text(now), **_dates(verb, now), **facts}
    db[register.noun].update(standing.id, row)
    follow_state(db, register.noun, standing.id)
    record(
        db,
        f"{register.noun}.{verb}",
        register.noun,
        standing.id,
        actor_id=actor_id,
        now=now,
        from_state=standing.state,
        to_state=to_state,
        **{name: value for name, value in facts.items() if name == "close_reason"},
    )


def _dates(verb: str, now: datetime) -> dict[str, str]:
    expires = {"expires_at": to_text(one_year_after(now))}
    if verb == "publish":
        return {"published_at": to_text(now), **expires}
    return expires if verb == "renew" else {}


def _require_complete(db: Database, register: Register, standing: Standing) -> None:
    row = db.first(f"select * from {register.noun} where id = ?", (standing.id,)) or {}
    lacking = {name: "required" for name in register.required if not row[name]}
    if lacking:
        raise IncompleteProfileError(lacking)
