"""Imports take the good rows, tell why others are refused, and can be repeated."""

import json
from pathlib import Path
from typing import Any

import pytest

from matchmaker.database import Database
from matchmaker.spreadsheet import safe_cell
from matchmaker.transfer.columns import periods, read_columns, truth
from matchmaker.transfer.exporting import export_table
from matchmaker.transfer.importing import Importer, Report, import_rows
from matchmaker.transfer.nouns import OPERATOR, capability_importer, need_importer
from matchmaker.transfer.organisation_rows import COLUMNS, organisation_importer
from matchmaker.transfer.reading import Row, read_rows
from tests.factories import NOW, make_hub

ORGANISATIONS: list[dict[str, Any]] = [
    {"external_id": "aadal", "name": "Ådal", "kind": "municipality", "region": "Syddanmark"},
    {"external_id": "pleje", "name": "Hjemmeplejen", "kind": "department", "parent": "aadal"},
    {"external_id": "fynbo", "name": "Fynbo ApS", "kind": "company", "cvr": "13 58 56 28",
     "municipality": "Odense", "aliases": "Fynbo Tech; Gl. Fynbo"},
]  # fmt: skip
NEED = {
    "external_id": "n1",
    "organisation": "pleje",
    "problem": "Vi finder borgerne på gulvet, når de har ligget der i timer.",
}
CAPABILITY = {
    "external_id": "c1",
    "organisation": "13585628",
    "kind": "solution",
    "description": "A floor mat that notices a fall and calls the nearest carer.",
    "trl": "8",
    "ce_marked": "ja",
    "markets": "dk; se",
    "free_periods": "2027-01-04/2027-03-31 only mornings",
}


def imported(db: Database, importer: Importer, *rows: dict[str, Any], **how: bool) -> Report:
    listed = [Row(line, row) for line, row in enumerate(rows, start=2)]
    return import_rows(db, importer, listed, **how)


@pytest.fixture
def organisations(memory_db: Database) -> Report:
    make_hub(memory_db)
    importer = organisation_importer("test", actor=OPERATOR, now=NOW)
    return imported(memory_db, importer, *ORGANISATIONS)


@pytest.fixture
def needs() -> Importer:
    return need_importer("test", actor=OPERATOR, now=NOW)


@pytest.fixture
def capabilities() -> Importer:
    return capability_importer("test", actor=OPERATOR, now=NOW)


def content(db: Database) -> list[dict[str, Any]]:
    tables = ("organisation", "need", "capability", "capability_period", "need_version")
    return [row for table in tables for row in db.rows(f"select * from {table}")]


def test_organisations_are_read_with_their_place_and_names(
    memory_db: Database, organisations: Report
) -> None:
    assert (organisations.outcomes, organisations.refusals) == ({"created": 3}, [])
    company = memory_db.first("select * from organisation where external_id = 'fynbo'") or {}
    assert (company["cvr"], company["region"]) == ("13585628", "1083")
    assert json.loads(company["aliases"]) == ["Fynbo Tech", "Gl. Fynbo"]
    department = memory_db.first("select parent_id from organisation where external_id = 'pleje'")
    assert department
    assert department["parent_id"]


def test_a_second_import_changes_nothing(
    memory_db: Database, organisations: Report, needs: Importer, capabilities: Importer
) -> None:
    assert organisations.accepted == 3
    for importer, row in ((needs, NEED), (capabilities, CAPABILITY)):
        assert imported(memory_db, importer, row).outcomes == {"created": 1}
        before = content(memory_db)
        assert imported(memory_db, importer, row).outcomes == {"unchanged": 1}
        assert content(memory_db) == before
        changed = {**row, "title": "En anden titel"}
        assert imported(memory_db, importer, changed).outcomes == {"changed": 1}


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"problem": ""}, "problem", "must not be empty"),
        ({"external_id": None}, "external_id", "must not be empty"),
        ({"problem": ["a"]}, "problem", "must be text"),
        ({"approaches_per_month": "many"}, "approaches_per_month", "whole number from 1 to 20"),
        ({"show_organisation": "perhaps"}, "show_organisation", "true or false"),
        ({"language": "fi"}, "language", "must be one of"),
        ({"organisation": "nobody"}, "organisation", "is not an organisation here"),
        ({"organisation": "fynbo"}, "organisation", "a company registers capabilities"),
        ({"problem": "Pt. 010203-1234 falder"}, "problem", "holds patient data (01••••-••••)"),
        ({"approach": "ring om 0102031234"}, "approach", "holds patient data"),
        ({"title": "x" * 201}, "title", "is too long"),
    ],
)
def test_a_refused_row_is_told_with_line_column_and_reason(
    memory_db: Database,
    organisations: Report,
    needs: Importer,
    values: dict[str, Any],
    column: str,
    reason: str,
) -> None:
    report = imported(memory_db, needs, NEED, {**NEED, "external_id": "n2", **values})
    assert report.outcomes == {"created": 1, "refused": 1}
    (refusal,) = report.refusals
    assert (refusal.line, refusal.column) == (3, column)
    assert reason in refusal.reason
    assert "0102031234" not in str(report.refusals)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"cvr": "13585629"}, "cvr"),
        ({"kind": "shop"}, "kind"),
        ({"parent": "aadal"}, "parent"),
        ({"kind": "department"}, "parent"),
        ({"kind": "department", "parent": "fynbo"}, "parent"),
        ({"region": "Jylland"}, "region"),
        ({"municipality": "9999"}, "municipality"),
        ({"website": "no address"}, "website"),
        ({"country": "XX"}, "country"),
        ({"description": "CPR 010203-1234"}, "description"),
    ],
)
def test_wrong_organisations_are_refused(
    memory_db: Database, organisations: Report, values: dict[str, Any], column: str
) -> None:
    importer = organisation_importer("test", actor=OPERATOR, now=NOW)
    row = {"external_id": "new", "name": "Ny", "kind": "company", **values}
    report = imported(memory_db, importer, row)
    assert [refusal.column for refusal in report.refusals] == [column]


