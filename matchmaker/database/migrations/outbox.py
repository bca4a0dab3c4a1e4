"""Finding mails among very many, and who wants which."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m035_mails_of_a_person(db: sqlite_utils.Database) -> None:
    execute_each(db, "create index outbox_mail_account on outbox_mail (account_id);")


@migrations()
def m036_daily_mail_of_staff(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        "alter table mail_wish add column desk text not null default 'daily'"
        " check (desk in ('daily', 'none'));",
    )
