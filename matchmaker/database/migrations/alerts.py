"""What people follow, the mails they want, and what each has been told."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m028_alerts(db: sqlite_utils.Database) -> None:
    """Who has been told of something is never told of it again: the key of `told` sees to it."""
    execute_each(
        db,
        """
        create table need_opening (
            need_id integer primary key references need (id),
            account_id integer not null references account (id),
            opened_at text not null
        ) strict;

        create table mail_wish (
            account_id integer primary key references account (id),
            digest text not null default 'weekly' check (digest in ('weekly', 'none')),
            steps text not null default 'digest' check (steps in ('digest', 'each')),
            alerts text not null default 'on' check (alerts in ('on', 'off')),
            updated_at text not null
        ) strict;

        create table watch (
            id integer primary key,
            account_id integer not null references account (id),
            noun text not null check (noun in ('need', 'capability', 'both')),
            query text not null check (json_valid(query)),
            name text not null,
            rhythm text not null check (rhythm in ('daily', 'weekly')),
            created_at text not null,
            unique (account_id, noun, query)
        ) strict;

        create table told (
            account_id integer not null references account (id),
            kind text not null,
            subject text not null,
            told_at text not null,
            mail_key text not null,
            primary key (account_id, kind, subject)
        ) strict, without rowid;
        """,
    )


@migrations()
def m029_mail_headers(db: sqlite_utils.Database) -> None:
    """Header lines of a mail's own, such as the address that ends its kind with one click."""
    execute_each(
        db,
        "alter table outbox_mail add column headers text not null default '{}'"
        " check (json_valid(headers));",
    )
