"""What each party has agreed to show, and who must not meet whom."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations

_NOTE_ALL_NEEDS = """
    delete from profile_change where kind = 'need' and profile_id in
        (select id from need where state in ('submitted', 'published'));
    insert into profile_change (kind, profile_id)
        select 'need', id from need where state in ('submitted', 'published');
"""


@migrations()
def m016_consent(db: sqlite_utils.Database) -> None:
    """`blind_problem` is what outsiders read of a confidential need, made when it is saved.

    `end_reason` is the hub's coded reason for leaving a party out. `released_at` is when a closed
    proposal ceased to keep its pair from the queue, because the no that ended it no longer holds.
    """
    execute_each(
        db,
        """
        alter table need add column confidential integer not null default 0
            check (confidential in (0, 1));
        alter table need add column blind_problem text not null default '';
        alter table capability add column approaches_per_month integer
            check (approaches_per_month between 1 and 20);
        alter table collaboration_party add column end_reason text;
        alter table collaboration_suggestion add column released_at text;

        create trigger need_changed_by_insert_of_interest after insert on interest
            begin
                delete from profile_change where kind = 'need' and profile_id in
                    (select o.need_id from collaboration_party p join collaboration_party o
                        on o.collaboration_id = p.collaboration_id where p.id = new.party_id);
                insert into profile_change (kind, profile_id)
                    select distinct 'need', o.need_id from collaboration_party p
                    join collaboration_party o on o.collaboration_id = p.collaboration_id
                    where p.id = new.party_id and o.need_id is not null;
            end;
        """,
    )


@migrations()
def m017_disclosure(db: sqlite_utils.Database) -> None:
    """What of a confidential need was opened to which party, by whose consent; only ever added."""
    execute_each(
        db,
        """
        create table disclosure (
            id integer primary key,
            need_id integer not null references need (id),
            collaboration_id integer not null references collaboration (id),
            party_id integer not null references collaboration_party (id),
            what text not null check (what in ('problem', 'organisation', 'names')),
            consented_by integer references account (id),
            at text not null,
            unique (party_id, what)
        ) strict;
        create index disclosure_collaboration on disclosure (collaboration_id);
        create index disclosure_need on disclosure (need_id);
        """,
    )


@migrations()
def m018_conflicts(db: sqlite_utils.Database) -> None:
    """Two organisations in conflict, one that owns another, or a person tied to one.

    Of an ownership `organisation_id` is owned by `other_id`. `ends_on` is the last day.
    """
    execute_each(
        db,
        """
        create table conflict (
            id integer primary key,
            kind text not null check (kind in ('organisations', 'ownership', 'person')),
            organisation_id integer not null references organisation (id),
            other_id integer references organisation (id),
            account_id integer references account (id),
            reason text not null,
            starts_on text not null,
            ends_on text,
            declared_by integer not null references account (id),
            declared_at text not null,
            ended_by integer references account (id),
            ended_at text,
            check ((kind = 'person') = (account_id is not null)),
            check ((kind = 'person') = (other_id is null)),
            check (other_id is null or other_id <> organisation_id),
            check (ends_on is null or starts_on <= ends_on)
        ) strict;
        create index conflict_organisation on conflict (organisation_id);
        create index conflict_other on conflict (other_id);
        create index conflict_account on conflict (account_id);

        create trigger conflict_forgets_the_erased after update of erased_at on account
            when new.erased_at is not null
            begin delete from conflict where account_id = new.id; end;
        """,
    )
    for event in ("insert", "update", "delete"):
        db.conn.execute(
            f"create trigger needs_changed_by_{event}_of_conflict after {event} on conflict"
            f" begin {_NOTE_ALL_NEEDS} end"
        )
