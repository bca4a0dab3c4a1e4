"""The pages of the overview: who reads them, what opens behind a number, which files there are."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copy
from xml.etree.ElementTree import Element

import openpyxl
import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.config import Settings
from matchmaker.database import Database
from matchmaker.overview.tables import SECTIONS
from tests.conftest import text_of

SVG = "{http://www.w3.org/2000/svg}"
#: All that the generated hub has, whatever the day on which the tests run.
EVERYTHING = "from=2024-01-01&to=2026-11-23&hub=all"
Page = Callable[..., Element]


@pytest.fixture
def settings(settings: Settings, hub_file: Path) -> Settings:
    settings.data_folder.mkdir(parents=True)
    copy(hub_file, settings.database_path)
    return replace(settings)


@pytest.fixture
def manager(db: Database, sign_in: Callable[[Account], None]) -> Account:
    row = db.first("select id from account where email like 'hub-manager@%'")
    assert row is not None
    account = get_account(db, row["id"])
    sign_in(account)
    return account


def _links(tree: Element) -> list[str]:
    return [a.get("href", "") for a in tree.iter() if a.tag.endswith("a")]


def _tables(tree: Element) -> list[Element]:
    return [element for element in tree.iter() if element.get("class") == "table numbers"]


@pytest.mark.parametrize("section", list(SECTIONS))
def test_a_section_has_a_picture_with_its_words_and_its_table(
    section: str, manager: Account, page: Page
) -> None:
    tree = page(f"/overview/{section}?{EVERYTHING}")
    pictures = [e for e in tree.iter() if e.get("role") == "img" and e.tag.endswith("svg")]
    assert len(pictures) == len(_tables(tree)) == len(SECTIONS[section])
    for picture in pictures:
        named = {e.get("id"): text_of(e) for e in picture if e.get("id")}
        assert all(named[key] for key in (picture.get("aria-labelledby") or "").split())
        assert not [e for e in picture.iter() if e.get("style")]


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_number_opens_a_list_of_that_length(
    section: str, manager: Account, page: Page, client: FlaskClient
) -> None:
    tree = page(f"/overview/{section}?{EVERYTHING}")
    numbers = {
        a.get("href", ""): int(text_of(a).replace(".", ""))
        for table in _tables(tree)
        for a in table.iter()
        if a.tag.endswith("a")
    }
    assert numbers
    for address, number in list(numbers.items())[:: max(1, len(numbers) // 12)]:
        body = client.get(f"{address}&lang=en").get_data(as_text=True)
        assert f"{number:,} behind this number" in body, address
        assert body.count('<th scope="row"') == min(number, 50)
    page(next(iter(numbers)))


def test_what_a_number_counts_can_be_opened_by_who_reads_it(
    manager: Account, page: Page, client: FlaskClient
) -> None:
    for what in ("funnel/proposed/suggestions", "funnel/proposed/needs", "losses/price/closed",
                 "funnel/proposed/collaborations", "regions/1083/organisations",
                 "regions/1083/capabilities"):  # fmt: skip
        rows = [a for a in _links(page(f"/overview/{what}?{EVERYTHING}")) if re.search(r"/\d+$", a)]
        if rows:
            assert client.get(rows[0]).status_code == 200, rows[0]


def test_the_files_have_the_numbers_of_the_table(
    manager: Account, page: Page, client: FlaskClient
) -> None:
    csv = client.get(f"/overview/losses.csv?{EVERYTHING}&lang=en")
    lines = csv.get_data().decode("utf-8-sig").splitlines()
    assert csv.headers["Content-Disposition"].endswith('.csv"')
    xlsx = client.get(f"/overview/losses.xlsx?{EVERYTHING}&lang=en").get_data()
    rows = list(openpyxl.load_workbook(io.BytesIO(xlsx)).active.iter_rows(values_only=True))
    shown = [[text_of(cell) for cell in row] for row in _tables(
        page(f"/overview/losses?{EVERYTHING}"))[0].iter() if row.tag.endswith("tr")]  # fmt: skip
    assert len(lines) == len(rows) == len(shown) > 5
    for line, row, cells in zip(lines[1:], rows[1:], shown[1:], strict=True):
        assert line.split(";")[1:] == [str(value) for value in row[1:]] == cells[1:]


def test_files_hold_no_formula(
    manager: Account, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "matchmaker.overview.labels.row_name", lambda _table, _key: '=HYPERLINK("evil")'
    )
    csv = client.get(f"/overview/losses.csv?{EVERYTHING}").get_data(as_text=True)
    assert "'=HYPERLINK" in csv
    xlsx = client.get(f"/overview/losses.xlsx?{EVERYTHING}").get_data()
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_first_page_is_of_the_readers_own_hub_and_the_last_year(
    manager: Account, client: FlaskClient
) -> None:
    answer = client.get("/overview", follow_redirects=True)
    chosen = re.search(r'<option value="(\w+)" selected>', answer.get_data(as_text=True))
    assert chosen is not None
    assert int(chosen[1]) == manager.hub_ids[0]


@pytest.mark.parametrize(
    "address",
    ["nothing", "nothing.csv", "funnel/nowhere/suggestions", "funnel/suggested/nobody",
     "nothing/suggested/suggestions"],
)  # fmt: skip
def test_what_is_no_table_is_not_found(address: str, manager: Account, client: FlaskClient) -> None:
    assert client.get(f"/overview/{address}").status_code == 404


@pytest.mark.parametrize("query", ["from=x&to=2026-99-01", "from=0001-01-01", "hub=999&page=-3"])
def test_a_strange_filter_falls_back_on_the_usual(
    query: str, manager: Account, client: FlaskClient
) -> None:
    assert client.get(f"/overview/funnel?{query}").status_code == 200
    assert client.get(f"/overview/funnel/suggested/needs?{query}").status_code == 200


def test_others_than_hub_staff_do_not_read_it(
    db: Database, sign_in: Callable[[Account], None], client: FlaskClient
) -> None:
    row = db.first("select owner_id from capability limit 1")
    assert row is not None
    sign_in(get_account(db, row["owner_id"]))
    for path in ("funnel", "funnel/suggested/suggestions", "funnel.csv"):
        assert client.get(f"/overview/{path}").status_code == 403
