"""Whether these parties may be brought together: conflicts of interest, and remembered no's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Protocol

from matchmaker.accounts.account import Account
from matchmaker.clock import danish_day
from matchmaker.collaborations.draft import Candidate
from matchmaker.collaborations.errors import ConflictError, RefusedError
from matchmaker.conflicts.conflict import Stake
from matchmaker.conflicts.queries import read_conflicts
from matchmaker.database import Database
from matchmaker.matching.remembered import list_refusals


class Side(Protocol):
    """A party, or a party to be; `people` are those who stand for it."""

    @property
    def organisation_id(self) -> int: ...
    @property
    def organisation_name(self) -> str: ...
    @property
    def family(self) -> frozenset[int]: ...
    @property
    def people(self) -> frozenset[int]: ...


@dataclass(frozen=True)
class Apart:
    """Two sides that must not meet; `kind` is ``organisations``, ``ownership`` or ``person``."""

    kind: str
    one: Side
    other: Side

    @property
    def names(self) -> tuple[str, str]:
        return self.one.organisation_name, self.other.organisation_name


def check_consent(
    db: Database,
    candidates: Sequence[Candidate],
    *,
    actor: Account,
    now: datetime,
    collaboration_id: int | None = None,
) -> None:
    """Raise what has come up since the ranking; call it wherever somebody is about to be asked.

    Raises
    ------
    ConflictError
        When two parties have a conflict of interest, or `actor` has one with a party.
    RefusedError
        When a party has said no thanks to the pair; what was answered in the very proposal that
        `collaboration_id` names does not count, because it is still open.
    """
    check_conflicts(db, candidates, actor=actor, now=now)
    need_ids = [c.draft.need_id for c in candidates if c.draft.need_id is not None]
    offered = {c.draft.capability_id: c.title for c in candidates if c.draft.capability_id}
    for refusal in list_refusals(db, today=danish_day(now), need_ids=need_ids):
        is_other = refusal.collaboration_id != collaboration_id
        if refusal.capability_id in offered and is_other:
            raise RefusedError(offered[refusal.capability_id], refusal.reason, refusal.until)


def check_conflicts(db: Database, sides: Sequence[Side], *, actor: Account, now: datetime) -> None:
    """Raise `ConflictError` when two sides have a conflict of interest, or `actor` with one."""
    check_own_ties(db, sides, actor=actor, now=now)
    for apart in list_apart(db, sides, now=now):
        raise ConflictError(apart.kind, apart.names)


def check_own_ties(db: Database, sides: Iterable[Side], *, actor: Account, now: datetime) -> None:
    """Raise `ConflictError` when the staff member is tied to one of the sides."""
    conflicts = read_conflicts(db, today=danish_day(now))
    for side in sides:
        if conflicts.is_tied(actor.id, side.family):
            raise ConflictError("staff", (side.organisation_name,))


def list_apart(db: Database, sides: Iterable[Side], *, now: datetime) -> list[Apart]:
    """Return every two sides that a conflict of interest keeps apart today."""
    conflicts = read_conflicts(db, today=danish_day(now))
    pairs = [
        (conflicts.why_apart(_stake(one), _stake(other)), one, other)
        for one, other in combinations(sides, 2)
    ]
    return [Apart(kind, one, other) for kind, one, other in pairs if kind is not None]


def _stake(side: Side) -> Stake:
    return Stake(side.family, side.people)
