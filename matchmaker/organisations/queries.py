"""Reading organisations, their departments and the people in them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.accounts.queries import get_account
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.organisations.organisation import Organisation

PAGE_SIZE: Final = 50


class OrganisationNotFoundError(LookupError):
    """No organisation has this id."""


class NoHubError(LookupError):
    """There is no hub yet; an installation needs one before anything else."""


@dataclass(frozen=True)
class Member:
    account_id: int
    name: str
    email: str
    title: str
    role: str
    since: str


@dataclass(frozen=True)
class Row:
    """A line of the list of organisations."""

    id: int
    name: str
    kind: str
    region: str | None
    cvr: str | None
    parent_name: str | None
    members: int


@dataclass(frozen=True)
class Offer:
    """A published capability, as the organisation's page names it."""

    id: int
    title: str
    kind: str
    language: str


def find_organisation(db: Database, organisation_id: int) -> Organisation | None:
    row = db.first("select * from organisation where id = ?", (organisation_id,))
    return _organisation(row) if row else None


def get_organisation(db: Database, organisation_id: int) -> Organisation:
    """Return the organisation.

    Raises
    ------
    OrganisationNotFoundError
        When no organisation has this id.
    """
    organisation = find_organisation(db, organisation_id)
    if organisation is None:
        raise OrganisationNotFoundError(organisation_id)
    return organisation


def list_all(db: Database) -> list[Organisation]:
    """Return every organisation, oldest first."""
    return [_organisation(row) for row in db.rows("select * from organisation order by id")]


def find_by_external(db: Database, source: str, external_id: str) -> Organisation | None:
    row = db.first(
        "select * from organisation where source = ? and external_id = ?", (source, external_id)
    )
    return _organisation(row) if row else None


def find_by_cvr(db: Database, cvr: str) -> Organisation | None:
    """Return the organisation with this number, the oldest and highest when several share it."""
    row = db.first(
        "select * from organisation where cvr = ? order by parent_id is not null, id", (cvr,)
    )
    return _organisation(row) if row else None


def find_by_name(db: Database, name: str) -> Organisation | None:
    """Return the organisation of exactly this name or alias, whatever the capitals."""
    _add_fold(db)
    row = db.first(
        "select * from organisation o where parent_id is null and (fold(name) = fold(:name)"
        " or exists (select 1 from json_each(o.aliases) where fold(value) = fold(:name)))"
        " order by id",
        {"name": " ".join(name.split())},
    )
    return _organisation(row) if row else None


def search_organisations(
    db: Database, text: str = "", *, kind: str | None = None, page: int = 1
) -> tuple[list[Row], int]:
    """Return one page of the organisations whose name, alias or CVR fits, and how many there are.

    In the order of their names; an empty text fits all.
    """
    _add_fold(db)
    values = {"text": text.strip(), "kind": kind, "skip": (page - 1) * PAGE_SIZE}
    fitting = (
        " from organisation o left join organisation p on p.id = o.parent_id"
        " where (:kind is null or o.kind = :kind) and (instr(fold(o.name), fold(:text)) > 0"
        " or instr(fold(o.aliases), fold(:text)) > 0 or o.cvr = replace(:text, ' ', ''))"
    )
    rows = db.rows(
        "select o.id, o.name, o.kind, o.region, o.cvr, p.name as parent_name, (select count(*)"
        " from membership m where m.organisation_id = o.id and m.ended_at is null) as members"
        f"{fitting} order by fold(o.name), o.id limit {PAGE_SIZE} offset :skip",
        values,
    )
    total = db.first(f"select count(*) as number{fitting}", values)
    return [Row(**row) for row in rows], int(total["number"]) if total else 0


def list_names(db: Database, organisation_id: int) -> list[str]:
    """Return the names by which an organisation is known: its own and that of the one above."""
    rows = db.rows(
        "select o.name, p.name as above from organisation o"
        " left join organisation p on p.id = o.parent_id where o.id = ?",
        (organisation_id,),
    )
    return [name for row in rows for name in (row["name"], row["above"]) if name]


def list_departments(db: Database, organisation_id: int) -> list[Organisation]:
    rows = db.rows(
        "select * from organisation where parent_id = ? order by name, id", (organisation_id,)
    )
    return [_organisation(row) for row in rows]


def list_public_names(db: Database) -> list[str]:
    """Return the names of hospitals, municipalities and research institutions, for suggestions."""
    rows = db.rows(
        "select name from organisation where parent_id is null and kind in"
        " ('hospital', 'municipality', 'research_institution') order by name limit 500"
    )
    return [row["name"] for row in rows]


