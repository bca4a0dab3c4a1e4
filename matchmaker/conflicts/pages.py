"""Who must not meet whom: the hub's list, and each person's own."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.accounts.queries import find_account_by_email
from matchmaker.clock import danish_day, utc_now
from matchmaker.conflicts import labels
from matchmaker.conflicts.actions import (
    declare_conflict,
    end_conflict,
    look_at_conflict,
    may_end,
)
from matchmaker.conflicts.conflict import (
    ConflictDeclarationError,
    ConflictNotFoundError,
    Declaration,
)
from matchmaker.conflicts.forms import ConflictForm, OwnConflictForm, PeriodForm
from matchmaker.conflicts.queries import list_conflicts, list_own
from matchmaker.jobs import wake_matching, wake_outbox
from matchmaker.organisations.queries import find_by_cvr, find_by_name, get_organisation
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter

blueprint = Blueprint("conflicts", __name__, url_prefix="/conflicts")
blueprint.record(lambda state: state.app.jinja_env.globals.update(conflict_labels=labels))


@blueprint.errorhandler(ConflictNotFoundError)
def not_found(_error: LookupError) -> tuple[str, int]:
    return error_page(404)


@blueprint.errorhandler(NotPermittedError)
def not_permitted(_error: NotPermittedError) -> tuple[str, int]:
    return error_page(403)


@blueprint.get("")
def index() -> str:
    return render_template("conflicts/index.html", **_listed(list_conflicts(get_db())))


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def new() -> ResponseReturnValue:
    form = ConflictForm()
    form.propose(_today())
    if form.validate_on_submit() and _declared(form, lambda: _of_others(form)):
        return redirect(url_for(".index"))
    return render_template("conflicts/new.html", form=form), _status()


@blueprint.route("/mine", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def mine() -> ResponseReturnValue:
    """Show a person's own ties, with the form to declare another."""
    account = get_current_account()
    form = OwnConflictForm()
    form.offer(_sides(account))
    form.propose(_today())
    if form.validate_on_submit() and _declared(form, lambda: _of_oneself(form, account)):
        return redirect(url_for(".mine"))
    own = _listed(list_own(get_db(), account.id))
    return render_template("conflicts/mine.html", form=form, **own), _status()


@blueprint.post("/<int:conflict_id>/end")
@limiter.limit(WRITE)
def end(conflict_id: int) -> ResponseReturnValue:
    try:
        end_conflict(get_db(), conflict_id, actor=get_current_account(), now=utc_now())
    except NotPermittedError as error:
        # Not even that somebody is tied to somebody is told to others.
        raise ConflictNotFoundError(conflict_id) from error
    wake_matching()
    flash(_("It has ended. The two may be suggested to each other again."), "success")
    staff = get_current_account().is_hub_staff and request.form.get("back") != "mine"
    return redirect(url_for(".index" if staff else ".mine"))


@blueprint.post("/<int:conflict_id>/look")
@limiter.limit(WRITE)
def look(conflict_id: int) -> ResponseReturnValue:
    look_at_conflict(get_db(), conflict_id, actor=get_current_account(), now=utc_now())
    flash(_("It is noted that it was looked at."), "success")
    return redirect(url_for(".index"))


def _declared(form: PeriodForm, read: Any) -> bool:
    """Store what was declared, or say at the fields what is wrong with it."""
    try:
        declare_conflict(
            get_db(), read(), actor=get_current_account(), links=get_links(), now=utc_now()
        )
    except (ConflictDeclarationError, PatientDataFound) as error:
        form.show_error(error)
        return False
    wake_matching()
    wake_outbox()
    flash(_("It is noted, and the two are not suggested to each other."), "success")
    return True


def _of_others(form: ConflictForm) -> Declaration:
    is_person = form.kind.data == "person"
    return Declaration(
        kind=form.kind.data,
        organisation_id=_organisation("organisation", form.organisation.data or ""),
        other_id=None if is_person else _organisation("other", form.other.data or ""),
        account_id=_person(form.person.data or "") if is_person else None,
        **_period(form),
    )


def _of_oneself(form: OwnConflictForm, account: Account) -> Declaration:
    named = _organisation("organisation", form.organisation.data or "")
    side, period = int(form.side.data), _period(form)
    if not side:
        return Declaration("person", named, account_id=account.id, **period)
    if form.kind.data == "tied":
        return Declaration("organisations", side, other_id=named, **period)
    owned, owner = (side, named) if form.kind.data == "owned" else (named, side)
    return Declaration("ownership", owned, other_id=owner, **period)


def _period(form: PeriodForm) -> dict[str, Any]:
    return {
        "reason": form.reason.data or "",
        "starts_on": form.starts_on.data,
        "ends_on": form.ends_on.data,
    }


def _organisation(field: str, text: str) -> int:
    if not text:
        raise ConflictDeclarationError(field, "required")
    digits = text.replace(" ", "").upper().removeprefix("DK")
    find = find_by_cvr if digits.isdecimal() else find_by_name
    found = find(get_db(), digits if digits.isdecimal() else text)
    if found is None:
        raise ConflictDeclarationError(field, "not_found")
    return found.id


def _person(text: str) -> int:
    found = find_account_by_email(get_db(), text) if text else None
    if found is None:
        raise ConflictDeclarationError("person", "not_found" if text else "required")
    return found.id


def _sides(account: Account) -> list[tuple[int, str]]:
    ids = sorted(account.organisation_ids - set(account.hub_ids))
    return [(id, get_organisation(get_db(), id).name) for id in ids if account.may_edit(id)]


def _listed(conflicts: Any) -> dict[str, Any]:
    today, account = _today(), get_current_account()
    return {
        "open": [each for each in conflicts if not each.is_over(today)],
        "over": [each for each in conflicts if each.is_over(today)],
        "today": today.isoformat(),
        "may_end": lambda conflict: may_end(conflict, account),
    }


def _today() -> date:
    return danish_day(utc_now())


def _status() -> int:
    return 200 if request.method == "GET" else 422
