"""Creating, changing, closing and erasing accounts."""

import secrets
from datetime import datetime
from typing import Any

from matchmaker.accounts.account import LANGUAGES, Account, NotPermittedError
from matchmaker.accounts.address import normal_address
from matchmaker.accounts.queries import find_account_by_email, get_account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.actions import forget_mentions, forget_reader
from matchmaker.screening.screen import refuse_patient_data

#: Tables that hold nothing but what is a person's own.
_FORGOTTEN = ("passkey", "sign_in_code", "watch", "mail_wish", "told")


class AddressTakenError(ValueError):
    """Another account has this e-mail address."""


def create_account(
    db: Database,
    *,
    email: str,
    name: str,
    now: datetime,
    language: str = "da",
    title: str = "",
    phone: str = "",
    actor_id: int | None = None,
    is_confirmed: bool = True,
) -> Account:
    """Return a new account without any membership.

    Raises
    ------
    BadAddressError
        When `email` is no e-mail address.
    AddressTakenError
        When somebody has it already.
    PatientDataFound
        When one of the texts holds a CPR number.
    """
    address = normal_address(email)
    refuse_patient_data({"email": address, "name": name, "title": title, "phone": phone})
    with db.atomic():
        if find_account_by_email(db, address):
            raise AddressTakenError(address)
        row = {
            "email": address,
            "name": " ".join(name.split()),
            "title": title.strip(),
            "phone": phone.strip(),
            "language": language if language in LANGUAGES else "da",
            "fs_uniquifier": secrets.token_hex(32),
            "fs_webauthn_user_handle": secrets.token_hex(32),
            "confirmed_at": to_text(now) if is_confirmed else None,
            "created_at": to_text(now),
        }
        account_id = db.insert_row("account", row)
        log.record(db, "account.create", "account", account_id, actor_id=actor_id, now=now)
    return get_account(db, account_id)


def change_profile(
    db: Database,
    account_id: int,
    *,
    name: str,
    title: str,
    phone: str,
    language: str,
    actor: Account,
    now: datetime,
) -> None:
    """Change what a person says of themselves; only they may.

    Raises
    ------
    NotPermittedError
        When it is somebody else's account.
    PatientDataFound
        When one of the texts holds a CPR number.
    """
    if actor.id != account_id:
        raise NotPermittedError(f"account {account_id} is not {actor.id}")
    refuse_patient_data({"name": name, "title": title, "phone": phone})
    values = {
        "name": " ".join(name.split()),
        "title": title.strip(),
        "phone": phone.strip(),
        "language": language if language in LANGUAGES else "da",
    }
    with db.atomic():
        before = get_account(db, account_id)
        db["account"].update(account_id, values)
        changed = sorted(key for key, value in values.items() if value != getattr(before, key))
        _record(db, "account.change", account_id, actor.id, now, fields=changed)


def set_password(db: Database, account_id: int, password_hash: str | None, *, now: datetime) -> str:
    """Store or remove a password, end every session, return the new session key of the account."""
    with db.atomic():
        db["account"].update(account_id, {"password": password_hash})
        action = "account.set_password" if password_hash else "account.remove_password"
        _record(db, action, account_id, account_id, now)
        return end_sessions(db, account_id)


def give_passkey_handle(db: Database, account_id: int) -> str:
    """Give the account the random name under which passkeys know it; return that name."""
    handle = secrets.token_hex(32)
    with db.atomic():
        db["account"].update(account_id, {"fs_webauthn_user_handle": handle})
    return handle


def end_sessions(db: Database, account_id: int) -> str:
    """Make every session of the account worthless; return the key that new sessions carry."""
    uniquifier = secrets.token_hex(32)
    db["account"].update(account_id, {"fs_uniquifier": uniquifier})
    return uniquifier


def sign_out_everywhere(db: Database, account_id: int, *, now: datetime) -> None:
    with db.atomic():
        end_sessions(db, account_id)
        _record(db, "account.sign_out_everywhere", account_id, account_id, now)


def deactivate_account(
    db: Database, account_id: int, *, actor: Account | None, now: datetime
) -> None:
    """Close the account: it cannot sign in and its sessions end at once. Nothing is erased.

    An actor must be a hub manager and may not close their own account; commands have none.

    Raises
    ------
    NotPermittedError
        When the actor may not.
    """
    _check_manager(actor, account_id)
    _set_active(db, account_id, active=False, actor=actor, now=now)


def reactivate_account(
    db: Database, account_id: int, *, actor: Account | None, now: datetime
) -> None:
    """Open a closed account again.

    Raises
    ------
    NotPermittedError
        When the actor may not, or the account has been erased.
    """
    _check_manager(actor, account_id)
    row = db.first("select erased_at from account where id = ?", (account_id,))
    if row is None or row["erased_at"]:
        raise NotPermittedError("an erased account stays erased")
    _set_active(db, account_id, active=True, actor=actor, now=now)


def erase_account(db: Database, account_id: int, *, actor: Account, now: datetime) -> None:
    """Take out everything that tells who the person was; what they did stays, without a name.

    Memberships end, passkeys, password, open codes and the mails to the person go, every session
    ends; mails to others lose what they told of the person. What the person wrote for an
    organisation belongs to the organisation and stays with it.

    Raises
    ------
    NotPermittedError
        When it is somebody else's account and the actor is no administrator.
    """
    if actor.id != account_id and not actor.is_administrator:
        raise NotPermittedError(f"account {account_id} is not {actor.id}")
    with db.atomic():
        person = get_account(db, account_id)
        forget_reader(db, account_id, person.email)
        forget_mentions(db, person.email, person.name)
        for table in _FORGOTTEN:
            db[table].delete_where("account_id = ?", [account_id])
        db.execute(
            "update membership set ended_at = ? where account_id = ? and ended_at is null",
            (to_text(now), account_id),
        )
        db["account"].update(account_id, _nobody(account_id, now))
        _record(db, "account.erase", account_id, actor.id, now)


def _nobody(account_id: int, now: datetime) -> dict[str, object]:
    """Return what is left of an erased account. The address cannot receive mail: .invalid."""
    return {
        "email": f"erased-{account_id}@account.invalid",
        "name": "",
        "title": "",
        "phone": "",
        "active": 0,
        "fs_uniquifier": secrets.token_hex(32),
        "fs_webauthn_user_handle": None,
        "password": None,
        "us_totp_secrets": None,
        "us_phone_number": None,
        "tf_primary_method": None,
        "tf_totp_secret": None,
        "tf_phone_number": None,
        "mf_recovery_codes": None,
        "erased_at": to_text(now),
    }


def _check_manager(actor: Account | None, account_id: int) -> None:
    if actor is not None and (not actor.is_hub_manager or actor.id == account_id):
        raise NotPermittedError("only hub managers close and open the accounts of others")


def _set_active(
    db: Database, account_id: int, *, active: bool, actor: Account | None, now: datetime
) -> None:
    with db.atomic():
        db["account"].update(account_id, {"active": int(active)})
        end_sessions(db, account_id)
        action = "account.reactivate" if active else "account.deactivate"
        _record(db, action, account_id, actor.id if actor else None, now)


def _record(
    db: Database,
    action: str,
    account_id: int,
    actor_id: int | None,
    now: datetime,
    **detail: Any,
) -> None:
    log.record(db, action, "account", account_id, actor_id=actor_id, now=now, **detail)
