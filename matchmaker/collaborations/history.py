"""The log of a collaboration, as far as its reader may know it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from matchmaker.audit.log import AuditEvent, list_events
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.views import Dossier, PartyView, Proposal
from matchmaker.database import Database

#: What concerns the hub's own work.
_HUB_ONLY = frozenset(
    {
        "collaboration.create",
        "collaboration.edit",
        "collaboration.hand_over",
        "collaboration.hold_back",
        "collaboration.remind",
    }
)


@dataclass(frozen=True)
class Step:
    """One line of the log; `actor` and `party` are None where the reader may not know them."""

    at: str
    code: str
    actor: str | None
    party: PartyView | None
    to_stage: str | None
    detail: dict[str, Any] = field(default_factory=dict)


def list_steps_for_staff(db: Database, dossier: Dossier) -> list[Step]:
    """Return every event, newest first."""
    names = _names(db)
    views = {view.id: view for view in dossier.views}
    return list(_steps(db, dossier.collaboration.id, names, views, staff=True))


def list_steps_for_party(db: Database, proposal: Proposal) -> list[Step]:
    """Return what a party may know, newest first: what others answered stays with the hub."""
    collaboration = get_collaboration(db, proposal.collaboration.id)
    names = _names(db) if collaboration.contacts_are_open else {}
    views = {view.id: view for view in (proposal.me, *proposal.others)}
    steps = _steps(db, collaboration.id, names, views, staff=False, own_id=proposal.party.id)
    return list(steps)


def _names(db: Database) -> dict[int, str]:
    return {row["id"]: row["name"] for row in db.rows("select id, name from account")}


def _steps(
    db: Database,
    collaboration_id: int,
    names: dict[int, str],
    views: dict[int, PartyView],
    *,
    staff: bool,
    own_id: int | None = None,
) -> Iterator[Step]:
    for event in reversed(list_events(db, "collaboration", collaboration_id)):
        if staff or _may_know(event, own_id):
            yield Step(
                at=event.at,
                code=event.action.partition(".")[2],
                actor=names.get(event.actor_id or 0),
                party=views.get(event.detail.get("party_id", 0)),
                to_stage=event.to_state,
                detail=event.detail,
            )


def _may_know(event: AuditEvent, own_id: int | None) -> bool:
    if event.action in _HUB_ONLY or event.detail.get("audience") == "hub":
        return False
    return event.detail.get("party_id", own_id) == own_id
