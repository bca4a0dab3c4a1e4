"""Signing in as somebody of the demo content with one click; not there without that content."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.queries import get_account
from matchmaker.demo.queries import find_demo_person
from matchmaker.web.db import get_db, get_settings
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.sign_in import sign_in_account

blueprint = Blueprint("demo", __name__)


@blueprint.post("/demo/sign-in")
@limiter.limit(WRITE)
def sign_in() -> ResponseReturnValue:
    if not get_settings().shows_outbox:
        # Where mails go out the people are real: nobody signs in as one without their mailbox.
        abort(404)
    db = get_db()
    person = find_demo_person(db, request.form.get("persona", ""))
    if person is None:
        abort(404)
    with db.atomic():
        signed_in = sign_in_account(get_account(db, person.account_id), via="demo")
    if not signed_in:
        abort(404)
    return redirect(url_for("home.mine"))
