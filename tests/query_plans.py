"""What SQLite says of the way in which it finds rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from matchmaker.database import Database


@contextmanager
def no_scan_of(db: Database, table: str) -> Iterator[None]:
    """Fail when a question that is asked inside reads all rows of the table."""
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    yield
    db.conn.set_trace_callback(None)
    about = [each for each in asked if table in each and each.lstrip()[:6] in ("select", "update")]
    assert about
    for question in about:
        steps = [row["detail"] for row in db.rows(f"explain query plan {question}")]
        assert not [step for step in steps if step.startswith(f"SCAN {table}")], question
