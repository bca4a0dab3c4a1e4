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
    # sign-in (web/sign_in.py)
    "security.us_signin": PUBLIC,
    "security.us_signin_send_code": PUBLIC,
    "security.sign_in_link": PUBLIC,
    "security.wan_signin": PUBLIC,
    "security.wan_signin_response": PUBLIC,
    "security.logout": PUBLIC,
    "security.us_verify": SIGNED_IN,
    "security.us_verify_send_code": SIGNED_IN,
    "security.wan_verify": SIGNED_IN,
    "security.wan_verify_response": SIGNED_IN,
    "security.change_password": SIGNED_IN,
    "security.wan_register": SIGNED_IN,
    "security.wan_register_response": SIGNED_IN,
    # accounts
    "accounts.profile": SIGNED_IN,
    "accounts.security": SIGNED_IN,
    "accounts.remove_password": SIGNED_IN,
    "accounts.remove_passkey": SIGNED_IN,
    "accounts.sign_out_everywhere": SIGNED_IN,
    "accounts.export": SIGNED_IN,
    "accounts.erase": SIGNED_IN,
    "accounts.leave": SIGNED_IN,
    # organisations
    "organisations.index": HUB_STAFF,
    "organisations.new": HUB_STAFF,
    "organisations.show": PUBLIC,
    "organisations.edit": SIGNED_IN,
    "organisations.add_department": SIGNED_IN,
    "organisations.colleagues": SIGNED_IN,
    "organisations.invite": SIGNED_IN,
    "organisations.withdraw": SIGNED_IN,
    "organisations.change_role": SIGNED_IN,
    "organisations.end_membership": SIGNED_IN,
    "organisations.hand_over": SIGNED_IN,
    "organisations.answer_request": SIGNED_IN,
    "organisations.accept": PUBLIC,
    "organisations.register": PUBLIC,
    "organisations.registered": PUBLIC,
    "organisations.confirm": PUBLIC,
    "organisations.join": SIGNED_IN,
    # needs
    "needs.board": PUBLIC,
    "needs.unmet": PUBLIC,
    "needs.show": PUBLIC,
    "needs.renew": PUBLIC,
    "needs.mine": SIGNED_IN,
    "needs.new": SIGNED_IN,
    "needs.edit": SIGNED_IN,
    "needs.preview": SIGNED_IN,
    "needs.versions": SIGNED_IN,
    "needs.move": SIGNED_IN,
    "needs.close": SIGNED_IN,
    "needs.support": SIGNED_IN,
    # capabilities
    "capabilities.catalogue": PUBLIC,
    "capabilities.show": PUBLIC,
    "capabilities.renew": PUBLIC,
    "capabilities.mine": SIGNED_IN,
    "capabilities.new": SIGNED_IN,
    "capabilities.describe": SIGNED_IN,
    "capabilities.edit": SIGNED_IN,
    "capabilities.preview": SIGNED_IN,
    "capabilities.versions": SIGNED_IN,
    "capabilities.move": SIGNED_IN,
    "capabilities.close": SIGNED_IN,
    # themes
    "themes.index": PUBLIC,
    "themes.show": PUBLIC,
    # reviews
    "reviews.queue": HUB_STAFF,
    "reviews.case": HUB_STAFF,
    "reviews.suggestion": HUB_STAFF,
    "reviews.decide": HUB_STAFF,
    "reviews.undo": HUB_STAFF,
    "reviews.reopen": HUB_STAFF,
    "reviews.take": HUB_STAFF,
    "reviews.hand": HUB_STAFF,
    "reviews.second": HUB_STAFF,
    "reviews.decide_again": HUB_STAFF,
    "reviews.settle": HUB_STAFF,
    "reviews.agreement": HUB_STAFF,
    # collaborations
    "collaborations.index": HUB_STAFF,
    "collaborations.new": HUB_STAFF,
    "collaborations.edit": HUB_STAFF,
    "collaborations.send": HUB_STAFF,
    "collaborations.introduce": HUB_STAFF,
    "collaborations.show": SIGNED_IN,
    "collaborations.log": SIGNED_IN,
    "collaborations.move": SIGNED_IN,
    "collaborations.add_note": SIGNED_IN,
    "collaborations.close": HUB_STAFF,
    "collaborations.hand_over": HUB_STAFF,
    "collaborations.replace": HUB_STAFF,
    "collaborations.remove": HUB_STAFF,
    "collaborations.reply": HUB_STAFF,
    "collaborations.answer": PUBLIC,
    "collaborations.give_answer": PUBLIC,
    "collaborations.ask": PUBLIC,
    # casework
    "casework.show": SIGNED_IN,
    "casework.add_task": SIGNED_IN,
    "casework.task": SIGNED_IN,
    "casework.tick": SIGNED_IN,
    "casework.add_file": SIGNED_IN,
    "casework.download": SIGNED_IN,
    "casework.remove_file": SIGNED_IN,
    "casework.call_meeting": SIGNED_IN,
    "casework.meeting": SIGNED_IN,
    "casework.cancel_meeting": SIGNED_IN,
    "casework.invitation": SIGNED_IN,
    "casework.book": SIGNED_IN,
    "casework.cancel_booking": SIGNED_IN,
    # procurement
    "procurement.guide": PUBLIC,
    "procurement.save_answers": SIGNED_IN,
    "procurement.plan": SIGNED_IN,
    "procurement.log": SIGNED_IN,
    "procurement.add_contact": SIGNED_IN,
    "procurement.correct_contact": SIGNED_IN,
    "procurement.export": SIGNED_IN,
    "procurement.note": SIGNED_IN,
    "procurement.questions": SIGNED_IN,
    "procurement.ask": SIGNED_IN,
    # conflicts
    "conflicts.index": HUB_STAFF,
    "conflicts.new": HUB_STAFF,
    "conflicts.look": HUB_STAFF,
    "conflicts.mine": SIGNED_IN,
    "conflicts.end": SIGNED_IN,
    # alerts
    "alerts.inbox": SIGNED_IN,
    "alerts.index": SIGNED_IN,
    "alerts.new": SIGNED_IN,
    "alerts.edit": SIGNED_IN,
    "alerts.remove": SIGNED_IN,
    "alerts.settings": SIGNED_IN,
    "alerts.unsubscribe": PUBLIC,
    "alerts.subscribe": PUBLIC,
    # outcomes
    "outcomes.answer": PUBLIC,
    "outcomes.give_answer": PUBLIC,
    "outcomes.show": SIGNED_IN,
    # pooling
    "pooling.index": HUB_STAFF,
    "pooling.show": HUB_STAFF,
    "pooling.ask": HUB_STAFF,
    "pooling.split": HUB_STAFF,
    "pooling.keep_apart": HUB_STAFF,
    "pooling.merge": HUB_STAFF,
    "pooling.mine": SIGNED_IN,
    "pooling.answer": SIGNED_IN,
    "pooling.give_answer": SIGNED_IN,
    # outbox
    "outbox.index": SIGNED_IN,
    "outbox.show": SIGNED_IN,
    "outbox.resend": HUB_STAFF,
    # overview
    "overview.index": HUB_STAFF,
    "overview.section": HUB_STAFF,
    "overview.cases": HUB_STAFF,
    "overview.export": HUB_STAFF,
    # guide
    "guide.index": HUB_STAFF,
    "guide.show": HUB_STAFF,
    # demo
    "demo.sign_in": PUBLIC,
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
