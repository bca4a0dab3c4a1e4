"""Needs that are about the same problem, put together as one joint need."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m019_joint_needs(db: sqlite_utils.Database) -> None:
    """A need is in one live joint need at most; `ended_at` is when it left.

    `by_hand` says that staff has put it together otherwise than proposed: what is proposed later
    may be added to it, but takes nothing away. Kept apart stays so for good.
    """
    execute_each(
        db,
        """
        create table need_likeness (
            first_id integer not null,
            second_id integer not null,
            probability real not null check (probability between 0 and 1),
            primary key (first_id, second_id),
            check (first_id < second_id)
        ) strict, without rowid;
        create index need_likeness_second on need_likeness (second_id);

        create table compared_need (
            need_id integer primary key,
            text_hash text not null,
            model text not null
        ) strict;

        create table joint_need (
            id integer primary key,
            title text not null default '',
            language text not null default 'da',
            state text not null default 'proposed'
                check (state in ('proposed', 'asked', 'dissolved')),
            by_hand integer not null default 0 check (by_hand in (0, 1)),
            end_reason text check (end_reason in ('too_few', 'merged', 'split', 'kept_apart')),
            merged_into integer references joint_need (id),
            version integer not null default 1,
            created_at text not null,
            updated_at text not null,
            asked_at text,
            asked_by integer references account (id)
        ) strict;
        create index joint_need_state on joint_need (state);

        create table joint_need_member (
            id integer primary key,
            joint_need_id integer not null references joint_need (id),
            need_id integer not null references need (id),
            state text not null default 'proposed'
                check (state in ('proposed', 'asked', 'joined', 'stayed_out', 'moved')),
            asked_at text,
            answered_at text,
            answered_by integer references account (id),
            ended_at text
        ) strict;
        create unique index joint_need_member_live on joint_need_member (need_id)
            where ended_at is null;
        create index joint_need_member_joint_need on joint_need_member (joint_need_id);

        create table need_kept_apart (
            first_id integer not null references need (id),
            second_id integer not null references need (id),
            decided_by integer references account (id),
            decided_at text not null,
            primary key (first_id, second_id),
            check (first_id < second_id)
        ) strict, without rowid;
        create index need_kept_apart_second on need_kept_apart (second_id);
        """,
    )
