"""Who was shown a need, who of them is still interested, and who may read what was told to all."""

from dataclasses import dataclass
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import find_account, list_editors
from matchmaker.database import Database

_SHOWN = """
    select p.id as party_id, p.organisation_id, p.account_id, p.show_organisation, p.ended_at,
        c.id as collaboration_id, c.title, c.introduced_at, c.stage, o.name, o.kind,
        coalesce(o.region, above.region) as region,
        (select i.answer from interest i where i.party_id = p.id
            order by i.sequence desc limit 1) as answer
    from collaboration_party p join collaboration c on c.id = p.collaboration_id
    join organisation o on o.id = p.organisation_id
    left join organisation above on above.id = o.parent_id
    where p.need_id is null and p.invited_at is not null and exists (
        select 1 from collaboration_party n
        where n.collaboration_id = p.collaboration_id and n.need_id = :need_id)
    order by p.id
"""


@dataclass(frozen=True)
class Place:
    """One party that was shown the need, and how far it has come with it."""

    party_id: int
    collaboration_id: int
    account_id: int
    title: str
    answer: str | None
    is_named: bool
    takes_part: bool
    is_open: bool


@dataclass(frozen=True)
class Shown:
    """An organisation that was shown a need, with every proposal that showed it."""

    organisation_id: int
    name: str
    kind: str
    region: str | None
    places: tuple[Place, ...]

    @property
    def has_declined(self) -> bool:
        return all(place.answer == "no" for place in self.places)

    @property
    def is_named(self) -> bool:
        """Whether the need's owner may know who it is."""
        return any(place.is_named for place in self.places)

    @property
    def title(self) -> str:
        """What the need was called when it was shown: no text that was hidden then."""
        return self.places[-1].title


def list_shown(db: Database, need_id: int) -> tuple[Shown, ...]:
    """Return the organisations that were asked about a need, those asked first first."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in db.rows(_SHOWN, {"need_id": need_id}):
        found.setdefault(row["organisation_id"], []).append(row)
    return tuple(_shown(group) for group in found.values())


def list_interested(db: Database, need_id: int) -> tuple[Shown, ...]:
    """Return those who were shown the need and have not said no to all of it."""
    return tuple(shown for shown in list_shown(db, need_id) if not shown.has_declined)


def list_readers(db: Database, shown: Shown) -> list[Account]:
    """Return who reads for an organisation: its contacts, or the editors when they have left."""
    ids = dict.fromkeys(place.account_id for place in shown.places)
    contacts = [find_account(db, account_id) for account_id in ids]
    readers = [
        contact
        for contact in contacts
        if contact and contact.is_active and contact.belongs_to(shown.organisation_id)
    ]
    return readers or list_editors(db, shown.organisation_id)


def speaks_for(account: Account, shown: Shown) -> bool:
    """Whether this person was asked for the organisation, or is an editor there."""
    if not account.is_active or not account.belongs_to(shown.organisation_id):
        return False
    return any(place.account_id == account.id for place in shown.places) or any(
        shown.organisation_id in membership.reaches and membership.role == "editor"
        for membership in account.memberships
    )


def _shown(group: list[dict[str, Any]]) -> Shown:
    first = group[0]
    return Shown(
        organisation_id=first["organisation_id"],
        name=first["name"],
        kind=first["kind"],
        region=first["region"],
        places=tuple(_place(row) for row in group),
    )


def _place(row: dict[str, Any]) -> Place:
    return Place(
        party_id=row["party_id"],
        collaboration_id=row["collaboration_id"],
        account_id=row["account_id"],
        title=row["title"],
        answer=row["answer"],
        # Who left before the introduction has been introduced to nobody.
        is_named=bool(row["show_organisation"] or (row["introduced_at"] and not row["ended_at"])),
        takes_part=row["ended_at"] is None,
        is_open=row["stage"] != "closed",
    )
