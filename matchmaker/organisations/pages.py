"""The pages of an organisation. Colleagues and joining lie beside; their addresses are here."""

from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.actions import AddressTakenError
from matchmaker.accounts.queries import MembershipNotFoundError
from matchmaker.audit.log import find_last_change
from matchmaker.clock import utc_now
from matchmaker.organisations import actions, colleague_pages, joining_pages, queries
from matchmaker.organisations.actions import ChangedMeanwhileError, CvrTakenError
from matchmaker.organisations.forms import (
    KIND_NAMES,
    SIZE_NAMES,
    DepartmentForm,
    OrganisationForm,
    show_reason,
)
from matchmaker.organisations.invitations import InvitationError
from matchmaker.organisations.joining import JoinRequestError, RegistrationError
from matchmaker.organisations.organisation import (
    KINDS,
    Details,
    Organisation,
    OrganisationError,
)
from matchmaker.organisations.queries import Offer, OrganisationNotFoundError
from matchmaker.organisations.reference import REGIONS, municipality_name
from matchmaker.profiles.contacts import without_contacts
from matchmaker.web.db import find_current_account, get_current_account, get_db
from matchmaker.web.errors import error_page
from matchmaker.web.limits import SEND_MAIL, WRITE, limiter

blueprint = Blueprint("organisations", __name__)


@blueprint.errorhandler(NotPermittedError)
def not_permitted(_error: NotPermittedError) -> tuple[str, int]:
    return error_page(403)


@blueprint.errorhandler(OrganisationNotFoundError)
@blueprint.errorhandler(MembershipNotFoundError)
@blueprint.errorhandler(JoinRequestError)
def not_found(_error: LookupError) -> tuple[str, int]:
    return error_page(404)


@blueprint.errorhandler(InvitationError)
@blueprint.errorhandler(RegistrationError)
@blueprint.errorhandler(AddressTakenError)
def expired(_error: Exception) -> tuple[str, int]:
    return error_page(410)


@blueprint.get("/organisations")
def index() -> str:
    text, kind = request.args.get("q", ""), request.args.get("kind") or None
    page = max(request.args.get("page", 1, int), 1)
    rows, total = queries.search_organisations(get_db(), text, kind=kind, page=page)
    return render_template(
        "organisations/index.html",
        rows=rows,
        total=total,
        page=page,
        pages=-(-total // queries.PAGE_SIZE),
        text=text,
        kind=kind,
        kinds=KINDS,
    )


@blueprint.get("/organisations/<int:organisation_id>")
def show(organisation_id: int) -> str:
    db, reader = get_db(), find_current_account()
    organisation = queries.get_organisation(db, organisation_id)
    is_insider = queries.is_insider(organisation, reader)
    if not queries.may_know(db, organisation, reader):
        abort(404)
    parent = queries.find_organisation(db, organisation.parent_id or 0)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        parent=parent,
        municipality=municipality_name(organisation.municipality),
        departments=queries.list_departments(db, organisation_id) if is_insider else [],
        offers=_masked(queries.list_offers(db, organisation_id)),
        is_insider=is_insider,
        may_change=organisation.may_be_changed_by(reader),
    )


@blueprint.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
def edit(organisation_id: int) -> ResponseReturnValue:
    organisation = _mine_to_change(organisation_id)
    form = OrganisationForm(obj=organisation)
    theirs: dict[str, Any] | None = None
    if form.validate_on_submit():
        try:
            if _save(form, organisation):
                flash(_("The organisation is saved."), "success")
                return redirect(url_for("organisations.show", organisation_id=organisation_id))
        except ChangedMeanwhileError:
            theirs = _saved_meanwhile(organisation_id, form)
    elif request.method == "GET":
        form.version.data = str(organisation.version)
    page = render_template(
        "organisations/edit.html", form=form, organisation=organisation, theirs=theirs
    )
    return page, 200 if request.method == "GET" else 422


