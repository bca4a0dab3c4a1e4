"""Sections of the overview as they were last counted.

Whatever changes a number writes to the audit log in the same transaction, so that a section stays
as it is for as long as nothing was logged. Counting it takes a look at every suggestion of a year.
"""

from collections import OrderedDict
from datetime import date
from threading import Lock

from matchmaker.database import Database
from matchmaker.overview.figures import Table
from matchmaker.overview.scope import Scope
from matchmaker.overview.tables import read_section

#: The sections of some readers' hubs and periods; each holds the ids behind its numbers.
MOST_KEPT = 24
_Key = tuple[str, Scope, date]
_Tables = tuple[Table, ...]


class KeptSections:
    """Counts a section once for all readers until something is logged; safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[_Key, tuple[int, _Tables]] = OrderedDict()

    def read(self, db: Database, section: str, scope: Scope, *, today: date) -> _Tables:
        """Return what `read_section` does, from memory where that is the same.

        Raises
        ------
        KeyError
            When there is no such section.
        """
        # Read before the tables: what is logged between the two makes them old, never too young.
        newest = _newest_event(db)
        key = section, scope, today
        with self._lock:
            event, tables = self._kept.get(key, (None, ()))
            if event == newest:
                self._kept.move_to_end(key)
                return tables
        tables = read_section(db, section, scope, today=today)
        with self._lock:
            self._kept[key] = newest, tables
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return tables


def _newest_event(db: Database) -> int:
    (newest,) = db.execute("select coalesce(max(id), 0) from audit_event").fetchone()
    return int(newest)
