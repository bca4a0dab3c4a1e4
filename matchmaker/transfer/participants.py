"""Stores the organisations that took part in finished projects; see projects.py for the mapping."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.capabilities.actions import upsert_imported
from matchmaker.capabilities.capability import Offer
from matchmaker.database import Database
from matchmaker.organisations.reference import municipalities
from matchmaker.profiles.errors import InvalidProfileError
from matchmaker.profiles.importing import Origin
from matchmaker.screening.screen import PatientDataFound
from matchmaker.transfer.columns import Column
from matchmaker.transfer.importing import Importer, RowError
from matchmaker.transfer.organisation_rows import patient_data, store_organisation
from matchmaker.transfer.projects import (
    SOURCE,
    Participant,
    describe_experience,
    describe_title,
    gather_participants,
    guess_kind,
    list_projects,
)
from matchmaker.transfer.reading import Refusal, Row


def _as_it_is(value: Any) -> Any:
    return value


_COLUMNS = (Column("participant", "an organisation with its projects", _as_it_is, True),)


def participant_rows(rows: Sequence[Row | Refusal]) -> list[Row | Refusal]:
    """Turn lines with projects into rows with organisations, refusals first."""
    participants, refusals = gather_participants(rows)
    return [
        *refusals,
        *(Row(place, {"participant": each}) for place, each in enumerate(participants, start=1)),
    ]


def participant_importer(*, actor: Account, now: datetime) -> Importer:
    """Return what stores an organisation and its expertise, on behalf of `actor`."""

    def store(db: Database, values: dict[str, Any]) -> str:
        participant: Participant = values["participant"]
        with db.atomic():
            organisation_id, outcome = store_organisation(
                db, SOURCE, organisation_values(participant), actor=actor, now=now
            )
            expertise = _store_expertise(db, participant, organisation_id, actor=actor, now=now)
        return outcome if outcome != "unchanged" else expertise

    return Importer("participant", _COLUMNS, store)


def organisation_values(participant: Participant) -> dict[str, Any]:
    """Return an organisation as a row of the import has it."""
    kind = guess_kind(participant.name)
    municipality = _municipality(participant) if kind == "municipality" else None
    region = None if municipality else participant.region
    return {
        "external_id": participant.external_id,
        "name": participant.name,
        "kind": kind,
        "cvr": participant.cvr,
        "region": region,
        "municipality": municipality,
        "aliases": tuple(participant.aliases),
    }


def _municipality(participant: Participant) -> str | None:
    """Return the code of "Aalborg Kommune", "Københavns Kommune", "Bornholms Regionskommune"."""
    place = participant.key.removesuffix("kommune").removesuffix("regions").strip()
    codes = {
        each.name.casefold().replace("-", " "): each.code for each in municipalities().values()
    }
    return codes.get(place) or codes.get(place.removesuffix("s"))


def _store_expertise(
    db: Database,
    participant: Participant,
    organisation_id: int,
    *,
    actor: Account,
    now: datetime,
) -> str:
    offer = Offer(
        kind="expertise",
        title=describe_title(participant),
        description=describe_experience(participant),
        past_projects=list_projects(participant),
        languages=("da",),
    )
    try:
        return upsert_imported(
            db,
            offer,
            Origin(SOURCE, participant.external_id),
            organisation_id=organisation_id,
            actor=actor,
            now=now,
            state="published",
            language="da",
        ).outcome
    except PatientDataFound as error:
        raise RowError(patient_data(error)) from error
    except InvalidProfileError as error:
        raise RowError(error.fields) from error
