"""Asking for a code and opening a sign-in link: the steps of sign-in that are our own."""

from typing import Any
from urllib.parse import unquote_plus

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.utils import login_user, validate_redirect_url

from matchmaker.accounts.address import BadAddressError, normal_address
from matchmaker.accounts.attempts import TooManyCodesError, count_code
from matchmaker.accounts.sign_in_codes import SignInLinkError, find_link, use_link
from matchmaker.accounts.sign_in_codes import send_code as send_code_mail
from matchmaker.clock import utc_now
from matchmaker.screening.screen import screen
from matchmaker.web.db import get_db, get_links
from matchmaker.web.sign_in_datastore import Datastore

#: Where the session keeps the address between asking for a code and typing it.
ADDRESS = "sign_in_address"


def safe_next() -> str:
    """Return the page that was asked for before sign-in, empty unless it is one of ours.

    It is kept beside the code that was mailed, so that an address in which somebody searched for
    a CPR number is forgotten.
    """
    wanted = request.values.get("next", "")
    if any(finding.severity == "refuse" for finding in screen(unquote_plus(wanted))):
        return ""
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    is_ours = is_path and validate_redirect_url(wanted)
    return wanted if is_ours else ""


def send_code() -> ResponseReturnValue:
    """Mail a code to the address; the answer is the same whether or not anybody has it."""
    try:
        address = normal_address(request.form.get("identity", ""))
    except BadAddressError:
        flash(_("Write the address as name@organisation.dk."), "error")
        return _to("security.us_signin")
    session[ADDRESS] = address
    _mail_code(address)
    return _to("security.us_signin", step="code")


def send_verify_code() -> ResponseReturnValue:
    """Mail a code to the person who is signed in."""
    _mail_code(current_user.email)
    return _to("security.us_verify", step="code")


def sign_in_link(token: str) -> ResponseReturnValue:
    """Show a button, and sign in when it is pressed.

    Opening the address is not enough: programs that check mails for bad links open it first.
    """
    db, links, now = get_db(), get_links(), utc_now()
    try:
        if request.method == "GET":
            link = find_link(db, token, links=links, now=now)
            return render_template("security/sign_in_link.html", person=link.account)
        link = use_link(db, token, links=links, now=now)
    except SignInLinkError:
        abort(410)
    user = Datastore().find_user(id=link.account.id)
    if user is None:
        abort(410)
    login_user(user, authn_via=["link"])
    return redirect(link.next_path or url_for("home.mine"))


def _mail_code(address: str) -> None:
    db, links, now = get_db(), get_links(), utc_now()
    try:
        count_code(db, address, key=links.secret_key, now=now)
    except TooManyCodesError:
        flash(_("You have asked for many codes. Use the newest mail, or wait an hour."), "warning")
        return
    send_code_mail(db, address, next_path=safe_next(), links=links, now=now)


def _to(endpoint: str, **values: Any) -> ResponseReturnValue:
    return redirect(url_for(endpoint, **values, next=safe_next() or None))
