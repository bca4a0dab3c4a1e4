"""Cases: who has them, the clock on them, and those that two people read."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m013_cases(db: sqlite_utils.Database) -> None:
    """Who has a case, by need and by the hub that handles it; rows are only ever added."""
    execute_each(
        db,
        """
        create table case_assignment (
            id integer primary key,
            need_id integer not null references need (id),
            hub_id integer not null references organisation (id),
            sequence integer not null,
            owner_id integer references account (id),
            actor_id integer not null references account (id),
            from_hub_id integer references organisation (id),
            note text not null default '',
            created_at text not null,
            unique (need_id, hub_id, sequence)
        ) strict;
        create index case_assignment_owner on case_assignment (owner_id);

        alter table review add column shown_at text;
        create index review_account on review (account_id, created_at);
        """,
    )


@migrations()
def m014_second_reviews(db: sqlite_utils.Database) -> None:
    """What a second reader decided without knowing the first decision, which they leave as is."""
    execute_each(
        db,
        """
        create table second_review (
            review_id integer primary key references review (id),
            suggestion_id integer not null references suggestion (id),
            account_id integer not null references account (id),
            decision text not null check (decision in ('approve', 'reject')),
            reason text,
            note text not null default '',
            shown_at text,
            created_at text not null,
            settled_at text,
            settled_by integer references account (id),
            settled_as text check (settled_as in ('approve', 'reject')),
            check ((settled_at is null) = (settled_as is null))
        ) strict;
        create index second_review_suggestion on second_review (suggestion_id);
        """,
    )


@migrations()
def m015_expected_matches(db: sqlite_utils.Database) -> None:
    """How many acceptable suggestions the model expects below the list of a need."""
    execute_each(
        db,
        """
        create table expected_matches (
            need_id integer primary key references need (id),
            below real not null,
            at text not null
        ) strict;
        """,
    )
