"""Reading capabilities: one, lists, the public catalogue."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.capabilities.capability import TRL_BANDS, Capability, Period
from matchmaker.database import Database
from matchmaker.profiles.contacts import without_contacts
from matchmaker.profiles.listing import Filters, Listing
from matchmaker.profiles.reading import REGION, Reader, Search, Shown

_PERIODS = (
    "(select json_group_array(json_object('starts_on', starts_on, 'ends_on', ends_on,"
    " 'note', note)) from (select * from {table} where capability_id = p.id"
    " order by starts_on, ends_on)) as {name}"
)
_PERIOD_TABLES = {"free_periods": "capability_period", "room": "testbed_room"}
_COLUMNS = ", ".join(
    _PERIODS.format(table=_PERIOD_TABLES[name], name=name)
    if name in _PERIOD_TABLES
    else f"p.{name}"
    for name in (field.name for field in fields(Capability))
)
_PUBLIC_TEXTS = (
    *("title", "description", "evidence", "price_model"),
    *("facilities", "target_groups", "research_field", "past_projects"),
)
_BAND = "case {} end".format(
    " ".join(
        f"when p.trl between {low} and {high} then '{name}'"
        for name, (low, high) in TRL_BANDS.items()
    )
)
_FREE = (
    "exists (select 1 from testbed_room f where f.capability_id = p.id"
    " and f.starts_on <= :free_until and f.ends_on >= :free_from)"
)
_FIRST_DAY, _LAST_DAY = "0001-01-01", "9999-12-31"


def find_capability(db: Database, capability_id: int) -> Capability | None:
    return CAPABILITIES.find(db, "p.id = ?", capability_id)


def get_capability(db: Database, capability_id: int) -> Capability:
    """Return the capability with all it says, whoever asks; pages use :func:`get_visible`.

    Raises
    ------
    ProfileNotFoundError
        When no capability has this id.
    """
    return CAPABILITIES.get(db, capability_id)


def get_visible(db: Database, capability_id: int, account: Account | None) -> Shown[Capability]:
    """Return as much of a capability as this reader may see.

    Raises
    ------
    ProfileNotFoundError
        When there is none, or none that this reader may know of.
    """
    return CAPABILITIES.get_visible(db, capability_id, account)


def find_by_form_key(db: Database, form_key: str, owner_id: int) -> Capability | None:
    return CAPABILITIES.find(db, "p.form_key = ? and p.owner_id = ?", form_key, owner_id)


def list_published(
    db: Database, search: Search, *, free_from: str = "", free_until: str = ""
) -> Listing[Shown[Capability]]:
    """Return one page of the catalogue with the counts of its facets.

    The days `free_from` and `free_until` (ISO) ask for a testbed that has room on at least one
    day between them.
    """
    return CAPABILITIES.list_published(db, search, free_filter(free_from, free_until))


def free_filter(free_from: str, free_until: str) -> Filters:
    """Return the condition that a testbed has room on a day between these; none without days."""
    if not (free_from or free_until):
        return Filters({}, {})
    days = {"free_from": free_from or _FIRST_DAY, "free_until": free_until or _LAST_DAY}
    return Filters({"free": _FREE}, days)


def list_published_by_id(db: Database, ids: list[int]) -> list[Shown[Capability]]:
    """Return the public part of those that are published, in the order of `ids`."""
    return CAPABILITIES.list_published_by_id(db, ids)


def list_of_organisation(
    db: Database, organisation_id: int, account: Account | None = None
) -> list[Shown[Capability]]:
    """Return the capabilities of an organisation that this reader may see, newest first."""
    condition = "p.organisation_id = :organisation"
    return CAPABILITIES.list_visible(db, account, condition, {"organisation": organisation_id})


def list_mine(db: Database, account: Account) -> list[Shown[Capability]]:
    """Return what this person wrote and what else their organisations have, newest first."""
    return CAPABILITIES.list_mine(db, account)


def list_for_export(db: Database) -> list[dict[str, Any]]:
    """Return every capability that is no draft as plain values, oldest first, without persons."""
    rows = db.rows(
        f"select {_COLUMNS}, o.name as organisation_name, o.cvr as organisation_cvr"
        f" from {CAPABILITIES.source} where p.state <> 'draft' order by p.id"
    )
    return [_exported(row) for row in rows]


def _exported(row: dict[str, Any]) -> dict[str, Any]:
    values = asdict(_read(row))
    return {
        **{name: values[name] for name in values if name not in ("owner_id", "organisation_id")},
        "organisation_name": row["organisation_name"],
        "organisation_cvr": row["organisation_cvr"],
    }


def as_public(shown: Shown[Capability]) -> Shown[Capability]:
    """Return what anybody reads: no person and no contact."""
    capability = shown.profile
    masked: dict[str, Any] = {
        name: without_contacts(getattr(capability, name)) for name in _PUBLIC_TEXTS
    }
    nobody: dict[str, Any] = {"owner_id": None, "source": None, "external_id": None}
    return replace(shown, profile=replace(capability, **masked, **nobody))


def _read(row: dict[str, Any]) -> Capability:
    values = {field.name: row[field.name] for field in fields(Capability)}
    stated: dict[str, Any] = {
        "ce_marked": None if row["ce_marked"] is None else bool(row["ce_marked"]),
        "markets": tuple(json.loads(row["markets"])),
        "languages": tuple(json.loads(row["languages"])),
    }
    for name in _PERIOD_TABLES:
        stated[name] = tuple(Period(**each) for each in json.loads(row[name]))
    return Capability(**{**values, **stated})


CAPABILITIES = Reader(
    noun="capability",
    columns=_COLUMNS,
    read=_read,
    conceal=as_public,
    facets={
        "kind": "p.kind",
        "region": REGION,
        "country": "o.country",
        "language": "p.language",
        "ce": "case p.ce_marked when 1 then 'yes' end",
        "trl": _BAND,
    },
)
