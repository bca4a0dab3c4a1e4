"""What is left of a testbed's free periods when the days that are booked are taken out."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m037_testbed_room(db: sqlite_utils.Database) -> None:
    """A stretch begins where a period does or a booking has ended, and ends at the next booking.

    Both are rows of one join rather than of a union, which SQLite would work out for all testbeds
    where one is asked for. A booking changes what its testbed is matched by, as a change of the
    periods themselves does.
    """
    execute_each(
        db,
        """
        create view testbed_room as
            select * from (
                select capability_id, starts_on, note, min(last, coalesce(
                    (select date(min(b.starts_on), '-1 day') from testbed_booking b
                     where b.capability_id = begun.capability_id and b.cancelled_at is null
                     and b.ends_on >= begun.starts_on and not exists (select 1
                        from collaboration where id = b.collaboration_id and stage = 'closed')),
                    last)) as ends_on
                from (
                    select p.capability_id, p.ends_on as last, p.note,
                        iif(after, date(b.ends_on, '+1 day'), p.starts_on) as starts_on
                    from capability_period p join (select 0 as after union all select 1)
                    left join testbed_booking b on after and b.capability_id = p.capability_id
                        and b.cancelled_at is null
                        and b.ends_on >= p.starts_on and b.ends_on < p.ends_on
                        and not exists (select 1
                            from collaboration where id = b.collaboration_id and stage = 'closed')
                    where b.id is not null or not after
                ) as begun
            ) where starts_on <= ends_on;
        """,
    )
    _note_change(db, "insert on testbed_booking", "select new.capability_id as id")
    _note_change(db, "update on testbed_booking", "select new.capability_id as id")
    _note_change(db, "delete on testbed_booking", "select old.capability_id as id")
    booked = "select capability_id as id from testbed_booking where collaboration_id = new.id"
    _note_change(db, "update of stage on collaboration", booked)


def _note_change(db: sqlite_utils.Database, event: str, ids: str) -> None:
    db.conn.execute(
        f"""create trigger capability_changed_by_{event.replace(" ", "_")} after {event}
            begin
                delete from profile_change where kind = 'capability'
                    and profile_id in ({ids});
                insert into profile_change (kind, profile_id)
                    select distinct 'capability', id from ({ids});
            end"""
    )
