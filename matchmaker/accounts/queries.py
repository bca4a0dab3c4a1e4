"""Reading accounts and what they may speak for."""

from dataclasses import dataclass
from typing import Any

from matchmaker.accounts.account import Account, Membership
from matchmaker.database import Database


class AccountNotFoundError(LookupError):
    """No account has this id or address."""


class MembershipNotFoundError(LookupError):
    """The person does not belong to this organisation, or no longer does."""


@dataclass(frozen=True)
class OwnMembership:
    """A membership as its owner sees it."""

    id: int
    organisation_id: int
    organisation_name: str
    organisation_kind: str
    role: str
    since: str


@dataclass(frozen=True)
class SignInRecord:
    """What sign-in needs to know of an account, beside who it is."""

    id: int
    email: str
    is_active: bool
    fs_uniquifier: str
    fs_webauthn_user_handle: str | None
    password: str | None


def find_account(db: Database, account_id: int) -> Account | None:
    row = db.first("select * from account where id = ?", (account_id,))
    return _account(db, row) if row else None


def find_account_by_email(db: Database, email: str) -> Account | None:
    row = db.first("select * from account where email = ?", (email.strip(),))
    return _account(db, row) if row else None


def get_account(db: Database, account_id: int) -> Account:
    """Return the account.

    Raises
    ------
    AccountNotFoundError
        When no account has this id.
    """
    account = find_account(db, account_id)
    if account is None:
        raise AccountNotFoundError(account_id)
    return account


def list_accounts(db: Database) -> list[Account]:
    """Return everybody who has not been erased, by address."""
    rows = db.rows("select * from account where erased_at is null order by email")
    return [_account(db, row) for row in rows]


def list_editors(db: Database, organisation_id: int) -> list[Account]:
    """Return the active people who may speak for the organisation, oldest membership first.

    A department without editors of its own is spoken for by those of the organisation above it.
    """
    rows = db.rows(
        "select a.* from account a join membership m on m.account_id = a.id"
        " where m.organisation_id = ? and m.ended_at is null and m.role <> 'member' and a.active"
        " order by m.id",
        (organisation_id,),
    )
    if not rows:
        above = db.first("select parent_id from organisation where id = ?", (organisation_id,))
        if above and above["parent_id"]:
            return list_editors(db, above["parent_id"])
    return [_account(db, row) for row in rows]


def list_own_memberships(db: Database, account_id: int) -> list[OwnMembership]:
    rows = db.rows(
        "select m.id, m.organisation_id, o.name as organisation_name, o.kind as organisation_kind,"
        " m.role, m.created_at as since from membership m"
        " join organisation o on o.id = m.organisation_id"
        " where m.account_id = ? and m.ended_at is null order by m.id",
        (account_id,),
    )
    return [OwnMembership(**row) for row in rows]


def get_membership(db: Database, account_id: int, organisation_id: int) -> Membership:
    """Return the current membership.

    Raises
    ------
    MembershipNotFoundError
        When the person does not belong to the organisation now.
    """
    for membership in get_account(db, account_id).memberships:
        if membership.organisation_id == organisation_id:
            return membership
    raise MembershipNotFoundError(account_id, organisation_id)


def find_organisation_id(db: Database, text: str) -> int | None:
    """Return the organisation that an operator names by id or whole name."""
    row = db.first(
        "select id from organisation where name = :text or cast(id as text) = :text"
        " order by name = :text desc, id",
        {"text": text.strip()},
    )
    return int(row["id"]) if row else None


def find_sign_in_record(db: Database, column: str, value: object) -> SignInRecord | None:
    """Return the record whose `column` has this value; the columns are unique ones."""
    if column not in ("id", "email", "fs_uniquifier", "fs_webauthn_user_handle"):
        raise ValueError(column)
    row = db.first(
        "select id, email, active as is_active, fs_uniquifier, fs_webauthn_user_handle, password"
        f" from account where {column} = ?",
        (value,),
    )
    return SignInRecord(**{**row, "is_active": bool(row["is_active"])}) if row else None


def _account(db: Database, row: dict[str, Any]) -> Account:
    return Account(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        title=row["title"],
        phone=row["phone"],
        language=row["language"],
        is_active=bool(row["active"]),
        memberships=_memberships(db, row["id"]),
    )


def _memberships(db: Database, account_id: int) -> tuple[Membership, ...]:
    """Return the current memberships with the departments that each reaches."""
    rows = db.rows(
        "select m.id, m.organisation_id, m.role, group_concat(o.id) as below from membership m"
        " left join organisation o on o.parent_id = m.organisation_id"
        " where m.account_id = ? and m.ended_at is null group by m.id order by m.id",
        (account_id,),
    )
    return tuple(
        Membership(
            id=row["id"],
            organisation_id=row["organisation_id"],
            role=row["role"],
            reaches=frozenset({row["organisation_id"], *_ids(row["below"])}),
        )
        for row in rows
    )


def _ids(joined: str | None) -> list[int]:
    return [int(part) for part in joined.split(",")] if joined else []