def test_an_external_id_that_stands_twice_is_taken_once(
    memory_db: Database, organisations: Report, needs: Importer
) -> None:
    report = imported(memory_db, needs, NEED, {**NEED, "problem": "Noget andet, der ikke virker."})
    assert report.outcomes == {"created": 1, "refused": 1}
    assert str(report.refusals[0]) == "line 3, external_id: stands in line 2 already"


def test_all_or_nothing_and_a_dry_run_store_nothing(
    memory_db: Database, organisations: Report, needs: Importer
) -> None:
    before = content(memory_db)
    bad = {**NEED, "external_id": "n2", "problem": ""}
    for how, rows in (({"all_or_nothing": True}, [NEED, bad]), ({"dry_run": True}, [NEED])):
        report = imported(memory_db, needs, *rows, **how)
        assert not report.was_stored
        assert report.outcomes["created"] == 1
        assert content(memory_db) == before
    assert imported(memory_db, needs, NEED, all_or_nothing=True).was_stored


def test_capabilities_are_read_with_facts_and_free_periods(
    memory_db: Database, organisations: Report, capabilities: Importer
) -> None:
    assert imported(memory_db, capabilities, CAPABILITY).refusals == []
    row = memory_db.first("select * from capability") or {}
    assert (row["trl"], row["ce_marked"], json.loads(row["markets"])) == (8, 1, ["DK", "SE"])
    period = memory_db.first("select * from capability_period") or {}
    assert (period["starts_on"], period["note"]) == ("2027-01-04", "only mornings")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_an_export_can_be_imported_and_changes_nothing(
    memory_db: Database,
    organisations: Report,
    needs: Importer,
    capabilities: Importer,
    tmp_path: Path,
    ending: str,
) -> None:
    imported(memory_db, needs, {**NEED, "tried": '=1+1 er ikke nok;\n"slet" ikke'})
    imported(memory_db, capabilities, CAPABILITY)
    importers = {
        "organisations": organisation_importer("test", actor=OPERATOR, now=NOW),
        "needs": needs,
        "capabilities": capabilities,
    }
    for what, importer in importers.items():
        path = tmp_path / f"{what}.{ending}"
        export_table(memory_db, what, path)
        rows = [row for row in read_rows(path) if isinstance(row, Row)]
        known = [row for row in rows if row.values["external_id"]]
        report = import_rows(memory_db, importer, known)
        assert set(report.outcomes) == {"unchanged"}, report.refusals


def test_no_cell_of_an_export_starts_a_formula() -> None:
    for start in ("=", "+", "-", "@", "\t", "\r"):
        assert safe_cell(f"{start}cmd|' /C calc'!A0").startswith("'")
    assert safe_cell("ordinary\x00 text\ud800") == "ordinary text"


def test_values_that_are_missing_are_left_out() -> None:
    values, refusals = read_columns(Row(1, {"external_id": "a"}), COLUMNS)
    assert values == {"external_id": "a"}
    assert [refusal.column for refusal in refusals] == ["name", "kind"]
    assert (truth("Ja"), truth(False), truth("0")) == (True, False, False)
    with pytest.raises(ValueError, match="ends before it begins"):
        periods("2027-03-01/2027-01-01")
