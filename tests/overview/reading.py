"""One table of the overview by its name."""

from datetime import date

from matchmaker.database import Database
from matchmaker.overview.figures import Table
from matchmaker.overview.scope import Scope
from matchmaker.overview.tables import SECTION_OF, read_section


def read_table(db: Database, name: str, scope: Scope, *, today: date) -> Table:
    tables = read_section(db, SECTION_OF[name], scope, today=today)
    return next(table for table in tables if table.name == name)
