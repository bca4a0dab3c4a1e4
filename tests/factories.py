"""Rows for tests, as short to write as the test needs them."""

import itertools
from datetime import UTC, datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import to_text
from matchmaker.database import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_number = itertools.count(1)


def make_organisation(db: Database, **values: Any) -> int:
    row = {
        "kind": "company",
        "name": f"Organisation {next(_number)}",
        "region": "1083",
        "created_at": to_text(NOW),
        "updated_at": to_text(NOW),
        **values,
    }
    return int(db["organisation"].insert(row).last_pk)


def make_hub(db: Database, **values: Any) -> int:
    return make_organisation(db, **{"kind": "hub", "name": "Hub Syddanmark", **values})


def make_account(
    db: Database, organisation_id: int | None = None, role: str = "editor", **values: Any
) -> Account:
    number = next(_number)
    row = {
        "email": f"person{number}@example.dk",
        "name": f"Person {number}",
        "language": "en",
        "fs_uniquifier": f"uniquifier-{number}",
        "confirmed_at": to_text(NOW),
        "created_at": to_text(NOW),
        **values,
    }
    account_id = int(db["account"].insert(row).last_pk)
    if organisation_id is not None:
        join(db, account_id, organisation_id, role)
    return get_account(db, account_id)


def join(db: Database, account_id: int, organisation_id: int, role: str) -> None:
    db["membership"].insert(
        {
            "account_id": account_id,
            "organisation_id": organisation_id,
            "role": role,
            "created_at": to_text(NOW),
        }
    )


def make_need(db: Database, organisation_id: int, **values: Any) -> int:
    row = {
        "organisation_id": organisation_id,
        "language": "da",
        "title": "Liggesår hos kørestolsbrugere",
        "problem": "Vi opdager liggesår for sent hos borgere, der sidder i kørestol hele dagen.",
        "state": "published",
        "created_at": to_text(NOW),
        "updated_at": to_text(NOW),
        "published_at": to_text(NOW),
        **values,
    }
    row.setdefault("hub_id", _any_hub(db))
    return int(db["need"].insert(row).last_pk)


def make_capability(db: Database, organisation_id: int, **values: Any) -> int:
    row = {
        "organisation_id": organisation_id,
        "kind": "solution",
        "language": "en",
        "title": "Pressure-relieving seat cushion",
        "description": "A cushion that spreads the load and warns staff before the skin breaks.",
        "state": "published",
        "created_at": to_text(NOW),
        "updated_at": to_text(NOW),
        "published_at": to_text(NOW),
        **values,
    }
    return int(db["capability"].insert(row).last_pk)


def make_suggestion(db: Database, need_id: int, capability_id: int, **values: Any) -> int:
    row = {
        "need_id": need_id,
        "capability_id": capability_id,
        "score": 0.8,
        "probability": 0.6,
        "position": 1,
        "evidence": "{}",
        "model": "test",
        "created_at": to_text(NOW),
        "updated_at": to_text(NOW),
        **values,
    }
    return int(db["suggestion"].insert(row).last_pk)


def _any_hub(db: Database) -> int:
    row = db.first("select id from organisation where kind = 'hub' order by id")
    return int(row["id"]) if row else make_hub(db)
