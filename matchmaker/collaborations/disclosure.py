"""What of a confidential need has been opened to whom: step by step, each consented and kept.

First the redacted problem, when the proposal is sent; the organisation and the whole text, when
the need's owner says yes to that proposal; names and contacts, when all have said yes.
"""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.clock import to_text
from matchmaker.collaborations.changes import record
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.database import Database

STEPS = ("problem", "organisation", "names")


@dataclass(frozen=True)
class Disclosure:
    """One step; `consented_by` is a name, empty when the person has been erased."""

    party_id: int
    what: str
    consented_by: str
    at: str


def disclose(
    db: Database, collaboration: Collaboration, what: str, *, actor_id: int | None, now: datetime
) -> None:
    """Keep that a step was opened to every other party that takes part; once for each.

    Nothing happens for a need that is not confidential. Call it inside the transaction that opens
    the step.
    """
    need = confidential_party(db, collaboration)
    if need is None:
        return
    for party in _without(db, collaboration, need, what):
        row = {
            "need_id": need.need_id,
            "collaboration_id": collaboration.id,
            "party_id": party.id,
            "what": what,
            "consented_by": _consent(db, need, what),
            "at": to_text(now),
        }
        db["disclosure"].insert(row)
        record(
            db, "disclose", collaboration, collaboration, actor_id=actor_id, now=now,
            what=what, to_party_id=party.id, party_id=need.id,
        )  # fmt: skip


def confidential_party(db: Database, collaboration: Collaboration) -> Party | None:
    """Return the party whose need is confidential now, if there is one."""
    for party in collaboration.parties:
        if party.need_id is not None and is_confidential(db, party.need_id):
            return party
    return None


def is_confidential(db: Database, need_id: int) -> bool:
    row = db.first("select confidential from need where id = ?", (need_id,))
    return bool(row and row["confidential"])


def organisation_is_open(db: Database, collaboration: Collaboration, need: Party) -> bool:
    """Whether the others may know whose confidential need it is.

    They may when its owner has said yes to them, and no conflict of interest stood in the way.
    """
    if collaboration.contacts_are_open:
        return True
    is_agreed = need.answer_in(collaboration.circle) == "yes"
    return is_agreed and not _without(db, collaboration, need, "organisation")


def _without(db: Database, collaboration: Collaboration, need: Party, what: str) -> list[Party]:
    """Return the parties that take part and have not been shown this step of the need."""
    rows = db.rows(
        "select party_id from disclosure where collaboration_id = ? and what = ?",
        (collaboration.id, what),
    )
    known = {need.id, *(row["party_id"] for row in rows)}
    return [party for party in collaboration.parties if party.id not in known]


def list_disclosures(db: Database, collaboration_id: int) -> list[Disclosure]:
    """Return the steps in the order in which they were opened."""
    rows = db.rows(
        "select d.party_id, d.what, coalesce(a.name, '') as consented_by, d.at from disclosure d"
        " left join account a on a.id = d.consented_by where d.collaboration_id = ? order by d.id",
        (collaboration_id,),
    )
    return [Disclosure(**row) for row in rows]


def _consent(db: Database, need: Party, what: str) -> int | None:
    """Return who agreed: to the problem who keeps the need so, to the rest who said yes."""
    if what != "problem" and need.last is not None and need.last.answer == "yes":
        return need.last.account_id
    row = db.first(
        "select coalesce((select saved_by from need_version where need_id = n.id"
        " order by version desc limit 1), n.owner_id) as account_id from need n where n.id = ?",
        (need.need_id,),
    )
    return int(row["account_id"]) if row and row["account_id"] else None
