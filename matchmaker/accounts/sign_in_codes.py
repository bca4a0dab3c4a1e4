"""Codes and links that sign a person in: made for a mail, good for a short time, used once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.accounts.account import Account
from matchmaker.accounts.address import keyed_hash
from matchmaker.accounts.mails import send_mail
from matchmaker.accounts.queries import find_account, find_account_by_email
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links

CODE_VALID = timedelta(minutes=15)
OPERATOR_LINK_VALID = timedelta(hours=24)


class SignInLinkError(LookupError):
    """The link was used, has expired, or is none of ours."""


@dataclass(frozen=True)
class SignInLink:
    account: Account
    next_path: str


def send_code(
    db: Database, address: str, *, next_path: str = "", links: Links, now: datetime
) -> None:
    """Mail a code and a link to the address, if an open account has it; otherwise do nothing.

    Who asks learns nothing of which it was.
    """
    account = find_account_by_email(db, address)
    if account is None or not account.is_active:
        return
    code = f"{secrets.randbelow(1_000_000):06}"
    with db.atomic():
        code_id, token = _insert(
            db, account.id, code, next_path, links=links, now=now, valid=CODE_VALID
        )
        send_mail(
            db,
            "sign_in",
            account,
            key=f"sign-in-{code_id}",
            now=now,
            code=f"{code[:3]} {code[3:]}",
            link=links.page(f"/sign-in/link/{token}"),
            minutes=CODE_VALID // timedelta(minutes=1),
        )


def make_sign_in_link(
    db: Database, account: Account, *, links: Links, now: datetime, next_path: str = ""
) -> str:
    """Return a link that signs the person in once, for an operator to hand over."""
    with db.atomic():
        _, token = _insert(
            db, account.id, None, next_path, links=links, now=now, valid=OPERATOR_LINK_VALID
        )
    return links.page(f"/sign-in/link/{token}")


def use_code(db: Database, account_id: int, code: str, *, links: Links, now: datetime) -> bool:
    """Whether the code is good now; a good one is used up with all others of the account."""
    with db.atomic():
        row = db.first(
            "select id from sign_in_code where account_id = ? and code_hash = ?"
            " and used_at is null and expires_at > ?",
            (account_id, _code_hash(account_id, code, links), to_text(now)),
        )
        if row:
            _use_up(db, account_id, now)
    return row is not None


def find_link(db: Database, token: str, *, links: Links, now: datetime) -> SignInLink:
    """Return whom the link signs in, without using it: programs that check mails open links too.

    Raises
    ------
    SignInLinkError
        When the link is not good now, or the account is closed.
    """
    row = db.first(
        "select account_id, next_path from sign_in_code"
        " where link_hash = ? and used_at is null and expires_at > ?",
        (_link_hash(token, links), to_text(now)),
    )
    account = find_account(db, row["account_id"]) if row else None
    if row is None or account is None or not account.is_active:
        raise SignInLinkError
    return SignInLink(account, row["next_path"])


def use_link(db: Database, token: str, *, links: Links, now: datetime) -> SignInLink:
    """Return whom the link signs in and use it up.

    Raises
    ------
    SignInLinkError
        When the link is not good now, or the account is closed.
    """
    with db.atomic():
        link = find_link(db, token, links=links, now=now)
        _use_up(db, link.account.id, now)
    return link


def _insert(
    db: Database,
    account_id: int,
    code: str | None,
    next_path: str,
    *,
    links: Links,
    now: datetime,
    valid: timedelta,
) -> tuple[int, str]:
    db["sign_in_code"].delete_where("expires_at < ?", [to_text(now - timedelta(days=1))])
    token = secrets.token_urlsafe(24)
    row = {
        "account_id": account_id,
        "code_hash": _code_hash(account_id, code, links) if code else None,
        "link_hash": _link_hash(token, links),
        "next_path": next_path,
        "created_at": to_text(now),
        "expires_at": to_text(now + valid),
    }
    return db.insert_row("sign_in_code", row), token


def _use_up(db: Database, account_id: int, now: datetime) -> None:
    db.execute(
        "update sign_in_code set used_at = ? where account_id = ? and used_at is null",
        (to_text(now), account_id),
    )
    db.execute(
        "update account set confirmed_at = ? where id = ? and confirmed_at is null",
        (to_text(now), account_id),
    )


def _code_hash(account_id: int, code: str, links: Links) -> str:
    return keyed_hash(links.secret_key, "code", account_id, code)


def _link_hash(token: str, links: Links) -> str:
    return keyed_hash(links.secret_key, "link", token)