@blueprint.route("/organisations/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Register an organisation of any kind; hub staff only."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            new_id = actions.register_organisation(
                get_db(), form.details(), actor=get_current_account(), now=utc_now()
            )
            return redirect(url_for("organisations.show", organisation_id=new_id))
        except OrganisationError as error:
            show_reason(form, error)
        except CvrTakenError as error:
            form.cvr.errors = [_("%(name)s has this CVR number.", name=error.organisation.name)]
    return render_template("organisations/new.html", form=form)


@blueprint.route("/organisations/<int:organisation_id>/departments/new", methods=["GET", "POST"])
def add_department(organisation_id: int) -> ResponseReturnValue:
    parent = _mine_to_change(organisation_id)
    if not parent.may_have_departments:
        abort(404)
    form = DepartmentForm()
    if form.validate_on_submit():
        details = Details(
            kind="department",
            name=form.name.data,
            country=parent.country,
            region=parent.region,
            municipality=parent.municipality,
            language=parent.language,
        )
        actions.add_department(
            get_db(), organisation_id, details, actor=get_current_account(), now=utc_now()
        )
        flash(_("%(name)s is added.", name=details.name), "success")
        return redirect(url_for("organisations.show", organisation_id=organisation_id))
    return render_template("organisations/add_department.html", form=form, organisation=parent)


def _masked(offers: list[Offer]) -> list[Offer]:
    """Return what the organisation offers as the catalogue tells it: without contact details."""
    return [replace(offer, title=without_contacts(offer.title)) for offer in offers]


def _save(form: OrganisationForm, organisation: Organisation) -> bool:
    try:
        actions.change_organisation(
            get_db(),
            organisation.id,
            form.details(),
            version=form.version.number,
            actor=get_current_account(),
            now=utc_now(),
        )
    except OrganisationError as error:
        show_reason(form, error)
        return False
    except CvrTakenError as error:
        form.cvr.errors = [_("%(name)s has this CVR number.", name=error.organisation.name)]
        return False
    return True


def _saved_meanwhile(organisation_id: int, form: OrganisationForm) -> dict[str, Any]:
    """Return what is saved now and who did it; the form may be saved over that one."""
    organisation = _mine_to_change(organisation_id)
    form.version.data = str(organisation.version)
    if not get_current_account().is_hub_staff:
        # The kind is for hub staff to change: the form of others only passes it on.
        form.kind.data = organisation.kind
    last = find_last_change(get_db(), "organisation.change", "organisation", organisation_id)
    return {"organisation": organisation, "last": last}


def _mine_to_change(organisation_id: int) -> Organisation:
    return queries.get_managed(get_db(), organisation_id, get_current_account())


@blueprint.app_context_processor
def names() -> dict[str, object]:
    """What codes are called, for every template."""
    return {"KIND_NAMES": KIND_NAMES, "SIZE_NAMES": SIZE_NAMES, "REGIONS": REGIONS}


_BOTH: Final = ["GET", "POST"]
_one = "/organisations/<int:organisation_id>"
for _address, _endpoint, _view, _methods in (
    (f"{_one}/colleagues", "colleagues", colleague_pages.colleagues, ["GET"]),
    (f"{_one}/invite", "invite", limiter.limit(SEND_MAIL)(colleague_pages.invite), ["POST"]),
    (f"{_one}/withdraw", "withdraw", colleague_pages.withdraw, ["POST"]),
    (f"{_one}/role", "change_role", colleague_pages.change_role, ["POST"]),
    (f"{_one}/end", "end_membership", colleague_pages.end_membership, ["POST"]),
    (f"{_one}/hand-over", "hand_over", colleague_pages.hand_over, ["POST"]),
    (f"{_one}/answer", "answer_request", colleague_pages.answer_request, ["POST"]),
    ("/invitations/<token>", "accept", joining_pages.accept, _BOTH),
    (
        "/register",
        "register",
        limiter.limit(SEND_MAIL, methods=["POST"])(joining_pages.register),
        _BOTH,
    ),
    ("/register/sent", "registered", joining_pages.registered, ["GET"]),
    ("/register/<token>", "confirm", joining_pages.confirm, _BOTH),
    ("/join", "join", limiter.limit(WRITE, methods=["POST"])(joining_pages.join), _BOTH),
):
    blueprint.add_url_rule(_address, _endpoint, _view, methods=_methods)
