"""How often an address may ask for a code or be wrong; counted in the database, so that a restart
forgets nothing, and for unknown addresses alike, so that nobody learns who has an account."""

from datetime import datetime, timedelta

from matchmaker.accounts.address import keyed_hash
from matchmaker.clock import to_text
from matchmaker.database import Database

CODES_PER_HOUR = 5
WRONG_CODES = 10
LOCKED_FOR = timedelta(minutes=15)


class TooManyCodesError(Exception):
    """The address has asked for all the codes it may have within an hour."""


class LockedError(Exception):
    """The address has been wrong too often; it must wait before it tries again."""


def count_code(db: Database, address: str, *, key: str, now: datetime) -> None:
    """Count a wish for a code.

    Raises
    ------
    TooManyCodesError
        When the address has had `CODES_PER_HOUR` within the last hour.
    """
    with db.atomic():
        if _count(db, address, "code", key=key, since=now - timedelta(hours=1)) >= CODES_PER_HOUR:
            raise TooManyCodesError
        _insert(db, address, "code", key=key, now=now)


def count_try(db: Database, address: str, *, key: str, now: datetime) -> None:
    """Count a try to sign in as wrong before it is judged: tries at the same time cannot slip by.

    Raises
    ------
    LockedError
        When the address was wrong `WRONG_CODES` times within `LOCKED_FOR`.
    """
    with db.atomic():
        if _count(db, address, "wrong", key=key, since=now - LOCKED_FOR) >= WRONG_CODES:
            raise LockedError
        _insert(db, address, "wrong", key=key, now=now)


def forgive(db: Database, address: str, *, key: str) -> None:
    """Forget the wrong tries of an address, because the person has shown who they are."""
    with db.atomic():
        db["sign_in_attempt"].delete_where(
            "address_hash = ? and kind = 'wrong'", [_hash(address, key)]
        )


def _count(db: Database, address: str, kind: str, *, key: str, since: datetime) -> int:
    row = db.first(
        "select count(*) as number from sign_in_attempt"
        " where address_hash = ? and kind = ? and at > ?",
        (_hash(address, key), kind, to_text(since)),
    )
    return int(row["number"]) if row else 0


def _insert(db: Database, address: str, kind: str, *, key: str, now: datetime) -> None:
    db["sign_in_attempt"].delete_where("at < ?", [to_text(now - timedelta(days=1))])
    row = {"address_hash": _hash(address, key), "kind": kind, "at": to_text(now)}
    db["sign_in_attempt"].insert(row)


def _hash(address: str, key: str) -> str:
    return keyed_hash(key, "sign-in", address.strip().lower())
