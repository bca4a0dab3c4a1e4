"""Tables as files that spreadsheet programs open, and that no cell can make them calculate."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

#: What a table can be downloaded as, with the type that a browser is told.
MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Signs that XML, and with it XLSX, cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_file(header: Sequence[str], rows: Iterable[Sequence[Any]], kind: str) -> bytes:
    """Return a table as the content of a CSV or XLSX file; every cell is a safe one.

    Raises
    ------
    ValueError
        When `kind` is neither ``csv`` nor ``xlsx``.
    """
    if kind not in MIMETYPES:
        raise ValueError(f"{kind!r} is no kind of table file")
    cells = [[safe_cell(value) for value in row] for row in (header, *rows)]
    return to_csv(cells) if kind == "csv" else to_xlsx(cells)


def to_csv(cells: Iterable[Sequence[object]]) -> bytes:
    """Return CSV with a byte order mark and semicolons, which Danish programs expect."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(cells)
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(cells: Sequence[Sequence[object]]) -> bytes:
    import tablib

    header, *rows = cells
    content: bytes = tablib.Dataset(*rows, headers=header).export("xlsx", escape=True)
    return content


def safe_cell(value: Any) -> str:
    """Return what stands in a cell; what a spreadsheet would take for a formula is quoted.

    >>> safe_cell("=1+1"), safe_cell(["da", "en"]), safe_cell(True), safe_cell(None)
    ("'=1+1", 'da;en', 'true', '')
    """
    text = _UNWRITABLE.sub("", _text(value))
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, list | tuple):
        return ";".join(_period(part) if isinstance(part, dict) else str(part) for part in value)
    return str(value)


def _period(period: dict[str, str]) -> str:
    """Return a free period as import reads it."""
    note = period["note"].replace(";", ",")
    return f"{period['from']}/{period['until']} {note}".strip()