def hub_for_region(db: Database, region: str | None) -> int:
    """Return the hub of a region, or the oldest hub when the region has none.

    Raises
    ------
    NoHubError
        When there is no hub at all.
    """
    row = db.first(
        "select id from organisation where kind = 'hub' order by region is not ?, id", (region,)
    )
    if row is None:
        raise NoHubError
    return int(row["id"])


def list_members(db: Database, organisation_id: int) -> list[Member]:
    """Return who belongs to the organisation now, those who may speak for it first."""
    rows = db.rows(
        "select a.id as account_id, a.name, a.email, a.title, m.role, m.created_at as since"
        " from membership m join account a on a.id = m.account_id"
        " where m.organisation_id = ? and m.ended_at is null"
        " order by m.role = 'member', a.name, a.id",
        (organisation_id,),
    )
    return [Member(**row) for row in rows]


def list_hub_staff(db: Database, hub_id: int) -> list[Account]:
    """Return the active people of a hub."""
    rows = db.rows(
        "select distinct a.id from account a join membership m on m.account_id = a.id"
        " where m.organisation_id = ? and m.ended_at is null and m.role <> 'member' and a.active"
        " order by a.id",
        (hub_id,),
    )
    return [get_account(db, row["id"]) for row in rows]


def is_public(db: Database, organisation: Organisation) -> bool:
    """Whether strangers may know that the organisation takes part: it shows so itself."""
    if organisation.kind in ("hub", "cluster", "funder"):
        return True
    row = db.first(
        "select exists (select 1 from capability where organisation_id = :id"
        " and state = 'published') or exists (select 1 from need where organisation_id = :id"
        " and state = 'published' and show_organisation) as shown",
        {"id": organisation.id},
    )
    return bool(row and row["shown"])


def may_know(db: Database, organisation: Organisation, reader: Account | None) -> bool:
    """Whether this reader may see that the organisation is here: its people, staff, or anybody."""
    return is_insider(organisation, reader) or is_public(db, organisation)


def is_insider(organisation: Organisation, reader: Account | None) -> bool:
    """Whether this reader works there, or for a hub."""
    return reader is not None and (reader.is_hub_staff or reader.belongs_to(organisation.id))


def get_managed(db: Database, organisation_id: int, actor: Account) -> Organisation:
    """Return an organisation that the actor may change.

    Raises
    ------
    OrganisationNotFoundError
        When there is none, or none that the actor may know of.
    NotPermittedError
        When it is for others to change.
    """
    organisation = get_organisation(db, organisation_id)
    if not organisation.may_be_changed_by(actor):
        if not may_know(db, organisation, actor):
            raise OrganisationNotFoundError(organisation_id)
        raise NotPermittedError(f"{actor.id} may not change {organisation_id}")
    return organisation


def list_offers(db: Database, organisation_id: int) -> list[Offer]:
    """Return what the organisation has published, newest first."""
    rows = db.rows(
        "select id, title, kind, language from capability where organisation_id = ?"
        " and state = 'published' order by published_at desc, id desc",
        (organisation_id,),
    )
    return [Offer(**row) for row in rows]


def list_open_invitations(
    db: Database, organisation_id: int, *, now: datetime
) -> list[dict[str, Any]]:
    return db.rows(
        "select id, email, role, created_at, expires_at from invitation where organisation_id = ?"
        " and accepted_at is null and withdrawn_at is null and expires_at > ? order by id",
        (organisation_id, to_text(now)),
    )


def list_join_requests(db: Database, organisation_id: int) -> list[dict[str, Any]]:
    """Return who waits to be let in, longest first."""
    return db.rows(
        "select r.id, r.created_at, a.name, a.email, a.title from join_request r"
        " join account a on a.id = r.account_id where r.organisation_id = ?"
        " and r.decided_at is null and a.active order by r.id",
        (organisation_id,),
    )


def list_own_requests(db: Database, account_id: int) -> list[dict[str, Any]]:
    """Return the organisations that a person waits to be let into."""
    return db.rows(
        "select o.name, r.created_at from join_request r join organisation o"
        " on o.id = r.organisation_id where r.account_id = ? and r.decided_at is null"
        " order by r.id",
        (account_id,),
    )


def _add_fold(db: Database) -> None:
    """SQLite folds the case of ASCII letters alone; names here have æ, ø and å."""
    db.conn.create_function("fold", 1, lambda text: (text or "").casefold(), deterministic=True)


def _organisation(row: dict[str, Any]) -> Organisation:
    known = {name: row[name] for name in Organisation.__dataclass_fields__}
    return Organisation(**{**known, "aliases": tuple(json.loads(row["aliases"]))})
