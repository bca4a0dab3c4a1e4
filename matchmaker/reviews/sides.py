"""Reads the two sides of a suggestion with their texts cut where passages meet."""

import json
from datetime import date
from typing import Any

from matchmaker.database import Database
from matchmaker.reviews.case import CAPABILITY_FIELDS, NEED_FIELDS, Side, SuggestionView
from matchmaker.reviews.evidence import Evidence, read_evidence
from matchmaker.reviews.facts import Fact, Sides, list_facts
from matchmaker.reviews.marking import Segment
from matchmaker.reviews.review import SuggestionNotFoundError
from matchmaker.reviews.standing import get_standing, list_reviews

_OWNER = (
    "o.name as organisation_name, o.kind as organisation_kind, o.region, o.country,"
    " o.parent_id from {table} t join organisation o on o.id = t.organisation_id where t.id = ?"
)


class NeedNotFoundError(LookupError):
    """No need has this id."""


def need_side(db: Database, need_id: int, evidence: Evidence = Evidence()) -> Side:
    """Return the need with all it says, for staff.

    Raises
    ------
    NeedNotFoundError
        When no need has this id.
    """
    row = _need_row(db, need_id)
    texts = tuple(
        (name, tuple(evidence.need_segments(name, row[name]))) for name in NEED_FIELDS if row[name]
    )
    return _side(row, "need", texts, evidence.need_segments("title", row["title"]))


def capability_side(db: Database, capability_id: int, evidence: Evidence = Evidence()) -> Side:
    row = _capability_row(db, capability_id)
    texts = tuple(
        (name, tuple(evidence.capability_segments(name, row[name])))
        for name in CAPABILITY_FIELDS
        if row[name]
    )
    title = evidence.capability_segments("title", row["title"])
    return _side(row, row["kind"], texts, title)


def _need_row(db: Database, need_id: int) -> dict[str, Any]:
    row = db.first(f"select t.*, {_OWNER.format(table='need')}", (need_id,))
    if row is None:
        raise NeedNotFoundError(need_id)
    return row


def _capability_row(db: Database, capability_id: int) -> dict[str, Any]:
    row = db.first(f"select t.*, {_OWNER.format(table='capability')}", (capability_id,))
    if row is None:
        raise LookupError(capability_id)
    return row


def _side(
    row: dict[str, Any],
    kind: str,
    texts: tuple[tuple[str, tuple[Segment, ...]], ...],
    title: list[Segment],
) -> Side:
    return Side(
        id=row["id"],
        kind=kind,
        title=row["title"],
        language=row["language"],
        organisation_id=row["organisation_id"],
        organisation_name=row["organisation_name"],
        organisation_kind=row["organisation_kind"],
        region=row["region"],
        title_segments=tuple(title),
        texts=texts,
    )


def get_suggestion(db: Database, suggestion_id: int, *, today: date) -> SuggestionView:
    """Return everything on the page where one suggestion is decided.

    Raises
    ------
    SuggestionNotFoundError
        When no suggestion has this id.
    """
    row = db.first("select * from suggestion where id = ?", (suggestion_id,))
    if row is None:
        raise SuggestionNotFoundError(suggestion_id)
    evidence = read_evidence(row["evidence"])
    standing = get_standing(db, suggestion_id)
    return SuggestionView(
        id=suggestion_id,
        need=need_side(db, row["need_id"], evidence),
        capability=capability_side(db, row["capability_id"], evidence),
        probability=row["probability"],
        score=row["score"],
        evidence=evidence,
        facts=_facts(db, row["need_id"], row["capability_id"], today),
        standing=standing,
        reviews=tuple(list_reviews(db, suggestion_id)),
        hub_name=_name(db, standing.hub_id),
        today=today,
    )


def _facts(db: Database, need_id: int, capability_id: int, today: date) -> tuple[Fact, ...]:
    need, capability = _need_row(db, need_id), _capability_row(db, capability_id)
    periods = db.rows(
        "select starts_on, ends_on from testbed_room where capability_id = ?", (capability_id,)
    )
    stated = db.first("select 1 from capability_period where capability_id = ?", (capability_id,))
    sides = Sides(
        need_region=need["region"],
        need_language=need["language"],
        kind=capability["kind"],
        region=capability["region"],
        country=capability["country"],
        languages=tuple(json.loads(capability["languages"])),
        markets=tuple(json.loads(capability["markets"])),
        trl=capability["trl"],
        ce_marked=None if capability["ce_marked"] is None else bool(capability["ce_marked"]),
        device_class=capability["device_class"],
        price_model=capability["price_model"],
        periods=tuple((period["starts_on"], period["ends_on"]) for period in periods),
        is_booked_out=bool(stated) and not periods,
        same_family=bool(_family(need) & _family(capability)),
    )
    return tuple(list_facts(sides, today))


def _family(row: dict[str, Any]) -> set[int]:
    return {row["organisation_id"], row["parent_id"]} - {None}


def _name(db: Database, organisation_id: int) -> str:
    row = db.first("select name from organisation where id = ?", (organisation_id,))
    return str(row["name"]) if row else ""
