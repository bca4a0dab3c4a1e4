"""Safe before a purchase: who got what about a need, and how a purchase would go."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m022_equal_information(db: sqlite_utils.Database) -> None:
    """The log holds ids and codes; a `summary` names a thing (a document, a meeting), no person."""
    execute_each(
        db,
        """
        create table procurement_contact (
            id integer primary key,
            need_id integer not null references need (id),
            collaboration_id integer references collaboration (id),
            organisation_id integer not null references organisation (id),
            account_id integer references account (id),
            kind text not null check (kind in ('proposal', 'introduction', 'question', 'answer',
                'note', 'document', 'meeting', 'test', 'requirements', 'paid', 'correction')),
            item_kind text,
            item_id integer,
            summary text not null default '',
            happened_on text,
            actor_id integer references account (id),
            at text not null,
            check ((item_kind is null) = (item_id is null))
        ) strict;
        create index procurement_contact_need on procurement_contact (need_id, id);
        create index procurement_contact_item
            on procurement_contact (need_id, organisation_id, kind, item_kind, item_id);
        create index procurement_contact_account on procurement_contact (account_id);
        create index procurement_contact_actor on procurement_contact (actor_id);
        create trigger procurement_contact_is_never_changed before update on procurement_contact
            begin select raise(abort, 'the equal-information log is append-only'); end;
        create trigger procurement_contact_is_never_deleted before delete on procurement_contact
            begin select raise(abort, 'the equal-information log is append-only'); end;

        create table procurement_note (
            id integer primary key,
            need_id integer not null references need (id),
            text_da text not null default '',
            text_en text not null default '',
            covers text not null default '[]' check (json_valid(covers)),
            form_key text not null,
            sent_by integer not null references account (id),
            sent_at text not null,
            unique (need_id, form_key),
            check (text_da <> '' or text_en <> '')
        ) strict;

        create table procurement_question (
            id integer primary key,
            need_id integer not null references need (id),
            collaboration_question_id integer unique references collaboration_question (id),
            language text not null,
            question text not null,
            answer text not null,
            published_by integer not null references account (id),
            published_at text not null
        ) strict;
        create index procurement_question_need on procurement_question (need_id, id);
        """,
    )


@migrations()
def m023_purchase_path(db: sqlite_utils.Database) -> None:
    """Answers are added, never changed: the last of a need or a collaboration counts."""
    execute_each(
        db,
        """
        create table purchase_plan (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            sequence integer not null,
            path text not null,
            value_band text not null,
            decides text not null,
            form text not null,
            agreed text not null default '[]' check (json_valid(agreed)),
            saved_by integer not null references account (id),
            saved_at text not null,
            unique (collaboration_id, sequence)
        ) strict;

        create table guide_answer (
            id integer primary key,
            need_id integer not null references need (id),
            collaboration_id integer references collaboration (id),
            answers text not null check (json_valid(answers)),
            form text not null,
            saved_by integer not null references account (id),
            saved_at text not null
        ) strict;
        create index guide_answer_need on guide_answer (need_id, id);
        """,
    )


@migrations()
def m024_what_was_told_before(db: sqlite_utils.Database) -> None:
    """The log begins with the first proposal, also where proposals were sent before it was kept."""
    columns = (
        "need_id, collaboration_id, organisation_id, account_id, kind, item_kind, item_id,"
        " actor_id, at"
    )
    execute_each(
        db,
        f"""
        create temporary table told_before as
        select n.need_id, p.collaboration_id, p.organisation_id, p.account_id, p.id as party_id,
            p.invited_at, p.ended_at, c.introduced_at, c.created_by
        from collaboration_party p join collaboration c on c.id = p.collaboration_id
        join collaboration_party n on n.collaboration_id = c.id and n.need_id is not null
        where p.need_id is null and p.invited_at is not null;

        insert into procurement_contact ({columns})
        select * from (
            select need_id, collaboration_id, organisation_id, account_id, 'proposal' as kind,
                'party' as item_kind, party_id as item_id, created_by, invited_at as at
            from told_before
            union all
            select need_id, collaboration_id, organisation_id, account_id, 'introduction',
                'collaboration', collaboration_id, created_by, introduced_at
            from told_before where introduced_at is not null and ended_at is null
            union all
            select need_id, collaboration_id, organisation_id, account_id, 'question',
                'question', q.id, q.asked_by, q.asked_at
            from told_before join collaboration_question q using (party_id)
            union all
            select need_id, collaboration_id, organisation_id, account_id, 'answer',
                'question', q.id, q.answered_by, q.answered_at
            from told_before join collaboration_question q using (party_id)
            where q.answered_at is not null
            union all
            select need_id, collaboration_id, organisation_id, account_id, 'test',
                'collaboration', collaboration_id, e.actor_id, min(e.at)
            from told_before join audit_event e on e.subject_kind = 'collaboration'
                and e.subject_id = collaboration_id and e.to_state = 'test'
                and e.from_state is not 'test'
            where ended_at is null group by party_id
        ) as line where not exists (select 1 from procurement_contact x
            where (x.need_id, x.organisation_id, x.kind, x.item_kind, x.item_id)
                = (line.need_id, line.organisation_id, line.kind, line.item_kind, line.item_id))
        order by at;

        drop table told_before;
        """,
    )
