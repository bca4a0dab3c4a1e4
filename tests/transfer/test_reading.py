"""Tables are read as spreadsheet programs write them, and bad rows are named by their line."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from matchmaker.transfer.reading import FileError, Refusal, Row, read_rows

TABLE = 'External ID,Name\r\n1,Ådal Kommune\r\n2,"Lægerne, Havnen"\r\n'


def written(folder: Path, content: bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_usual_writing(tmp_path: Path, encoding: str, delimiter: str) -> None:
    table = f"External ID{delimiter}Name\r\n1{delimiter}Ådal Kommune\r\n"
    rows = list(read_rows(written(tmp_path, table.encode(encoding))))
    assert rows == [Row(2, {"external_id": "1", "name": "Ådal Kommune"})]


def test_a_quoted_cell_may_hold_delimiters_and_line_breaks(tmp_path: Path) -> None:
    table = 'external_id,problem\n1,"To linjer,\nog et komma"\n\n2,kort\n'
    rows = list(read_rows(written(tmp_path, table.encode())))
    assert rows == [
        Row(3, {"external_id": "1", "problem": "To linjer,\nog et komma"}),
        Row(5, {"external_id": "2", "problem": "kort"}),
    ]


def test_missing_cells_are_empty_and_surplus_cells_refuse_the_row(tmp_path: Path) -> None:
    rows = list(read_rows(written(tmp_path, b"a,b\n1\n1,2,3\n")))
    assert rows == [
        Row(2, {"a": "1", "b": ""}),
        Refusal(3, "", "has more cells than there are columns"),
    ]


def test_the_guard_of_our_own_export_is_taken_off(tmp_path: Path) -> None:
    rows = list(read_rows(written(tmp_path, b"a,b\n'=1+1,'tis\n")))
    assert rows == [Row(2, {"a": "=1+1", "b": "'tis"})]


def test_a_workbook_is_read_with_its_line_numbers(tmp_path: Path) -> None:
    workbook = Workbook()
    for cells in (["external_id", "trl", "ce_marked"], [], [7.0, 9, True], [None, None, None]):
        workbook.active.append(cells)
    workbook.save(tmp_path / "rows.xlsx")
    assert list(read_rows(tmp_path / "rows.xlsx")) == [
        Row(3, {"external_id": "7", "trl": "9", "ce_marked": "true"})
    ]


def test_broken_json_refuses_its_line_alone(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"a": 1}\n{"a": \n{"A": [2]}\n', "rows.jsonl")
    first, bad, last = read_rows(path)
    assert (first, last) == (Row(1, {"a": 1}), Row(3, {"a": [2]}))
    assert isinstance(bad, Refusal)
    assert bad.line == 2
    assert "not JSON" in bad.reason


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.txt", b"a\n", "must end in"),
        ("rows.xlsx", b"no workbook", "not a readable Excel workbook"),
        ("rows.csv", b"a,A\n1,2\n", "stands there twice"),
        ("rows.csv", b'a\n"1\n', "line 2"),
        ("rows.csv", b"a\n\x81\xe6\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(FileError, match=message):
        list(read_rows(written(tmp_path, content, name)))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert list(read_rows(written(tmp_path, b""))) == []
