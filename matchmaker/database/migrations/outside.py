"""Conflicts of interest that were declared by one side of the other."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m038_outside_declarations(db: sqlite_utils.Database) -> None:
    """Beside the conflict, because looking at one ranks nothing anew as a change of it does."""
    execute_each(
        db,
        """
        create table outside_declaration (
            conflict_id integer primary key references conflict (id) on delete cascade,
            looked_at text,
            looked_by integer references account (id),
            check ((looked_at is null) = (looked_by is null))
        ) strict;
        insert into outside_declaration (conflict_id)
            select id from conflict where kind = 'ownership' and declared_by not in
                (select account_id from membership
                 where role in ('hub_staff', 'hub_manager', 'administrator'));
        """,
    )
