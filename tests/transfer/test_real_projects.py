"""A thousand real organisations: imported twice with the same result, and found again."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.capabilities.actions import CAPABILITIES
from matchmaker.cli import main
from matchmaker.database import Database, open_database
from matchmaker.profiles.finding import rank
from matchmaker.transfer.projects import same_name
from matchmaker.transfer.reading import Row, read_rows

REAL = Path(__file__).parents[3] / "shared" / "data" / "danish-projects-2007-2013.jsonl"
FIRST_PAGE = 20

pytestmark = pytest.mark.skipif(not REAL.is_file(), reason="the list of projects is not here")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    _import(folder)
    return folder


def test_a_second_import_changes_nothing(imported: Path) -> None:
    before = _content(imported)
    assert "0 created, 0 changed" in _import(imported)
    assert _content(imported) == before
    assert 1_000 <= len(before) <= 1_100


def test_a_search_finds_the_partners_of_the_pressure_ulcer_project(imported: Path) -> None:
    project = next(
        row.values
        for row in read_rows(REAL)
        if isinstance(row, Row) and "tryksår" in row.values["title"].lower()
    )
    took_part = {same_name(name) for name in (project["lead"], *project["partners"])}
    with open_database(imported / "matchmaker.db") as db:
        found = rank(db, CAPABILITIES, "projekt om tryksår hos kørestolsbrugere")[:FIRST_PAGE]
        names = {same_name(name) for name in _names(db, found)}
    assert took_part <= names


def _import(folder: Path) -> str:
    result = CliRunner().invoke(
        main, ["import", "projects", str(REAL)], env={"MATCHMAKER_DATA": str(folder)}
    )
    assert result.exception is None or result.exit_code == 0, result.output
    return result.output


def _content(folder: Path) -> list[tuple[object, ...]]:
    with open_database(folder / "matchmaker.db") as db:
        return [
            tuple(row.values())
            for row in db.rows(
                "select o.id, o.kind, o.name, o.cvr, o.region, c.id, c.title, c.past_projects,"
                " c.version from organisation o join capability c on c.organisation_id = o.id"
                " order by o.id"
            )
        ]


def _names(db: Database, capability_ids: list[int]) -> list[str]:
    return [
        row["name"]
        for capability_id in capability_ids
        for row in db.rows(
            "select o.name from capability c join organisation o on o.id = c.organisation_id"
            " where c.id = ?",
            (capability_id,),
        )
    ]
