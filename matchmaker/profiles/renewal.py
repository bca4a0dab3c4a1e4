"""Renewing from a mail: the link itself says which profile and in whose name."""

from dataclasses import dataclass

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import find_account
from matchmaker.database import Database
from matchmaker.outbox.links import LinkError, Links
from matchmaker.profiles.expiry import LINK_DAYS, renewal_purpose
from matchmaker.profiles.register import Register


@dataclass(frozen=True)
class Renewal:
    profile_id: int
    account: Account


def read_renewal(db: Database, register: Register, links: Links, token: str) -> Renewal:
    """Return what the link in a mail asks for; it changes nothing.

    Raises
    ------
    LinkExpiredError, LinkError
        The link is too old, is none of ours, or its reader is gone.
    """
    payload = links.read(renewal_purpose(register), token, max_age_days=LINK_DAYS)
    account = find_account(db, int(payload["account_id"]))
    if account is None or not account.is_active:
        raise LinkError("the account is gone")
    return Renewal(int(payload["id"]), account)
