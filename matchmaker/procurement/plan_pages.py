"""How a purchase would go, said before a test starts."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import NotPermittedError
from matchmaker.clock import utc_now
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.collaborations.following import move_stage
from matchmaker.collaborations.forms import message_for as collaboration_message
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.rights import may_see
from matchmaker.needs.need import Need
from matchmaker.procurement.errors import ProcurementError, StalePlanError
from matchmaker.procurement.forms import PlanForm
from matchmaker.procurement.plan import Plan
from matchmaker.procurement.planning import find_guide, find_plan, save_plan
from matchmaker.procurement.rights import get_kept_of
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db
from matchmaker.web.limits import WRITE, limiter


def init_plan_pages(blueprint: Blueprint) -> None:
    blueprint.add_url_rule(
        "/collaborations/<int:collaboration_id>/plan", view_func=plan, methods=["GET", "POST"]
    )


@limiter.limit(WRITE, methods=["POST"])
def plan(collaboration_id: int) -> ResponseReturnValue:
    """Say how a purchase would go; `then` is the stage that waits for it."""
    need = _kept_need_of(collaboration_id)
    last = find_plan(get_db(), collaboration_id)
    guide = find_guide(get_db(), need.id, collaboration_id)
    form = PlanForm.of(last, guide.form if guide else None)
    theirs: Plan | None = None
    if form.validate_on_submit():
        try:
            return _planned(collaboration_id, form)
        except StalePlanError:
            last = theirs = find_plan(get_db(), collaboration_id)
            form.version.data = str(last.sequence if last else 0)
        except (ProcurementError, PatientDataFound) as error:
            form.show_error(error)
        except CollaborationError as error:
            form.form_errors.append(collaboration_message(error))
    values = {"need": need, "plan": last, "theirs": theirs, "guide": guide}
    then = request.values.get("then", "")
    status = 200 if request.method == "GET" else 422
    page = render_template(
        "procurement/plan.html", form=form, collaboration_id=collaboration_id, then=then, **values
    )
    return page, status


def _kept_need_of(collaboration_id: int) -> Need:
    """Return the need that the reader keeps; who merely knows it learns of no collaboration."""
    account = get_current_account()
    try:
        return get_kept_of(get_db(), collaboration_id, account)
    except NotPermittedError:
        if may_see(account, get_collaboration(get_db(), collaboration_id)):
            raise
        abort(404)


def _planned(collaboration_id: int, form: PlanForm) -> ResponseReturnValue:
    """Save the answers and go on with the test in one: neither is kept without the other."""
    account, now = get_current_account(), utc_now()
    done = _("It is noted how a purchase would go.")
    with get_db().atomic():
        save_plan(
            get_db(),
            collaboration_id,
            form.answers(),
            seen_sequence=form.version.number,
            actor=account,
            now=now,
        )
        if request.form.get("then") == "test":
            move_stage(get_db(), collaboration_id, "test", actor=account, now=now)
            done = _("It is noted how a purchase would go, and the test has begun.")
    flash(done, "success")
    return redirect(url_for("collaborations.show", collaboration_id=collaboration_id))
