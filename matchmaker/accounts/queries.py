"""Reading accounts and what they may speak for."""

from typing import Any

from matchmaker.accounts.account import Account, Membership
from matchmaker.database import Database


class AccountNotFoundError(LookupError):
    """No account has this id or address."""


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
