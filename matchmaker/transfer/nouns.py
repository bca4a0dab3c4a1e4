"""The columns of organisations, needs and capabilities, and how a row of each is stored."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account, Membership
from matchmaker.capabilities import actions as capability_actions
from matchmaker.capabilities import capability
from matchmaker.capabilities.capability import Offer, Period
from matchmaker.database import Database
from matchmaker.needs import actions as need_actions
from matchmaker.needs.need import MOST_APPROACHES, Answers
from matchmaker.profiles.errors import InvalidProfileError, NotAllowedError
from matchmaker.profiles.importing import Imported, Origin
from matchmaker.screening.screen import PatientDataFound
from matchmaker.transfer.columns import (
    Column,
    countries,
    one_of,
    periods,
    several,
    text,
    truth,
    whole_number,
)
from matchmaker.transfer.importing import Importer, RowError
from matchmaker.transfer.organisation_rows import find_owner, patient_data

#: Who imports from the command line: whoever may run commands here may store anything.
OPERATOR = Account(
    id=0,
    email="",
    name="",
    title="",
    phone="",
    language="da",
    memberships=(Membership(0, 0, "administrator", frozenset()),),
)
LANGUAGES = ("da", "en", "sv", "no", "de")
_REASONS = {
    "required": "must not be empty",
    "too_long": "is too long",
    "unknown": "is not known",
    "out_of_range": "is out of range",
    "not_a_date": "is not a date",
    "backwards": "ends before it begins",
}

_EXTERNAL_ID = Column(
    "external_id", "what the row is known by where it comes from; never changes", text, True
)
_ORGANISATION = Column(
    "organisation",
    "external_id of an organisation of the same source, CVR number, or name",
    text,
    True,
)
_LANGUAGE = Column("language", "da, en, sv, no or de; found out when empty", one_of(*LANGUAGES))
_TITLE = Column("title", "at most 200 characters; the first sentence when empty", text)

NEED_COLUMNS = (
    _EXTERNAL_ID,
    _ORGANISATION,
    _LANGUAGE,
    _TITLE,
    Column("problem", "what does not work", text, True),
    Column("target", "for whom and where", text),
    Column("extent", "how often, how big", text),
    Column("tried", "what has been tried", text),
    Column("requirements", "what a solution must respect", text),
    Column("approach", "how the owner may be approached", text),
    Column(
        "approaches_per_month",
        f"1-{MOST_APPROACHES}; 4 when empty",
        whole_number(1, MOST_APPROACHES),
    ),
    Column("show_organisation", "true or false: its name on the public board", truth),
    Column("confidential", "true or false: only the redacted problem is shown to others", truth),
    Column(
        "state",
        "draft, submitted or published; submitted when empty; counts for new needs only",
        one_of("draft", "submitted", "published", "paused", "expired", "closed"),
    ),
)
CAPABILITY_COLUMNS = (
    _EXTERNAL_ID,
    _ORGANISATION,
    Column("kind", ", ".join(capability.KINDS), one_of(*capability.KINDS), True),
    _LANGUAGE,
    _TITLE,
    Column("description", "what is offered", text, True),
    Column("evidence", "studies, references", text),
    Column("trl", "1-9", whole_number(1, 9)),
    Column(
        "device_class", ", ".join(capability.DEVICE_CLASSES), one_of(*capability.DEVICE_CLASSES)
    ),
    Column("ce_marked", "true or false", truth),
    Column("markets", "ISO codes of countries, with ; between", countries),
    Column("languages", "da, en, sv, no, de, with ; between", several(one_of(*LANGUAGES))),
    Column("price_model", "", text),
    Column("facilities", "of a testbed", text),
    Column("target_groups", "of a testbed or expertise", text),
    Column("free_periods", "2027-01-04/2027-03-31 a note; 2027-05-01/2027-06-30", periods),
    Column(
        "approaches_per_month",
        f"of a testbed, 1-{MOST_APPROACHES}; 4 when empty",
        whole_number(1, MOST_APPROACHES),
    ),
    Column("research_field", "of expertise", text),
    Column("past_projects", "of expertise or a testbed", text),
    Column(
        "state",
        "draft or published; published when empty; counts for new capabilities only",
        one_of(*capability.STATES),
    ),
)


def need_importer(source: str, *, actor: Account, now: datetime) -> Importer:
    """Return what stores needs of one source, on behalf of `actor`."""

    def store(db: Database, values: dict[str, Any]) -> str:
        origin, organisation_id = _place(db, source, values)
        answers = Answers(**_only(values, Answers))
        return _stored(
            lambda: need_actions.upsert_imported(
                db,
                answers,
                origin,
                organisation_id=organisation_id,
                actor=actor,
                now=now,
                state=values.get("state", "submitted"),
                language=values.get("language"),
            )
        )

    return Importer("need", NEED_COLUMNS, store)


def capability_importer(source: str, *, actor: Account, now: datetime) -> Importer:
    """Return what stores capabilities of one source, on behalf of `actor`."""

    def store(db: Database, values: dict[str, Any]) -> str:
        origin, organisation_id = _place(db, source, values)
        offer = read_offer(values)
        return _stored(
            lambda: capability_actions.upsert_imported(
                db,
                offer,
                origin,
                organisation_id=organisation_id,
                actor=actor,
                now=now,
                state=values.get("state", "published"),
                language=values.get("language"),
            )
        )

    return Importer("capability", CAPABILITY_COLUMNS, store)


def read_offer(values: dict[str, Any]) -> Offer:
    """Return the offer of a row's values."""
    known = {"title": "", **_only(values, Offer)}
    free = tuple(
        Period(period["from"], period["until"], period["note"])
        for period in values.get("free_periods", [])
    )
    lists = {name: tuple(known.get(name, ())) for name in ("markets", "languages")}
    return Offer(**{**known, **lists, "free_periods": free})


def _only(values: dict[str, Any], dataclass_type: type) -> dict[str, Any]:
    names = dataclass_type.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: value for name, value in values.items() if name in names}


def _place(db: Database, source: str, values: dict[str, Any]) -> tuple[Origin, int]:
    return Origin(source, values["external_id"]), find_owner(db, source, values["organisation"])


def _stored(upsert: Callable[[], Imported]) -> str:
    """Store, and tell what broke a rule by the column it stands in."""
    try:
        return upsert().outcome
    except PatientDataFound as error:
        raise RowError(patient_data(error)) from error
    except InvalidProfileError as error:
        raise RowError(
            {name: _REASONS.get(code, code) for name, code in error.fields.items()}
        ) from error
    except NotAllowedError as error:
        raise RowError({"organisation": str(error)}) from error
