"""Passkeys: keys in a phone, computer or security key that sign a person in without any code."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.screening.screen import refuse_patient_data


class PasskeyNotFoundError(LookupError):
    """This account has no such passkey."""


@dataclass(frozen=True)
class Passkey:
    id: int
    account_id: int
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    backup_state: bool
    device_type: str
    name: str
    usage: str
    created_at: str
    last_used_at: str


def list_passkeys(db: Database, account_id: int) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    rows = db.rows("select * from passkey where account_id = ? order by id", (account_id,))
    return [_passkey(row) for row in rows]


def find_passkey(db: Database, credential_id: bytes) -> Passkey | None:
    row = db.first("select * from passkey where credential_id = ?", (credential_id,))
    return _passkey(row) if row else None


def add_passkey(db: Database, account_id: int, *, now: datetime, **values: Any) -> None:
    """Store a passkey that the browser has just made and the server has verified.

    Raises
    ------
    PatientDataFound
        When its name holds a CPR number.
    """
    refuse_patient_data({"name": values["name"]})
    row = {
        **values,
        "account_id": account_id,
        "transports": json.dumps(list(values.get("transports") or ())),
        "backup_state": int(values["backup_state"]),
        "created_at": to_text(now),
        "last_used_at": to_text(now),
    }
    with db.atomic():
        passkey_id = db.insert_row("passkey", row)
        _record(db, "passkey.add", passkey_id, account_id, now)


def note_use(
    db: Database, passkey_id: int, *, sign_count: int, backup_state: bool, now: datetime
) -> None:
    """Remember the counter that tells a copied key from the real one."""
    values = {"sign_count": sign_count, "backup_state": int(backup_state)}
    with db.atomic():
        db["passkey"].update(passkey_id, {**values, "last_used_at": to_text(now)})


def remove_passkey(db: Database, passkey_id: int, *, actor: Account, now: datetime) -> str:
    """Remove one of the actor's own passkeys and return its name.

    Raises
    ------
    PasskeyNotFoundError
        When it does not exist or is somebody else's.
    """
    row = db.first(
        "select name from passkey where id = ? and account_id = ?", (passkey_id, actor.id)
    )
    if row is None:
        raise PasskeyNotFoundError(passkey_id)
    with db.atomic():
        db["passkey"].delete(passkey_id)
        _record(db, "passkey.remove", passkey_id, actor.id, now)
    return str(row["name"])


def _passkey(row: dict[str, Any]) -> Passkey:
    known = {name: row[name] for name in Passkey.__dataclass_fields__}
    return Passkey(
        **{
            **known,
            "transports": tuple(json.loads(row["transports"])),
            "backup_state": bool(row["backup_state"]),
        }
    )


def _record(db: Database, action: str, passkey_id: int, account_id: int, now: datetime) -> None:
    log.record(
        db, action, "passkey", passkey_id, actor_id=account_id, now=now, account_id=account_id
    )
