"""The columns of organisations, and how a row of them is stored and written."""

from datetime import datetime
from typing import Any

from matchmaker.accounts.account import LANGUAGES, Account
from matchmaker.database import Database
from matchmaker.organisations.actions import upsert_organisation
from matchmaker.organisations.organisation import KINDS, SIZES, Details, OrganisationError
from matchmaker.organisations.queries import find_by_cvr, find_by_external, list_all
from matchmaker.organisations.reference import COUNTRIES, REGIONS, municipalities
from matchmaker.screening.screen import PatientDataFound
from matchmaker.transfer.columns import Column, named, one_of, several, text
from matchmaker.transfer.importing import Importer, RowError

REASONS = {
    "required": "must not be empty",
    "unknown": "is not known",
    "address": "is no address of a website",
    "digits": "has other signs than digits",
    "length": "must have eight digits",
    "checksum": "is no CVR number: a digit is wrong",
}


def _country(value: Any) -> str:
    return one_of(*(code.lower() for code in COUNTRIES))(value).upper()


COLUMNS = (
    Column(
        "external_id", "what the row is known by where it comes from; never changes", text, True
    ),
    Column("name", "", text, True),
    Column("kind", ", ".join(KINDS), one_of(*KINDS), True),
    Column("parent", "of a department: external_id of the organisation above it", text),
    Column("cvr", "eight digits", text),
    Column("country", "ISO code; DK when empty", _country),
    Column("region", "code or name", named(REGIONS)),
    Column(
        "municipality",
        "code or name; gives the region too",
        named({code: each.name for code, each in municipalities().items()}),
    ),
    Column("size", ", ".join(SIZES), one_of(*SIZES)),
    Column("website", "", text),
    Column("description", "a sentence or two", text),
    Column("language", "of the description: da or en", one_of(*LANGUAGES)),
    Column("aliases", "other names, with ; between", several()),
)


def organisation_importer(source: str, *, actor: Account, now: datetime) -> Importer:
    """Return what stores organisations of one source, on behalf of `actor`."""

    def store(db: Database, values: dict[str, Any]) -> str:
        return store_organisation(db, source, values, actor=actor, now=now)[1]

    return Importer("organisation", COLUMNS, store)


def store_organisation(
    db: Database, source: str, values: dict[str, Any], *, actor: Account, now: datetime
) -> tuple[int, str]:
    """Return the id and ``created``, ``changed`` or ``unchanged``.

    Raises
    ------
    RowError
        When a value breaks a rule; nothing has been stored.
    """
    known = {name: values[name] for name in Details.__dataclass_fields__ if name in values}
    try:
        return upsert_organisation(
            db,
            Details(**known),
            source=source,
            external_id=values["external_id"],
            parent_id=_parent(db, source, values),
            aliases=values.get("aliases", ()),
            actor_id=actor.id,
            now=now,
        )
    except OrganisationError as error:
        raise RowError({error.field: REASONS.get(error.reason, error.reason)}) from error
    except PatientDataFound as error:
        raise RowError(patient_data(error)) from error


def patient_data(error: PatientDataFound) -> dict[str, str]:
    """Return by column what was found, as far as it may be shown."""
    return {
        name: f"holds patient data ({found[0].excerpt})" for name, found in error.findings.items()
    }


def _parent(db: Database, source: str, values: dict[str, Any]) -> int | None:
    is_department = values["kind"] == "department"
    if is_department != bool(values.get("parent")):
        raise RowError({"parent": "belongs to departments, and each has one"})
    if not is_department:
        return None
    parent = find_by_external(db, source, values["parent"])
    if parent is None or not parent.may_have_departments:
        raise RowError({"parent": "is not the external_id of an organisation with departments"})
    return parent.id


def find_owner(db: Database, source: str, reference: str) -> int:
    """Return the organisation that a row names by external id, CVR number or its one name.

    Raises
    ------
    RowError
        When there is none, or several have that name.
    """
    found = find_by_external(db, source, reference) or find_by_cvr(db, reference)
    if found is not None:
        return found.id
    named_so = db.rows("select id from organisation where name = ? limit 2", (reference,))
    if len(named_so) == 1:
        return int(named_so[0]["id"])
    problem = "several organisations have this name" if named_so else "is not an organisation here"
    raise RowError({"organisation": problem})


def list_for_export(db: Database) -> list[dict[str, Any]]:
    """Return every organisation with the columns that import reads, and our id."""
    organisations = {each.id: each for each in list_all(db)}
    rows = []
    for each in organisations.values():
        parent = organisations.get(each.parent_id or 0)
        values = {
            column.name: getattr(each, column.name) for column in COLUMNS if column.name != "parent"
        }
        above = {"parent": (parent.external_id or parent.name) if parent else None}
        rows.append({**_in_order({**values, **above}), "id": each.id})
    return rows


def _in_order(values: dict[str, Any]) -> dict[str, Any]:
    return {column.name: values[column.name] for column in COLUMNS}
