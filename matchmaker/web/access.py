"""Who may call which endpoint, declared as data and enforced before every request.

This table says who may knock; whether a signed-in person may see or change one record is
decided by the domain (`Account.may_edit` and the queries that take the account).
"""

from enum import StrEnum
from typing import Final

from flask import Flask, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from matchmaker.accounts.account import Account
from matchmaker.web.db import find_current_account


class Audience(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    HUB_STAFF = "hub_staff"
    HUB_MANAGER = "hub_manager"
    ADMINISTRATOR = "administrator"


PUBLIC: Final = Audience.PUBLIC
SIGNED_IN: Final = Audience.SIGNED_IN
HUB_STAFF: Final = Audience.HUB_STAFF
HUB_MANAGER: Final = Audience.HUB_MANAGER
ADMINISTRATOR: Final = Audience.ADMINISTRATOR

ACCESS: dict[str, Audience] = {
    "static": PUBLIC,
    # home
    "home.front": PUBLIC,
    "home.about": PUBLIC,
    "home.privacy": PUBLIC,
    "home.accessibility": PUBLIC,
    "home.mine": SIGNED_IN,
    "home.health": PUBLIC,
    # accounts
    # organisations
    # needs
    # capabilities
    # reviews
    # collaborations
    # outbox
    # demo
}


def may_call(account: Account | None, audience: Audience) -> bool:
    if audience is PUBLIC:
        return True
    if account is None or not account.is_active:
        return False
    return {
        SIGNED_IN: True,
        HUB_STAFF: account.is_hub_staff,
        HUB_MANAGER: account.is_hub_manager,
        ADMINISTRATOR: account.is_administrator,
    }[audience]


def enforce_access() -> Response | None:
    """Refuse undeclared endpoints, send strangers to sign-in and answer 403 to the wrong role."""
    if request.endpoint is None:
        return None
    audience = ACCESS.get(request.endpoint)
    if audience is None:
        abort(404)
    account = None if audience is PUBLIC else find_current_account()
    if may_call(account, audience):
        return None
    if account is not None:
        abort(403)
    return redirect(url_for("security.us_signin", next=request.full_path))


def init_access(app: Flask) -> None:
    app.before_request(enforce_access)
