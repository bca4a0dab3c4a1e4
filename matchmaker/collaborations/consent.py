"""Whether these parties may be brought together: conflicts of interest, and remembered no's."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from matchmaker.accounts.account import Account
from matchmaker.clock import danish_day
from matchmaker.collaborations.draft import Candidate
from matchmaker.collaborations.errors import ConflictError, RefusedError
from matchmaker.conflicts.conflict import Stake
from matchmaker.conflicts.queries import read_conflicts
from matchmaker.database import Database
from matchmaker.matching.remembered import list_refusals


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
    _check_conflicts(db, candidates, actor, now)
    need_ids = [c.draft.need_id for c in candidates if c.draft.need_id is not None]
    offered = {c.draft.capability_id: c.title for c in candidates if c.draft.capability_id}
    for refusal in list_refusals(db, today=danish_day(now), need_ids=need_ids):
        is_other = refusal.collaboration_id != collaboration_id
        if refusal.capability_id in offered and is_other:
            raise RefusedError(offered[refusal.capability_id], refusal.reason, refusal.until)


def _check_conflicts(
    db: Database, candidates: Sequence[Candidate], actor: Account, now: datetime
) -> None:
    conflicts = read_conflicts(db, today=danish_day(now))
    for candidate in candidates:
        if conflicts.is_tied(actor.id, candidate.family):
            raise ConflictError("staff", (candidate.organisation_name,))
    for one, other in combinations(candidates, 2):
        kind = conflicts.why_apart(_stake(one), _stake(other))
        if kind is not None:
            raise ConflictError(kind, (one.organisation_name, other.organisation_name))


def _stake(candidate: Candidate) -> Stake:
    """The contact counts, and who owns the profile, though another one is asked."""
    people = {candidate.draft.account_id, candidate.owner_id} - {None}
    return Stake(candidate.family, frozenset(id for id in people if id is not None))
