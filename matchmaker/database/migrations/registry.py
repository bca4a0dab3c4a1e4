"""Where every change of the schema registers itself, in the order in which they are applied."""

import sqlite3

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("matchmaker")


def execute_each(db: sqlite_utils.Database, script: str) -> None:
    """Run the statements one by one: ``executescript`` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""
