"""Finding mails among very many."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m035_mails_of_a_person(db: sqlite_utils.Database) -> None:
    execute_each(db, "create index outbox_mail_account on outbox_mail (account_id);")
