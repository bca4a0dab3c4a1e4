"""The work around a collaboration, and what came of it."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m025_casework(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table task (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            audience text not null check (audience in ('hub', 'parties')),
            text text not null,
            due_on text not null,
            responsible_id integer not null references account (id),
            version integer not null default 1,
            created_by integer not null references account (id),
            created_at text not null,
            done_at text,
            done_by integer references account (id)
        ) strict;
        create index task_collaboration on task (collaboration_id);
        create index task_due on task (due_on) where done_at is null;
        create index task_responsible on task (responsible_id, due_on) where done_at is null;

        create table shared_file (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            account_id integer not null references account (id),
            audience text not null check (audience in ('hub', 'parties')),
            name text not null,
            kind text not null,
            size integer not null,
            sha256 text not null,
            stored_as text not null unique,
            created_at text not null
        ) strict;
        create index shared_file_collaboration on shared_file (collaboration_id);

        create table meeting (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            title text not null,
            starts_at text not null,
            minutes integer not null check (minutes between 5 and 1440),
            place text not null default '',
            agenda text not null default '',
            uid text not null unique,
            sequence integer not null default 0,
            created_by integer not null references account (id),
            created_at text not null,
            updated_at text not null,
            cancelled_at text
        ) strict;
        create index meeting_collaboration on meeting (collaboration_id, starts_at);

        create table meeting_guest (
            meeting_id integer not null references meeting (id),
            account_id integer not null references account (id),
            primary key (meeting_id, account_id)
        ) strict;

        create table testbed_booking (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            capability_id integer not null references capability (id),
            starts_on text not null,
            ends_on text not null,
            booked_by integer not null references account (id),
            created_at text not null,
            cancelled_at text,
            cancelled_by integer references account (id),
            check (starts_on <= ends_on)
        ) strict;
        create index testbed_booking_capability on testbed_booking (capability_id, starts_on)
            where cancelled_at is null;
        create index testbed_booking_collaboration on testbed_booking (collaboration_id);
        create trigger testbed_is_booked_once before insert on testbed_booking
            when exists (select 1 from testbed_booking b
                join collaboration c on c.id = b.collaboration_id and c.stage <> 'closed'
                where b.capability_id = new.capability_id and b.cancelled_at is null
                and b.starts_on <= new.ends_on and b.ends_on >= new.starts_on)
            begin select raise(abort, 'the testbed is taken in this period'); end;

        create index collaboration_created_by on collaboration (created_by);
        alter table outbox_mail add column calendar text;
        """,
    )


@migrations()
def m026_outcomes(db: sqlite_utils.Database) -> None:
    """`since` says what the months of a request are counted from."""
    execute_each(
        db,
        """
        create table outcome_request (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            since text not null check (since in ('introduction', 'operation')),
            months integer not null check (months in (6, 12, 24)),
            asked_at text not null,
            reminded_at text,
            unique (collaboration_id, since, months)
        ) strict;

        create table outcome (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            sequence integer not null,
            party_id integer references collaboration_party (id),
            account_id integer not null references account (id),
            state text not null
                check (state in ('in_use', 'under_way', 'stopped', 'nothing')),
            citizen text not null default '',
            organisation text not null default '',
            technology text not null default '',
            economy text not null default '',
            is_public integer not null default 0 check (is_public in (0, 1)),
            created_at text not null,
            unique (collaboration_id, sequence)
        ) strict;
        create index outcome_party on outcome (party_id);
        create trigger outcome_is_never_changed before update on outcome
            begin select raise(abort, 'outcomes are append-only'); end;
        create trigger outcome_is_never_deleted before delete on outcome
            begin select raise(abort, 'outcomes are append-only'); end;
        """,
    )
