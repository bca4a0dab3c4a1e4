"""Finished projects become the organisations that took part, the same from any order of lines."""

import random
from pathlib import Path
from typing import Any

import pytest

from matchmaker.transfer.projects import (
    LONGEST_TEXT,
    Participant,
    describe_experience,
    describe_title,
    gather_participants,
    guess_kind,
    is_name,
    list_projects,
    same_name,
)
from matchmaker.transfer.reading import Refusal, Row, read_rows

DATA = Path(__file__).parents[3] / "shared" / "data"
REAL = DATA / "danish-projects-2007-2013.jsonl"


def project(number: int = 1, **values: Any) -> Row:
    return Row(
        number,
        {
            "id": f"P{number}",
            "title": f"Projekt {number}",
            "description": "Mindre tryk under den, der sidder.",
            "theme": "Innovation og videndeling",
            "region": "Nordjylland",
            "start": "10.08.2009",
            "end": "28.02.2012",
            "lead": "Aalborg Universitet",
            "lead_cvr": "29102384",
            "partners": ["Wolturnus A/S"],
            **values,
        },
    )


def gathered(*rows: Row | Refusal) -> dict[str, Participant]:
    participants, _ = gather_participants(rows)
    return {participant.name: participant for participant in participants}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DANFOSS A/S", "Danfoss"),
        ("A/S Kurt Hansen", "Kurt Hansen"),
        ("Karup Lufthavn A.M.B.A.", "Karup Lufthavn Amba"),
        ("FOA - Fag og Arbejde", "FOA Fag og Arbejde"),
        ("Den Erhvervsdrivende Fond Væksthus Sjælland", "Væksthus Sjælland"),
        ("JUNI 2009ApS", "JUNI 2009 ApS"),
        ("Bornholms Gymnasium & VUC", "Bornholms Gymnasium og VUC"),
    ],
)
def test_one_organisation_is_known_under_all_its_writings(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Danfoss A/S", "Danfoss Drives A/S"),
        ("Fonden for Entreprenørskab", "Foreningen til Entreprenørskab"),
        ("Dansk Metal Viborg", "Dansk Metal, Skive afdeling"),
        ("Has", "H"),
    ],
)
def test_different_organisations_stay_apart(one: str, other: str) -> None:
    assert same_name(one) != same_name(other)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Brønderslev kommune", "municipality"),
        ("Bornholms Regionskommune", "municipality"),
        ("COK - Kommuneuddannelse Fyn", "other"),
        ("Produktionsskolen i Herning Kommune", "other"),
        ("Odense Universitetshospital", "hospital"),
        ("University College Nordjylland", "research_institution"),
        ("Teknologisk Institut", "research_institution"),
        ("Den Selvejende Institution Kvadderkjær", "other"),
        ("Energiklyngecenter Sjælland", "cluster"),
        ("Nordic Seed a/s", "company"),
        ("Dansk Industri", "other"),
    ],
)
def test_the_kind_is_guessed_from_the_name(name: str, kind: str) -> None:
    assert guess_kind(name) == kind


@pytest.mark.parametrize(
    "name", ["ApS", "project", "Th", "v/ Rasmus Johnsen I/S", "4 - Østjylland"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    assert not is_name(name)
    _, refusals = gather_participants([project(3, partners=[name])])
    assert refusals == [Refusal(3, "partners", "is not the name of an organisation")]


def test_lead_and_partners_get_what_they_took_part_in() -> None:
    found = gathered(project(1), project(2, start="01.01.2011", partners=["WOLTURNUS A/S"]))
    company, university = found["Wolturnus A/S"], found["Aalborg Universitet"]
    assert [p.id for p in company.newest_first()] == ["P2", "P1"]
    assert company.aliases == ["WOLTURNUS A/S"]
    assert (company.cvr, company.region) == (None, None)
    assert (university.cvr, university.region) == ("29102384", "1081")
    assert list_projects(company).splitlines()[0].startswith("2011-2012 Projekt 2: Mindre tryk")
    assert "2 udviklingsprojekter" in describe_experience(company)
    assert "heraf 2 som leder" in describe_experience(university)


def test_a_number_that_is_no_cvr_number_or_one_of_many_is_left_out() -> None:
    assert gathered(project(lead_cvr="12345678"))["Aalborg Universitet"].cvr is None
    tied = gathered(project(1), project(2, lead_cvr="57607556"))
    assert tied["Aalborg Universitet"].cvr is None


def test_a_broken_line_is_refused_and_the_others_are_taken() -> None:
    rows = [project(1), Row(2, {"id": "P2"}), project(3, partners="Wolturnus"), Refusal(4, "", "x")]
    participants, refusals = gather_participants(rows)
    assert len(participants) == 2
    assert [refusal.line for refusal in refusals] == [2, 3, 4]


def test_a_long_list_of_projects_keeps_every_title_that_has_room() -> None:
    rows = [project(n, description="Lang tekst. " * 200, title=f"Titel {n}") for n in range(1, 90)]
    participant = gathered(*rows)["Aalborg Universitet"]
    text = list_projects(participant)
    assert len(text) <= LONGEST_TEXT
    assert len(describe_title(participant)) <= 90
    assert all(len(line) <= 460 for line in text.splitlines())


@pytest.mark.skipif(not REAL.is_file(), reason="the shared data folder is not on this machine")
def test_the_real_list_gives_a_thousand_organisations_in_any_order() -> None:
    rows = list(read_rows(REAL))
    participants, refusals = gather_participants(rows)
    assert 1_000 <= len(participants) <= 1_100
    assert len(refusals) < 20
    assert len({p.external_id for p in participants}) == len(participants)
    shuffled = random.Random(4).sample(rows, len(rows))
    again, _ = gather_participants(shuffled)
    assert [(p.name, p.cvr, list_projects(p)) for p in again] == [
        (p.name, p.cvr, list_projects(p)) for p in participants
    ]
