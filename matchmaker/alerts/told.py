"""What each person has been told: the key of the table keeps it from being told twice."""

from datetime import datetime

from matchmaker.clock import to_text
from matchmaker.database import Database


def claim(
    db: Database, account_id: int, kind: str, subject: str, *, mail_key: str, now: datetime
) -> bool:
    """Note that a mail tells somebody of something; False when another has told it already.

    Call it inside the ``db.atomic()`` that keeps the mail: both are kept or lost together.
    """
    cursor = db.execute(
        "insert into told (account_id, kind, subject, told_at, mail_key) values (?, ?, ?, ?, ?)"
        " on conflict do nothing",
        (account_id, kind, subject, to_text(now), mail_key),
    )
    return cursor.rowcount == 1


def is_told(db: Database, account_id: int, kind: str, subject: str) -> bool:
    row = db.first(
        "select 1 from told where account_id = ? and kind = ? and subject = ?",
        (account_id, kind, subject),
    )
    return row is not None
