"""What the overview of a hub counts from."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m033_state_steps(db: sqlite_utils.Database) -> None:
    """Keeps when each record came to each state; a row of the record itself knows the last only.

    Noted by triggers, so that no action can forget it.
    """
    execute_each(
        db,
        """
        create table state_step (
            id integer primary key,
            noun text not null check (noun in ('need', 'capability', 'collaboration')),
            record_id integer not null,
            state text not null,
            at text not null
        ) strict;
        create index state_step_record on state_step (noun, record_id, state, at);
        insert into state_step (noun, record_id, state, at)
            select subject_kind, subject_id, to_state, at from audit_event
            where subject_kind in ('need', 'capability', 'collaboration')
                and to_state is not null and to_state is not from_state
            order by id;
        """,
    )
    for noun, column in (("need", "state"), ("capability", "state"), ("collaboration", "stage")):
        values = f"'{noun}', new.id, new.{column}"
        into = "insert into state_step (noun, record_id, state, at) values"
        db.conn.execute(
            f"create trigger {noun}_begins after insert on {noun}"
            f" begin {into} ({values}, new.created_at); end"
        )
        db.conn.execute(
            f"create trigger {noun}_steps after update of {column} on {noun}"
            f" when new.{column} is not old.{column}"
            f" begin {into} ({values}, new.updated_at); end"
        )


@migrations()
def m034_moments(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create index suggestion_created on suggestion (created_at);
        create index interest_created on interest (created_at);
        """,
    )
