"""Whether a second reading was made without knowing the first decision."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m039_blind_readings(db: sqlite_utils.Database) -> None:
    """Who was shown a decision cannot read it blind; nor when a collaboration had told of it."""
    execute_each(
        db,
        """
        create table decision_shown (
            review_id integer not null references review (id),
            account_id integer not null references account (id),
            shown_at text not null,
            primary key (review_id, account_id)
        ) strict, without rowid;
        create index decision_shown_account on decision_shown (account_id);

        alter table second_review add column is_blind integer not null default 1
            check (is_blind in (0, 1));
        update second_review set is_blind = 0 where exists (select 1
            from collaboration_suggestion cs join collaboration c on c.id = cs.collaboration_id
            join review r on r.id = second_review.review_id
            where cs.suggestion_id = second_review.suggestion_id
            and c.created_at between r.created_at and second_review.created_at);
        """,
    )
