"""Colleagues of an organisation: invite, let in, change roles, hand over. See pages.py."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts import memberships
from matchmaker.accounts.address import BadAddressError
from matchmaker.accounts.memberships import LastEditorError, WrongRoleError
from matchmaker.clock import utc_now
from matchmaker.organisations import actions, invitations, joining, queries
from matchmaker.organisations.forms import ROLE_NAMES, InviteForm
from matchmaker.organisations.invitations import AlreadyMemberError, InvitationError
from matchmaker.organisations.organisation import Organisation
from matchmaker.web.db import get_current_account, get_db, get_links


def colleagues(organisation_id: int) -> str:
    organisation = _managed(organisation_id)
    return _page(organisation, _invite_form(organisation))


def invite(organisation_id: int) -> ResponseReturnValue:
    organisation = _managed(organisation_id)
    form = _invite_form(organisation)
    if form.validate_on_submit() and _invited(organisation, form):
        flash(_("An invitation is on its way to %(address)s.", address=form.email.data), "success")
        return _back(organisation_id)
    return _page(organisation, form)


def withdraw(organisation_id: int) -> ResponseReturnValue:
    try:
        invitations.withdraw_invitation(
            get_db(),
            organisation_id,
            _number("invitation_id"),
            actor=get_current_account(),
            now=utc_now(),
        )
        flash(_("The invitation is withdrawn."), "success")
    except InvitationError:
        flash(_("The invitation is no longer open."), "warning")
    return _back(organisation_id)


def change_role(organisation_id: int) -> ResponseReturnValue:
    organisation = _managed(organisation_id)
    account_id = _number("account_id")
    if not any(m.account_id == account_id for m in queries.list_members(get_db(), organisation.id)):
        abort(404)
    try:
        memberships.give_role(
            get_db(),
            account_id,
            organisation.id,
            request.form.get("role", ""),
            actor=get_current_account(),
            now=utc_now(),
        )
        flash(_("The role is changed."), "success")
    except WrongRoleError:
        abort(400)
    except LastEditorError:
        _say_last_editor()
    return _back(organisation_id)


def end_membership(organisation_id: int) -> ResponseReturnValue:
    _managed(organisation_id)
    try:
        memberships.end_membership(
            get_db(),
            _number("account_id"),
            organisation_id,
            actor=get_current_account(),
            now=utc_now(),
        )
        flash(_("The person no longer belongs to the organisation."), "success")
    except LastEditorError:
        _say_last_editor()
    return _back(organisation_id)


def hand_over(organisation_id: int) -> ResponseReturnValue:
    """Give one's own role to a colleague."""
    account = get_current_account()
    actions.hand_over(
        get_db(), organisation_id, account.id, _number("account_id"), actor=account, now=utc_now()
    )
    flash(_("Thank you. Your colleague speaks for the organisation now."), "success")
    return redirect(url_for("accounts.profile"))


def answer_request(organisation_id: int) -> ResponseReturnValue:
    _managed(organisation_id)
    role, request_id = request.form.get("role") or None, _number("request_id")
    waiting = queries.list_join_requests(get_db(), organisation_id)
    if not any(each["id"] == request_id for each in waiting):
        abort(404)
    try:
        joining.answer_join_request(
            get_db(),
            request_id,
            role,
            actor=get_current_account(),
            links=get_links(),
            now=utc_now(),
        )
    except WrongRoleError:
        abort(400)
    flash(_("Your answer is on its way.") if role else _("The request is declined."), "success")
    return _back(organisation_id)


def _page(organisation: Organisation, form: InviteForm) -> str:
    db, account = get_db(), get_current_account()
    members = queries.list_members(db, organisation.id)
    mine = next((m.role for m in members if m.account_id == account.id), "member")
    return render_template(
        "organisations/colleagues.html",
        organisation=organisation,
        form=form,
        members=members,
        my_id=account.id,
        may_hand_over=mine != "member",
        roles=organisation.roles_given_by(account),
        may_change=[m.account_id for m in members if account.may_give(m.role, organisation.id)],
        invitations=queries.list_open_invitations(db, organisation.id, now=utc_now()),
        requests=queries.list_join_requests(db, organisation.id),
    )


def _invite_form(organisation: Organisation) -> InviteForm:
    form = InviteForm()
    roles = organisation.roles_given_by(get_current_account())
    form.role.choices = [(role, ROLE_NAMES[role]) for role in roles]
    if not form.role.data and roles:
        form.role.data = roles[0]
    return form


def _invited(organisation: Organisation, form: InviteForm) -> bool:
    try:
        invitations.invite_colleague(
            get_db(),
            organisation.id,
            form.email.data,
            form.role.data,
            actor=get_current_account(),
            links=get_links(),
            now=utc_now(),
        )
    except BadAddressError:
        form.email.errors = [_("Write the address as name@organisation.dk.")]
        return False
    except AlreadyMemberError:
        form.email.errors = [_("This person belongs to the organisation already.")]
        return False
    return True


def _managed(organisation_id: int) -> Organisation:
    return queries.get_managed(get_db(), organisation_id, get_current_account())


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isdecimal() or len(text) > 15:
        abort(400)
    return int(text)


def _say_last_editor() -> None:
    flash(
        _(
            "Nobody would be left to speak for the organisation. "
            "Make somebody else an editor first."
        ),
        "error",
    )


def _back(organisation_id: int) -> ResponseReturnValue:
    return redirect(url_for("organisations.colleagues", organisation_id=organisation_id))
