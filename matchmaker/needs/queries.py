"""Reading needs: one, lists, the public board."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.needs.blind import blind_title, redacted
from matchmaker.needs.need import Need
from matchmaker.profiles.contacts import without_contacts, without_names
from matchmaker.profiles.listing import Listing, as_json
from matchmaker.profiles.reading import REGION, Place, Reader, Search, Shown

_SUPPORTERS = "(select count(*) from need_supporter s where s.need_id = p.id) as supporters"
_COLUMNS = ", ".join(
    _SUPPORTERS if field.name == "supporters" else f"p.{field.name}" for field in fields(Need)
)
_PUBLIC_TEXTS = ("title", "problem", "target", "extent", "tried", "requirements")


def find_need(db: Database, need_id: int) -> Need | None:
    return NEEDS.find(db, "p.id = ?", need_id)


def get_need(db: Database, need_id: int) -> Need:
    """Return the need with all it says, whoever asks; pages use :func:`get_visible`.

    Raises
    ------
    ProfileNotFoundError
        When no need has this id.
    """
    return NEEDS.get(db, need_id)


def get_visible(db: Database, need_id: int, account: Account | None) -> Shown[Need]:
    """Return as much of a need as this reader may see.

    Raises
    ------
    ProfileNotFoundError
        When there is none, or none that this reader may know of.
    """
    return NEEDS.get_visible(db, need_id, account)


def find_by_form_key(db: Database, form_key: str, owner_id: int) -> Need | None:
    return NEEDS.find(db, "p.form_key = ? and p.owner_id = ?", form_key, owner_id)


def list_published(db: Database, search: Search) -> Listing[Shown[Need]]:
    """Return one page of the public board with the counts of region, kind and language."""
    return NEEDS.list_published(db, search)


def list_published_by_id(db: Database, ids: list[int]) -> list[Shown[Need]]:
    """Return the public part of those needs that are published, in the order of `ids`."""
    return NEEDS.list_published_by_id(db, ids)


def list_visible_by_id(
    db: Database, ids: Iterable[int], account: Account | None
) -> list[Shown[Need]]:
    """Return those of the needs that this reader may see, as they may see them, newest first."""
    condition = "p.id in (select value from json_each(:ids))"
    return NEEDS.list_visible(db, account, condition, {"ids": as_json(sorted(ids))})


def list_of_organisation(
    db: Database, organisation_id: int, account: Account | None = None
) -> list[Shown[Need]]:
    """Return the needs of an organisation that this reader may see, newest first.

    A need whose owner does not show the organisation is left out for everybody else.
    """
    condition = "p.organisation_id = :organisation"
    found = NEEDS.list_visible(db, account, condition, {"organisation": organisation_id})
    return [each for each in found if each.is_full or each.profile.show_organisation]


def list_mine(db: Database, account: Account) -> list[Shown[Need]]:
    """Return what this person wrote and what else their organisations have, newest first."""
    return NEEDS.list_mine(db, account)


def list_supporters(db: Database, need_id: int) -> list[str]:
    """Return who else has the need, by name; for the owner and the hub alone."""
    rows = db.rows(
        "select o.name from need_supporter s join organisation o on o.id = s.organisation_id"
        " where s.need_id = ? order by s.created_at, o.name",
        (need_id,),
    )
    return [row["name"] for row in rows]


def supports(db: Database, need_id: int, organisation_ids: frozenset[int]) -> bool:
    """Tell whether one of these organisations already stands behind the need."""
    rows = db.rows("select organisation_id from need_supporter where need_id = ?", (need_id,))
    return any(row["organisation_id"] in organisation_ids for row in rows)


def list_for_export(db: Database) -> list[dict[str, Any]]:
    """Return every need that is no draft as plain values, oldest first, without persons."""
    rows = db.rows(
        f"select {_COLUMNS}, o.name as organisation_name, o.cvr as organisation_cvr"
        f" from {NEEDS.source} where p.state <> 'draft' order by p.id"
    )
    return [_exported(row) for row in rows]


def _exported(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row for a file; of a confidential need what the public board tells of it."""
    left_out = ("owner_id", "hub_id", "organisation_id", "supporters", "blind_problem")
    flags = {name: bool(row[name]) for name in ("show_organisation", "confidential")}
    values = {**{name: row[name] for name in row if name not in left_out}, **flags}
    if not row["confidential"]:
        return values
    problem = redacted(row["blind_problem"], [row["organisation_name"]])
    withheld = dict.fromkeys(("target", "extent", "tried", "requirements", "approach"), "")
    nobody = dict.fromkeys(("organisation_name", "organisation_cvr", "source", "external_id"))
    return {**values, **withheld, **nobody, "problem": problem, "title": blind_title(problem)}


def as_public(shown: Shown[Need]) -> Shown[Need]:
    """Return what anybody reads: no person, no contact, the organisation only if it is shown.

    Of a confidential need that is the redacted problem alone.
    """
    if shown.profile.confidential:
        return _blind(shown)
    need, place = shown.profile, shown.organisation
    hidden = () if need.show_organisation else (place.name, place.above)
    masked: dict[str, Any] = {
        name: without_names(without_contacts(getattr(need, name)), hidden) for name in _PUBLIC_TEXTS
    }
    nobody: dict[str, Any] = {"owner_id": None, "source": None, "external_id": None}
    return replace(
        shown,
        profile=replace(need, **masked, **nobody, approach=""),
        organisation=place
        if need.show_organisation
        else replace(place, id=None, name=None, above=None),
    )


def _blind(shown: Shown[Need]) -> Shown[Need]:
    need = shown.profile
    # Once more at reading: the organisation may have got another name since the need was saved.
    problem = redacted(need.blind_problem, [shown.organisation.name, shown.organisation.above])
    nothing: dict[str, Any] = dict.fromkeys(("target", "extent", "tried", "requirements"), "")
    nobody: dict[str, Any] = {"owner_id": None, "source": None, "external_id": None}
    texts: dict[str, Any] = {
        "problem": problem,
        "blind_problem": problem,
        "title": blind_title(problem),
    }
    return replace(
        shown,
        profile=replace(need, **texts, **nothing, **nobody, approach="", organisation_id=0),
        organisation=Place(id=None, name=None, kind="other", region=None, country="DK"),
    )


def _read(row: dict[str, Any]) -> Need:
    values = {field.name: row[field.name] for field in fields(Need)}
    flags = {name: bool(values[name]) for name in ("show_organisation", "confidential")}
    return Need(**{**values, **flags})


NEEDS = Reader(
    noun="need",
    columns=_COLUMNS,
    read=_read,
    conceal=as_public,
    facets={
        # Of a confidential need not even the kind of place and the region are told.
        "region": f"case when not p.confidential then {REGION} end",
        "kind": "case when not p.confidential then o.kind end",
        "language": "p.language",
    },
)
