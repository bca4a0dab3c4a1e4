"""Saving a search or following a theme, and ending it again."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.alerts.watch import (
    LONGEST_NAME,
    MOST_WATCHES,
    NOUNS,
    RHYTHMS,
    TooManyWatchesError,
    Watch,
    WatchError,
    WatchNotFoundError,
    as_text,
    plain_query,
)
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.screening.screen import refuse_patient_data
from matchmaker.words.vocabulary import shipped_vocabulary


def add_watch(
    db: Database,
    noun: str,
    asked: Mapping[str, str],
    *,
    name: str,
    rhythm: str = "weekly",
    actor: Account,
    now: datetime,
) -> Watch:
    """Keep a search, or a theme when `noun` is ``both``; return the one that is there already.

    Raises
    ------
    PatientDataFound
        When the name or the words hold data about a patient.
    TooManyWatchesError
        When the person has `MOST_WATCHES` already.
    WatchError
        When there is no such theme, noun or rhythm, or the name is empty.
    """
    name = _checked(noun, asked, name, rhythm)
    query = plain_query(noun, asked)
    with db.atomic():
        known = find_watch(db, noun, query, actor)
        if known is not None:
            return known
        if len(list_watches(db, actor.id)) >= MOST_WATCHES:
            raise TooManyWatchesError(MOST_WATCHES)
        row = {"account_id": actor.id, "noun": noun, "query": as_text(query), "name": name}
        watch_id = db.insert_row("watch", {**row, "rhythm": rhythm, "created_at": to_text(now)})
        _record(db, "add", watch_id, actor, now)
    return get_watch(db, watch_id, actor)


def change_watch(
    db: Database, watch_id: int, *, name: str, rhythm: str, actor: Account, now: datetime
) -> None:
    """Give a watch another name or rhythm.

    Raises
    ------
    WatchNotFoundError, WatchError, PatientDataFound
        It is then as it was.
    """
    with db.atomic():
        watch = get_watch(db, watch_id, actor)
        name = _checked(watch.noun, watch.query, name, rhythm)
        db["watch"].update(watch_id, {"name": name, "rhythm": rhythm})
        _record(db, "change", watch_id, actor, now)


def remove_watch(db: Database, watch_id: int, *, actor: Account, now: datetime) -> None:
    """End a watch; what it has told is not told again by another."""
    with db.atomic():
        get_watch(db, watch_id, actor)
        db["watch"].delete(watch_id)
        _record(db, "remove", watch_id, actor, now)


def list_watches(db: Database, account_id: int) -> list[Watch]:
    """Return what a person follows, oldest first."""
    rows = db.rows("select * from watch where account_id = ? order by id", (account_id,))
    return [_watch(row) for row in rows]


def get_watch(db: Database, watch_id: int, account: Account) -> Watch:
    """Return a person's own watch.

    Raises
    ------
    WatchNotFoundError
        When there is none with this id, or it is somebody else's.
    """
    row = db.first("select * from watch where id = ? and account_id = ?", (watch_id, account.id))
    if row is None:
        raise WatchNotFoundError(watch_id)
    return _watch(row)


def find_watch(db: Database, noun: str, asked: Mapping[str, str], account: Account) -> Watch | None:
    """Return the person's watch of the same question, if there is one."""
    row = db.first(
        "select * from watch where account_id = ? and noun = ? and query = ?",
        (account.id, noun, as_text(plain_query(noun, asked))),
    )
    return _watch(row) if row else None


def _checked(noun: str, asked: Mapping[str, str], name: str, rhythm: str) -> str:
    name = " ".join(name.split())
    refuse_patient_data({"name": name, "q": asked.get("q") or ""})
    if noun not in NOUNS or rhythm not in RHYTHMS or not 0 < len(name) <= LONGEST_NAME:
        raise WatchError(noun)
    theme = plain_query(noun, asked).get("theme")
    if (theme or noun == "both") and theme not in shipped_vocabulary().concepts:
        raise WatchError(theme)
    return name


def _record(db: Database, action: str, watch_id: int, actor: Account, now: datetime) -> None:
    log.record(db, f"watch.{action}", "watch", watch_id, actor_id=actor.id, now=now)


def _watch(row: dict[str, Any]) -> Watch:
    return Watch(**{**row, "query": json.loads(row["query"])})
