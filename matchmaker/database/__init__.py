"""The one place that connects to the database.

>>> db = open_database(":memory:")
>>> with db.atomic():
...     _ = db["setting"].insert({"name": "colour", "value": "green"})
>>> db.execute("select value from setting where name = 'colour'").fetchone()[0]
'green'
"""

import contextlib
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any

import sqlite_utils

from matchmaker.database.migrations import migrations

BUSY_TIMEOUT_SECONDS = 10.0


class Database(sqlite_utils.Database):
    """A sqlite-utils database whose transactions take the write lock at once.

    With SQLite's deferred default a transaction that reads first and writes later fails when
    somebody else wrote in between, however long it is willing to wait.
    """

    @contextlib.contextmanager
    def atomic(self) -> Generator["Database", None, None]:
        if self.conn.in_transaction:
            with super().atomic():
                yield self
            return
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            with super().atomic():
                yield self
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def __getitem__(self, table_name: str) -> sqlite_utils.db.Table:
        """Return a table; there are no views, so that every result can be written to."""
        return self.table(table_name)

    def rows(
        self, sql: str, parameters: dict[str, Any] | tuple[Any, ...] = ()
    ) -> list[dict[str, Any]]:
        return list(self.query(sql, parameters))

    def first(
        self, sql: str, parameters: dict[str, Any] | tuple[Any, ...] = ()
    ) -> dict[str, Any] | None:
        return next(iter(self.query(sql, parameters)), None)

    def insert_row(self, table_name: str, row: dict[str, Any]) -> int:
        """Insert one row and return its id."""
        key: Any = self[table_name].insert(row).last_pk
        return int(key)


def open_database(path: Path | str) -> Database:
    """Return a connection with foreign keys on, WAL, a busy timeout and every migration applied.

    ``":memory:"`` gives a private database for tests. The folder of `path` must exist.
    """
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: an answered yes must survive a power cut, not only a killed process.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    db = Database(connection)
    if migrations.pending(db):
        # Two processes may start at once: the second waits here and then finds nothing pending.
        with db.atomic():
            migrations.apply(db)
    return db
