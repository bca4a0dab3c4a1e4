"""Takes rows into the database: the good ones, each refused one with its reason.

Rows are stored in batches of one transaction each. An import that was killed is simply started
again: rows are known by their external id, and one that is stored already is left unchanged.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from matchmaker.database import Database
from matchmaker.transfer.columns import Column, read_columns
from matchmaker.transfer.reading import Refusal, Row

BATCH = 200
KEY = "external_id"


class RowError(Exception):
    """A row cannot be stored; `reasons` are its columns, each with what is wrong."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {reason}" for name, reason in reasons.items()))
        self.reasons = reasons


@dataclass(frozen=True)
class Importer:
    """How rows of one kind are read and stored.

    `store` returns ``created``, ``changed`` or ``unchanged``, and raises a :class:`RowError`
    when the row breaks a rule; it has then stored nothing.
    """

    noun: str
    columns: tuple[Column, ...]
    store: Callable[[Database, dict[str, Any]], str]


@dataclass
class Report:
    """What became of a file."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    was_stored: bool = True

    @property
    def accepted(self) -> int:
        """How many rows were good."""
        return sum(self.outcomes.values()) - self.outcomes["refused"]


class _UndoneError(Exception):
    """Takes back everything that was stored since the outermost ``atomic``."""


def import_rows(
    db: Database,
    importer: Importer,
    rows: Sequence[Row | Refusal],
    *,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    on_progress: Callable[[int], object] = lambda _count: None,
) -> Report:
    """Store the rows and return what became of each.

    With `dry_run` nothing is stored, with `all_or_nothing` only when no row is refused; the
    report then says what would have been.
    """
    run = _Run(db, importer, on_progress)
    if not (dry_run or all_or_nothing):
        run.store_in_batches(rows)
        return run.report
    try:
        with db.atomic():
            run.store_in_batches(rows)
            if dry_run or run.report.refusals:
                raise _UndoneError
    except _UndoneError:
        run.report.was_stored = False
    return run.report


class _Run:
    """One import under way."""

    def __init__(
        self, db: Database, importer: Importer, on_progress: Callable[[int], object]
    ) -> None:
        self.report = Report()
        self._db = db
        self._importer = importer
        self._on_progress = on_progress
        self._first_lines: dict[str, int] = {}

    def store_in_batches(self, rows: Sequence[Row | Refusal]) -> None:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            with self._db.atomic():
                for row in batch:
                    self._take(row)
            self._on_progress(len(batch))

    def _take(self, row: Row | Refusal) -> None:
        refusals = list(self._store(row))
        if refusals:
            self.report.refusals.extend(refusals)
            self.report.outcomes["refused"] += 1

    def _store(self, row: Row | Refusal) -> Iterator[Refusal]:
        if isinstance(row, Refusal):
            yield row
            return
        values, refusals = read_columns(row, self._importer.columns)
        first_line = self._first_lines.setdefault(values.get(KEY, ""), row.line)
        if values.get(KEY) and first_line != row.line:
            refusals.append(Refusal(row.line, KEY, f"stands in line {first_line} already"))
        if refusals:
            yield from refusals
            return
        try:
            self.report.outcomes[self._importer.store(self._db, values)] += 1
        except RowError as error:
            for column, reason in error.reasons.items():
                yield Refusal(row.line, column, reason)
