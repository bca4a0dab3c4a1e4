"""Reading collaborations with their parties and answers."""

from typing import Any

from matchmaker.collaborations.collaboration import Collaboration, Interest, Party
from matchmaker.collaborations.errors import CollaborationNotFoundError
from matchmaker.database import Database

_PARTIES = """
    select p.*, o.name as organisation_name, o.parent_id, a.name as account_name,
        coalesce(k.kind, 'need') as kind, coalesce(n.title, k.title) as title,
        coalesce(n.owner_id, k.owner_id) as owner_id,
        i.sequence, i.account_id as answered_by, i.answer, i.reason, i.note, i.later_on,
        i.circle as answer_circle, i.created_at as answered_at
    from collaboration_party p
    join organisation o on o.id = p.organisation_id
    join account a on a.id = p.account_id
    left join need n on n.id = p.need_id
    left join capability k on k.id = p.capability_id
    left join interest i on i.party_id = p.id
        and i.sequence = (select max(sequence) from interest where party_id = p.id)
"""


def get_collaboration(db: Database, collaboration_id: int) -> Collaboration:
    """Return a collaboration with every party it has had, the need's first.

    Raises
    ------
    CollaborationNotFoundError
        When no collaboration has this id.
    """
    row = db.first(
        "select c.*, o.name as hub_name from collaboration c"
        " join organisation o on o.id = c.hub_id where c.id = ?",
        (collaboration_id,),
    )
    if row is None:
        raise CollaborationNotFoundError(collaboration_id)
    parties = db.rows(
        f"{_PARTIES} where p.collaboration_id = ? order by p.need_id is null, p.id",
        (collaboration_id,),
    )
    return Collaboration(**row, everybody=tuple(_party(party) for party in parties))


def get_party(db: Database, party_id: int) -> Party:
    """Return one party with its last answer.

    Raises
    ------
    CollaborationNotFoundError
        When no party has this id.
    """
    row = db.first(f"{_PARTIES} where p.id = ?", (party_id,))
    if row is None:
        raise CollaborationNotFoundError(party_id)
    return _party(row)


def get_collaboration_of(db: Database, party_id: int) -> Collaboration:
    return get_collaboration(db, get_party(db, party_id).collaboration_id)


def list_suggestion_ids(db: Database, collaboration_id: int) -> list[int]:
    rows = db.rows(
        "select suggestion_id from collaboration_suggestion where collaboration_id = ?"
        " order by suggestion_id",
        (collaboration_id,),
    )
    return [row["suggestion_id"] for row in rows]


def _party(row: dict[str, Any]) -> Party:
    return Party(
        **{name: row[name] for name in (
            "id", "collaboration_id", "organisation_id", "organisation_name", "parent_id",
            "account_id", "account_name", "need_id", "capability_id", "kind", "title",
            "invited_at", "ended_at", "end_reason", "owner_id",
        )},
        show_organisation=bool(row["show_organisation"]),
        last=_interest(row),
    )  # fmt: skip


def _interest(row: dict[str, Any]) -> Interest | None:
    if row["answer"] is None:
        return None
    return Interest(
        sequence=row["sequence"],
        account_id=row["answered_by"],
        answer=row["answer"],
        reason=row["reason"],
        note=row["note"],
        later_on=row["later_on"],
        circle=row["answer_circle"],
        created_at=row["answered_at"],
    )
