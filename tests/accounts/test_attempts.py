"""The counters behind sign-in: five codes an hour, ten wrong ones, then a pause."""

from datetime import timedelta
from pathlib import Path

import pytest

from matchmaker.accounts.attempts import (
    CODES_PER_HOUR,
    LOCKED_FOR,
    WRONG_CODES,
    LockedError,
    TooManyCodesError,
    count_code,
    count_try,
    forgive,
)
from matchmaker.database import Database, open_database
from tests.factories import NOW

WHO = "karen@sydfjord.dk"


def lock(db: Database) -> None:
    for _ in range(WRONG_CODES):
        count_try(db, WHO, key="k", now=NOW)


def test_the_sixth_code_within_an_hour_is_refused(memory_db: Database) -> None:
    for _ in range(CODES_PER_HOUR):
        count_code(memory_db, WHO, key="k", now=NOW)
    with pytest.raises(TooManyCodesError):
        count_code(memory_db, "  KAREN@sydfjord.dk", key="k", now=NOW + timedelta(minutes=59))
    count_code(memory_db, "ole@sydfjord.dk", key="k", now=NOW)
    count_code(memory_db, WHO, key="k", now=NOW + timedelta(minutes=61))


def test_ten_wrong_codes_lock_for_fifteen_minutes(memory_db: Database) -> None:
    lock(memory_db)
    with pytest.raises(LockedError):
        count_try(memory_db, WHO, key="k", now=NOW + LOCKED_FOR - timedelta(seconds=1))
    count_try(memory_db, WHO, key="k", now=NOW + LOCKED_FOR)


def test_signing_in_forgives_the_wrong_tries(memory_db: Database) -> None:
    lock(memory_db)
    forgive(memory_db, WHO, key="k")
    count_try(memory_db, WHO, key="k", now=NOW)


def test_a_lock_outlives_a_restart(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db")
    lock(db)
    db.close()
    db = open_database(tmp_path / "a.db")
    with pytest.raises(LockedError):
        count_try(db, WHO, key="k", now=NOW)
    db.close()


def test_no_address_is_stored(memory_db: Database) -> None:
    lock(memory_db)
    assert "karen" not in "\n".join(memory_db.iterdump())


def test_old_counts_are_thrown_away(memory_db: Database) -> None:
    lock(memory_db)
    count_try(memory_db, "ole@sydfjord.dk", key="k", now=NOW + timedelta(days=2))
    assert memory_db["sign_in_attempt"].count == 1
