"""How much of what a reader looks for a text says."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m031_quality_of_texts(db: sqlite_utils.Database) -> None:
    """What each text earns, 0 to 100, and the points of each part as an object."""
    execute_each(
        db,
        """
        create table quality_of_profile (
            noun text not null check (noun in ('need', 'capability')),
            profile_id integer not null,
            score integer not null check (score between 0 and 100),
            parts text not null check (json_valid(parts)),
            primary key (noun, profile_id)
        ) strict, without rowid;
        create index quality_of_profile_score on quality_of_profile (noun, score, profile_id);
        """,
    )
