"""Reading what came of collaborations."""

from typing import Any

from matchmaker.database import Database
from matchmaker.outcomes.outcome import Outcome

_OUTCOMES = """
    select u.id, u.collaboration_id, u.sequence, u.party_id, u.account_id, a.name as author,
        o.name as organisation_name, u.state, u.citizen, u.organisation, u.technology, u.economy,
        u.is_public, u.created_at
    from outcome u join account a on a.id = u.account_id
    left join collaboration_party p on p.id = u.party_id
    left join organisation o on o.id = p.organisation_id
"""


def list_outcomes(db: Database, collaboration_id: int) -> list[Outcome]:
    """Return every answer about a collaboration, newest first."""
    rows = db.rows(
        f"{_OUTCOMES} where u.collaboration_id = ? order by u.sequence desc", (collaboration_id,)
    )
    return [_outcome(row) for row in rows]


def find_last_outcome(db: Database, collaboration_id: int, party_id: int | None) -> Outcome | None:
    """Return what a party said last; None as the party stands for the hub's staff."""
    row = db.first(
        f"{_OUTCOMES} where u.collaboration_id = ? and u.party_id is ?"
        " order by u.sequence desc limit 1",
        (collaboration_id, party_id),
    )
    return _outcome(row) if row else None


def _outcome(row: dict[str, Any]) -> Outcome:
    return Outcome(**{**row, "is_public": bool(row["is_public"])})
