"""Reading tables as they arrive: CSV from any spreadsheet program, XLSX, and JSON Lines.

The ending of the name decides. CSV may use comma, semicolon or tab, and UTF-8 with or without a
byte order mark, UTF-16 with one, or Windows-1252. Names of columns are read without regard to
capital letters, spaces and hyphens: "External ID" is ``external_id``.
"""

import codecs
import contextlib
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from matchmaker.lines import BadLine, read_json_lines

FORMATS = (".csv", ".xlsx", ".jsonl")
LONGEST_CELL = 1_000_000
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


class FileError(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Row:
    """One row of a file: where it stands, and its values by the name of the column."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Why a row, or one field of it, was not taken; never repeats what the field holds."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.reason}"


def read_rows(path: Path) -> Iterator[Row | Refusal]:
    """Yield the rows of a file in order, and a refusal for each that cannot be read.

    Raises
    ------
    FileError
        When the whole cannot be read: unknown ending, damaged workbook, doubled column.
    OSError
        When the file cannot be opened.
    """
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows, ".jsonl": _json_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileError(f"{path}: the name must end in {', '.join(FORMATS)}")
    yield from reader(path)


def _json_rows(path: Path) -> Iterator[Row | Refusal]:
    bad_lines: list[BadLine] = []
    for line, values in read_json_lines(path, on_bad_line=bad_lines.append):
        yield from _refusals(bad_lines)
        yield Row(line, {_column(name): value for name, value in values.items()})
    yield from _refusals(bad_lines)


def _refusals(bad_lines: list[BadLine]) -> Iterator[Refusal]:
    while bad_lines:
        bad = bad_lines.pop(0)
        yield Refusal(bad.line, "", bad.reason)


def _csv_rows(path: Path) -> Iterator[Row | Refusal]:
    csv.field_size_limit(LONGEST_CELL)
    text = _decoded(path)
    delimiter = _delimiter(text.partition("\n")[0])
    # Strings hand over line breaks within cells as they are, which csv asks for.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _table_rows(path, ((reader.line_num, cells) for cells in reader))
    except csv.Error as error:
        raise FileError(f"{path}, line {reader.line_num}: {error}") from error


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    has_mark = raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if has_mark else ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    raise FileError(f"{path}: letters are neither UTF-8 nor Windows-1252")


def _delimiter(header: str) -> str:
    """Return the sign that most often stands between the names of the columns."""
    return max(",;\t", key=header.count)


def _xlsx_rows(path: Path) -> Iterator[Row | Refusal]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise FileError(f"{path}: not a readable Excel workbook") from error
    try:
        sheet = workbook.worksheets[0]
        yield from _table_rows(path, enumerate(sheet.iter_rows(values_only=True), start=1))
    finally:
        workbook.close()


def _table_rows(path: Path, lines: Iterable[tuple[int, Iterable[Any]]]) -> Iterator[Row | Refusal]:
    """Turn rows of cells into rows by name; the first that is not empty names the columns."""
    header: list[str] | None = None
    for line, raw_cells in lines:
        cells = [_cell(cell) for cell in raw_cells]
        if not any(cells):
            continue
        if header is None:
            header = _header(path, cells)
        elif any(cells[len(header) :]):
            yield Refusal(line, "", "has more cells than there are columns")
        else:
            filled = zip(header, [*cells, *[""] * len(header)], strict=False)
            yield Row(line, {name: cell for name, cell in filled if name})


def _header(path: Path, cells: list[str]) -> list[str]:
    names = [_column(cell) for cell in cells]
    doubled = {name for name in names if name and names.count(name) > 1}
    if doubled:
        raise FileError(f"{path}: the column {min(doubled)} stands there twice")
    return names


def _column(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def _cell(value: Any) -> str:
    """Return the text of a cell as a person would write it; our own formula guard is taken off."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _GUARDED.sub("", str(value)).strip()
