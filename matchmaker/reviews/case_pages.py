"""One case: its suggestions, who has it, and handing it on."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from matchmaker.accounts.account import NotPermittedError
from matchmaker.clock import utc_now
from matchmaker.jobs import wake_outbox
from matchmaker.reviews.apart import list_apart
from matchmaker.reviews.assigning import hand_to_colleague, hand_to_hub, take_case
from matchmaker.reviews.cases import hubs_of_need, read_open_cases
from matchmaker.reviews.coverage import read_coverage
from matchmaker.reviews.forms import HandForm
from matchmaker.reviews.owning import (
    Assignment,
    CaseTakenError,
    ColleagueError,
    Holding,
    ReceiverError,
    get_holding,
    list_staff,
)
from matchmaker.reviews.queries import find_next_case, get_case, list_hubs
from matchmaker.reviews.second import list_waiting
from matchmaker.reviews.unmet import unmet_among
from matchmaker.web import desk
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.meaning import answered_from


def init_case_pages(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(NotPermittedError, not_permitted)
    blueprint.add_url_rule("/needs/<int:need_id>", view_func=case)
    blueprint.add_url_rule("/needs/<int:need_id>/take", view_func=take, methods=["POST"])
    blueprint.add_url_rule("/needs/<int:need_id>/hand", view_func=hand, methods=["POST"])


def not_permitted(_error: NotPermittedError) -> tuple[str, int]:
    return error_page(403)


def case(need_id: int) -> str:
    return _case_page(need_id)


@limiter.limit(WRITE)
def take(need_id: int) -> ResponseReturnValue:
    form = HandForm()
    try:
        take_case(
            get_db(),
            need_id,
            form.hub_id,
            seen_sequence=form.sequence.number,
            actor=get_current_account(),
            now=utc_now(),
        )
    except CaseTakenError as error:
        return _case_page(need_id, form, error.last), 409
    flash(_("The case is yours."), "success")
    return redirect(url_for(".case", need_id=need_id, **desk.scope_query()))


@limiter.limit(WRITE)
def hand(need_id: int) -> ResponseReturnValue:
    form = HandForm()
    _offer(form, need_id, form.hub_id)
    if not form.validate():
        return _case_page(need_id, form), 422
    field: Field = form.receiver if request.form.get("to") == "hub" else form.colleague
    try:
        _hand(need_id, form, field)
    except CaseTakenError as error:
        # What was typed stays; the next click is made knowing who has the case now.
        form.sequence.data = str(error.last.sequence)
        return _case_page(need_id, form, error.last), 409
    except (ColleagueError, ReceiverError):
        field.errors = [_("Choose who is to have the case.")]
        return _case_page(need_id, form), 422
    wake_outbox()
    name = dict(field.choices)[field.data]
    flash(_("%(name)s has the case now.", name=name), "success")
    return redirect(url_for(".case", need_id=need_id, **desk.scope_query()))


def _hand(need_id: int, form: HandForm, field: Field) -> None:
    act = hand_to_hub if field is form.receiver else hand_to_colleague
    act(
        get_db(),
        need_id,
        form.hub_id,
        field.data,
        note=form.hand_note.data or "",
        seen_sequence=form.sequence.number,
        links=get_links(),
        actor=get_current_account(),
        now=utc_now(),
    )


def _case_page(need_id: int, form: HandForm | None = None, taken: Assignment | None = None) -> str:
    reader = get_current_account()
    blind = list_waiting(get_db(), reader, desk.second_readings(), need_id=need_id)
    shown = get_case(get_db(), need_id, today=desk.today(), blind_ids=frozenset(blind))
    holding = _own_holding(need_id)
    if form is None:
        form = HandForm(formdata=None, hub=str(holding.hub_id), sequence=str(holding.sequence))
    _offer(form, need_id, holding.hub_id)
    return render_template(
        "reviews/case.html",
        apart=list_apart(get_db(), need_id, today=desk.today()),
        case=shown,
        answered_from=answered_from(),
        is_unmet=need_id in unmet_among(get_db(), [need_id], answered_from=answered_from()),
        coverage=read_coverage(get_db(), need_id),
        holding=holding,
        clock=_clock(need_id, holding.hub_id),
        may_hand=_may_hand(holding),
        form=form,
        taken=taken,
        ahead=_next_case(need_id),
        after=request.args.get("after", type=int),
        query=desk.scope_query(),
    )


def _own_holding(need_id: int) -> Holding:
    """Return the case at the reader's own hub, or at the need's where they have no part of it."""
    hubs = hubs_of_need(get_db(), need_id, today=desk.today())
    own = [hub for hub in hubs if hub in get_current_account().hub_ids]
    return get_holding(get_db(), need_id, (own or hubs)[0])


def _may_hand(holding: Holding) -> bool:
    memberships = get_current_account().memberships
    return any(member.organisation_id == holding.hub_id for member in memberships)


def _clock(need_id: int, hub_id: int) -> Any:
    """Return the clock of the case, None when nothing waits there."""
    found = read_open_cases(get_db(), [hub_id], today=desk.today(), need_id=need_id)
    return next((case.clock for case in found), None)


def _next_case(need_id: int) -> str | None:
    """Return where the next case of the queue begins."""
    following = find_next_case(
        get_db(),
        desk.chosen_hubs(),
        today=desk.today(),
        after=need_id,
        owner_id=desk.chosen_owner(),
    )
    if following is None:
        return None
    if following.best_id is None:
        return url_for(".case", need_id=following.need_id, **desk.scope_query())
    return url_for(".suggestion", suggestion_id=following.best_id, **desk.scope_query())


def _offer(form: HandForm, need_id: int, hub_id: int) -> None:
    holding = get_holding(get_db(), need_id, hub_id)
    left_out = {get_current_account().id, holding.owner.account_id if holding.owner else None}
    colleagues = [
        (account.id, account.name)
        for account in list_staff(get_db(), hub_id)
        if account.id not in left_out
    ]
    form.offer(colleagues, [hub for hub in list_hubs(get_db()) if hub[0] != hub_id])
