"""What the columns of a file are called, what they may hold, and how a cell is read.

The same columns are written by ``matchmaker export``, so that an export can be imported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.transfer.reading import Refusal, Row

TRUE_WORDS = ("true", "yes", "ja", "1", "x")
FALSE_WORDS = ("false", "no", "nej", "0")
#: What export adds for people; import passes over it.
OWN_COLUMNS = ("id", "created_at", "published_at", "expires_at")


@dataclass(frozen=True)
class Column:
    """One column: `read` returns its value or raises a ValueError that says what it may hold."""

    name: str
    meaning: str
    read: Callable[[Any], Any]
    required: bool = False


def read_columns(row: Row, columns: tuple[Column, ...]) -> tuple[dict[str, Any], list[Refusal]]:
    """Return what the row says, empty cells left out, and what is wrong with it."""
    values: dict[str, Any] = {}
    refusals: list[Refusal] = []
    for column in columns:
        raw = row.values.get(column.name)
        if raw is None or raw in ("", []):
            if column.required:
                refusals.append(Refusal(row.line, column.name, "must not be empty"))
            continue
        try:
            values[column.name] = column.read(raw)
        except ValueError as error:
            refusals.append(Refusal(row.line, column.name, str(error)))
    return values, refusals


def unknown_columns(rows: list[Row], columns: tuple[Column, ...]) -> list[str]:
    """Return what the file has and nobody reads, so that a mistyped name is noticed."""
    present = {name for row in rows for name in row.values}
    return sorted(present - {column.name for column in columns} - set(OWN_COLUMNS))


def text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be text")
    return str(value).strip()


def truth(value: Any) -> bool:
    word = text(str(value).lower() if isinstance(value, bool) else value).lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("must be true or false")


def whole_number(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        words = text(value)
        if not words.isdecimal() or not least <= int(words) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(words)

    return read


def one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        word = text(value).lower()
        if word not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return word

    return read


def named(codes: Mapping[str, str]) -> Callable[[Any], str]:
    """Read a code or the name it stands for; `codes` has the names by code."""
    by_name = {name.casefold(): code for code, name in codes.items()}

    def read(value: Any) -> str:
        word = text(value)
        if word in codes or word.zfill(4) in codes:
            return word if word in codes else word.zfill(4)
        if word.casefold() not in by_name:
            raise ValueError("must be a code or a name of the reference list")
        return by_name[word.casefold()]

    return read


def several(read_one: Callable[[Any], str] = text) -> Callable[[Any], list[str]]:
    """Read a list: of JSON, or in one cell with semicolons between."""

    def read(value: Any) -> list[str]:
        parts = value if isinstance(value, list) else text(value).split(";")
        return [read_one(part) for part in parts if part not in ("", None)]

    return read


def countries(value: Any) -> list[str]:
    codes = [part.strip().upper() for part in several()(value)]
    if not all(len(code) == 2 and code.isalpha() for code in codes):
        raise ValueError("must be ISO codes of countries, such as DK;SE")
    return codes


def periods(value: Any) -> list[dict[str, str]]:
    """Read ``2027-01-04/2027-03-31 only mornings; …`` or a list of {from, until, note}."""
    parts = value if isinstance(value, list) else text(value).split(";")
    return [_period(part) for part in parts if part]


def _period(part: Any) -> dict[str, str]:
    if isinstance(part, str):
        days, _, note = part.strip().partition(" ")
        first, _, last = days.partition("/")
        part = {"from": first, "until": last, "note": note}
    if not isinstance(part, dict) or not all(isinstance(each, str) for each in part.values()):
        raise ValueError("must be periods such as 2027-01-04/2027-03-31")
    try:
        first_day = date.fromisoformat(part.get("from", ""))
        last_day = date.fromisoformat(part.get("until", ""))
    except ValueError as error:
        raise ValueError("must be periods such as 2027-01-04/2027-03-31") from error
    if last_day < first_day:
        raise ValueError("has a period that ends before it begins")
    note = part.get("note", "").strip()
    return {"from": first_day.isoformat(), "until": last_day.isoformat(), "note": note}
