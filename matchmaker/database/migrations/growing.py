"""What the first tables turned out to need."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m007_sign_in_and_joining(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table sign_in_attempt (
            id integer primary key,
            address_hash text not null,
            kind text not null check (kind in ('code', 'wrong')),
            at text not null
        ) strict;
        create index sign_in_attempt_address on sign_in_attempt (address_hash, kind, at);

        create table sign_in_code (
            id integer primary key,
            account_id integer not null references account (id) on delete cascade,
            code_hash text,
            link_hash text not null unique,
            next_path text not null default '',
            created_at text not null,
            expires_at text not null,
            used_at text
        ) strict;
        create index sign_in_code_account on sign_in_code (account_id, expires_at);

        create table registration (
            id integer primary key,
            email text not null collate nocase,
            link_hash text not null unique,
            details text not null check (json_valid(details)),
            created_at text not null,
            expires_at text not null
        ) strict;

        create table join_request (
            id integer primary key,
            organisation_id integer not null references organisation (id),
            account_id integer not null references account (id),
            created_at text not null,
            decided_at text,
            decided_by integer references account (id),
            granted integer check (granted in (0, 1))
        ) strict;
        create unique index join_request_open on join_request (organisation_id, account_id)
            where decided_at is null;
        """,
    )


@migrations()
def m008_collaboration_circle(db: sqlite_utils.Database) -> None:
    """A yes counts for the circle of parties that was shown; a new party makes a new circle."""
    execute_each(
        db,
        """
        alter table collaboration add column circle integer not null default 1;
        alter table collaboration add column introduced_at text;
        alter table collaboration_party add column invited_at text;
        alter table collaboration_party add column ended_at text;
        alter table interest add column circle integer not null default 1;
        """,
    )


@migrations()
def m009_forms_sent_twice(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        alter table need add column form_key text;
        create unique index need_form_key on need (owner_id, form_key) where form_key is not null;
        alter table capability add column form_key text;
        alter table capability add column close_reason text;
        create unique index capability_form_key on capability (owner_id, form_key)
            where form_key is not null;
        """,
    )


@migrations()
def m010_themes(db: sqlite_utils.Database) -> None:
    """Which concepts a profile names; `published_at` is null unless it is published."""
    execute_each(
        db,
        """
        create table theme_of_profile (
            noun text not null check (noun in ('need', 'capability')),
            profile_id integer not null,
            concept text not null,
            in_title integer not null default 0,
            published_at text,
            primary key (noun, profile_id, concept)
        ) strict, without rowid;
        create index theme_of_profile_published
            on theme_of_profile (concept, noun, published_at, profile_id)
            where published_at is not null;
        """,
    )


@migrations()
def m011_what_a_review_saw(db: sqlite_utils.Database) -> None:
    """What the ranking judged the pair by at that moment; null where it was not trained."""
    execute_each(
        db,
        "alter table review add column signals text"
        " check (signals is null or json_valid(signals));",
    )


@migrations()
def m012_profile_changes(db: sqlite_utils.Database) -> None:
    """Numbers every change of what is matched, so that only what changed is read again.

    Deleting and inserting gives the row a new number, which none had before.
    """
    execute_each(
        db,
        """
        create table profile_change (
            number integer primary key autoincrement,
            kind text not null check (kind in ('need', 'capability')),
            profile_id integer not null,
            unique (kind, profile_id)
        ) strict;
        """,
    )
    for kind in ("need", "capability"):
        for event, row in (("insert", "new"), ("update", "new"), ("delete", "old")):
            _note_change(db, kind, event, kind, f"select {row}.id")
        family = "select id from organisation where id = new.id or parent_id = new.id"
        ids = f"select id from {kind} where organisation_id in ({family})"
        _note_change(db, kind, "update", "organisation", ids)
    for event, row in (("insert", "new"), ("update", "new"), ("delete", "old")):
        _note_change(db, "capability", event, "capability_period", f"select {row}.capability_id")


def _note_change(db: sqlite_utils.Database, kind: str, event: str, table: str, ids: str) -> None:
    db.conn.execute(
        f"""create trigger {kind}_changed_by_{event}_of_{table} after {event} on {table}
            begin
                delete from profile_change where kind = '{kind}' and profile_id in ({ids});
                insert into profile_change (kind, profile_id)
                    select '{kind}', id from (select null as id where false union all {ids});
            end"""
    )
