"""A whole copy of the database, taken while others write."""

import contextlib
import os
import sqlite3
from pathlib import Path

from matchmaker.database import Database


class DamagedCopyError(OSError):
    """The copy did not pass SQLite's integrity check and was removed."""


def back_up(db: Database, path: Path) -> int:
    """Write a consistent copy to `path` and return its size in bytes.

    The copy appears under its name only when it is complete and checked; it is readable by its
    owner alone, because it holds what people wrote in confidence.

    Raises
    ------
    DamagedCopyError
        When the copy is damaged; a file that was there before is left as it was.
    """
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            db.conn.backup(copy)
            copy.execute("pragma journal_mode = delete")
            verdict = copy.execute("pragma integrity_check").fetchone()[0]
        if verdict != "ok":
            raise DamagedCopyError(0, f"the copy is damaged: {verdict}", str(path))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path.stat().st_size
