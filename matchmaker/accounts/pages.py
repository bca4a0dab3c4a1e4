"""A person's own pages: profile, sign-in, what is held about them, and the way out."""

import json
from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from flask_security.decorators import auth_required

from matchmaker.accounts import actions, memberships, passkeys
from matchmaker.accounts.export import export_account
from matchmaker.accounts.forms import EraseForm, ProfileForm
from matchmaker.accounts.memberships import LastEditorError
from matchmaker.accounts.passkeys import PasskeyNotFoundError
from matchmaker.accounts.queries import MembershipNotFoundError, list_own_memberships
from matchmaker.clock import utc_now
from matchmaker.organisations.forgetting import erase_person
from matchmaker.web.db import get_current_account, get_db
from matchmaker.web.errors import error_page

blueprint = Blueprint("accounts", __name__)

#: Before something that matters the person shows once more who they are.
fresh = auth_required(
    "session", within=lambda: timedelta(hours=2), grace=lambda: timedelta(minutes=30)
)


@blueprint.errorhandler(MembershipNotFoundError)
@blueprint.errorhandler(PasskeyNotFoundError)
def not_found(_error: LookupError) -> tuple[str, int]:
    return error_page(404)


@blueprint.route("/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    account = get_current_account()
    form = ProfileForm(obj=account)
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("name", "title", "phone", "language")}
        actions.change_profile(get_db(), account.id, **values, actor=account, now=utc_now())
        flash(_("Your profile is saved."), "success")
        return redirect(url_for("accounts.profile"))
    own = list_own_memberships(get_db(), account.id)
    return render_template("accounts/profile.html", form=form, memberships=own)


@blueprint.get("/profile/sign-in")
def security() -> str:
    return render_template(
        "accounts/security.html",
        has_password=bool(current_user.password),
        passkeys=passkeys.list_passkeys(get_db(), get_current_account().id),
    )


@blueprint.post("/profile/password/remove")
@fresh
def remove_password() -> ResponseReturnValue:
    account = get_current_account()
    current_user.fs_uniquifier = actions.set_password(get_db(), account.id, None, now=utc_now())
    keep_session()
    flash(_("The password is removed. You sign in with a code by mail."), "success")
    return redirect(url_for("accounts.security"))


@blueprint.post("/profile/passkeys/<int:passkey_id>/remove")
@fresh
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    account = get_current_account()
    name = passkeys.remove_passkey(get_db(), passkey_id, actor=account, now=utc_now())
    flash(_("The passkey %(name)s is removed.", name=name), "success")
    return redirect(url_for("accounts.security"))


@blueprint.post("/profile/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    actions.sign_out_everywhere(get_db(), get_current_account().id, now=utc_now())
    logout_user()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("security.us_signin"))


@blueprint.get("/profile/export")
@fresh
def export() -> Response:
    """Download what is held about the person, as JSON that a person can read too."""
    content = export_account(get_db(), get_current_account().id)
    return Response(
        json.dumps(content, ensure_ascii=False, indent=2) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=my-data.json"},
    )


@blueprint.route("/profile/erase", methods=["GET", "POST"])
@fresh
def erase() -> ResponseReturnValue:
    account = get_current_account()
    form = EraseForm()
    if form.validate_on_submit():
        if form.email.data.lower() == account.email.lower():
            erase_person(get_db(), account.id, actor=account, now=utc_now())
            logout_user()
            flash(_("Your account is erased. Thank you for the time you were here."), "success")
            return redirect(url_for("home.front"))
        form.email.errors = [_("This is not the address of your account.")]
    own = list_own_memberships(get_db(), account.id)
    alone = [m for m in own if memberships.is_last_editor(get_db(), account.id, m.organisation_id)]
    return render_template("accounts/erase.html", form=form, alone=alone)


@blueprint.post("/profile/leave/<int:organisation_id>")
def leave(organisation_id: int) -> ResponseReturnValue:
    account = get_current_account()
    try:
        memberships.end_membership(
            get_db(), account.id, organisation_id, actor=account, now=utc_now()
        )
    except LastEditorError:
        flash(
            _("You are the last who can speak for the organisation. Hand it over first."), "error"
        )
    else:
        flash(_("You have left the organisation."), "success")
    return redirect(url_for("accounts.profile"))


def keep_session() -> None:
    """Go on in this browser after all sessions of the account have ended."""
    session["_user_id"] = current_user.fs_uniquifier
