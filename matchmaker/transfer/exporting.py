"""Writes tables to files that people open in a spreadsheet and that import reads again."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from matchmaker.audit.log import list_all_events
from matchmaker.capabilities import queries as capability_queries
from matchmaker.database import Database
from matchmaker.matching.artefacts import replaced
from matchmaker.needs import queries as need_queries
from matchmaker.spreadsheet import safe_cell, to_csv, to_xlsx
from matchmaker.transfer import nouns, organisation_rows
from matchmaker.transfer.columns import OWN_COLUMNS, Column
from matchmaker.transfer.reading import FORMATS, FileError

Table = list[dict[str, Any]]


def export_table(db: Database, what: str, path: Path) -> int:
    """Write one table and return how many rows it has; the file is whole or not there.

    Raises
    ------
    FileError
        When the ending is none that we write.
    """
    writers: dict[str, Callable[[Path, Table], None]] = {
        ".csv": _write_csv,
        ".xlsx": _write_xlsx,
        ".jsonl": _write_json_lines,
    }
    write = writers.get(path.suffix.lower())
    if write is None:
        raise FileError(f"{path}: the name must end in {', '.join(FORMATS)}")
    table = _TABLES[what](db)
    with replaced(path) as draft:
        write(draft, table)
    return len(table)


def _needs(db: Database) -> Table:
    return _chosen(need_queries.list_for_export(db), nouns.NEED_COLUMNS)


def _capabilities(db: Database) -> Table:
    return _chosen(capability_queries.list_for_export(db), nouns.CAPABILITY_COLUMNS)


def _chosen(rows: Iterable[dict[str, Any]], columns: tuple[Column, ...]) -> Table:
    """Return the columns that import reads, then our own id and dates."""
    names = [*(column.name for column in columns), *OWN_COLUMNS]
    named = ({**row, "organisation": row["organisation_name"], **_free(row)} for row in rows)
    return [{name: row[name] for name in names} for row in named]


def _free(row: dict[str, Any]) -> dict[str, Any]:
    """Return free periods with the names that import reads."""
    free = row.get("free_periods", ())
    return {
        "free_periods": [
            {"from": each["starts_on"], "until": each["ends_on"], "note": each["note"]}
            for each in free
        ]
    }


def _audit(db: Database) -> Table:
    return [
        {
            "id": event.id,
            "at": event.at,
            "actor_id": event.actor_id,
            "action": event.action,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "from_state": event.from_state,
            "to_state": event.to_state,
            "detail": event.detail,
        }
        for event in list_all_events(db)
    ]


_TABLES: dict[str, Callable[[Database], Table]] = {
    "organisations": organisation_rows.list_for_export,
    "needs": _needs,
    "capabilities": _capabilities,
    "audit": _audit,
}


def _write_json_lines(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in table:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_csv(path: Path, table: Table) -> None:
    path.write_bytes(to_csv(_cells(table)))


def _write_xlsx(path: Path, table: Table) -> None:
    path.write_bytes(to_xlsx(_cells(table)))


def _cells(table: Table) -> list[list[str]]:
    header = list(table[0]) if table else []
    return [header, *([safe_cell(value) for value in row.values()] for row in table)]
