"""Forgetting people: who asks to be erased, and strangers who never came in."""

from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.accounts.actions import erase_account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import to_text
from matchmaker.database import Database


def erase_person(db: Database, account_id: int, *, actor: Account, now: datetime) -> None:
    """Erase an account together with what the way into organisations holds of the person.

    Raises
    ------
    NotPermittedError
        As :func:`~matchmaker.accounts.actions.erase_account`; nothing is erased then.
    """
    with db.atomic():
        address = get_account(db, account_id).email
        erase_account(db, account_id, actor=actor, now=now)
        db.execute(
            "update invitation set email = '', withdrawn_at = ?"
            " where email = ? and accepted_at is null and withdrawn_at is null",
            (to_text(now), address),
        )
        db["registration"].delete_where("email = ?", [address])
        db["join_request"].delete_where("account_id = ? and decided_at is null", [account_id])


def forget_expired(db: Database, *, now: datetime) -> None:
    """Forget the addresses of invitations and registrations that can no longer be used."""
    with db.atomic():
        db.execute(
            "update invitation set email = '' where expires_at < ? and email <> ''",
            (to_text(now),),
        )
        db["registration"].delete_where("expires_at < ?", [to_text(now)])
