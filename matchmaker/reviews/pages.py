"""The hub's queue, and the page where a suggestion is decided."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.clock import utc_now
from matchmaker.coach.quality import Quality
from matchmaker.outcomes.earlier import tried_before
from matchmaker.profiles.quality import list_qualities
from matchmaker.profiles.themes import list_themes
from matchmaker.reviews import labels
from matchmaker.reviews.actions import reopen_suggestions, review_suggestion, undo_decision
from matchmaker.reviews.case import SuggestionView
from matchmaker.reviews.case_pages import init_case_pages
from matchmaker.reviews.coverage import read_coverage
from matchmaker.reviews.forms import DecisionForm
from matchmaker.reviews.queries import (
    find_next_suggestion,
    get_case,
    list_hubs,
    list_queue,
    place_in_case,
)
from matchmaker.reviews.review import (
    AlreadyReviewedError,
    Review,
    ReviewError,
    SuggestionNotFoundError,
)
from matchmaker.reviews.second import is_blind, list_waiting, note_shown
from matchmaker.reviews.second_pages import init_second_pages
from matchmaker.reviews.second_queries import list_differing
from matchmaker.reviews.sides import NeedNotFoundError, get_suggestion
from matchmaker.reviews.unmet import unmet_among
from matchmaker.web import desk
from matchmaker.web.db import get_current_account, get_db
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.meaning import answered_from

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")
blueprint.record(lambda state: state.app.jinja_env.globals.update(review_labels=labels))
init_case_pages(blueprint)
init_second_pages(blueprint)


@blueprint.errorhandler(SuggestionNotFoundError)
@blueprint.errorhandler(NeedNotFoundError)
def not_found(_error: LookupError) -> tuple[str, int]:
    return error_page(404)


@blueprint.get("")
def queue() -> str:
    account = get_current_account()
    found = list_queue(
        get_db(),
        desk.chosen_hubs(),
        today=desk.today(),
        page=request.args.get("page", 1, type=int),
        owner_id=desk.chosen_owner(),
    )
    return render_template(
        "reviews/queue.html",
        queue=found,
        scope=desk.scope(),
        query=desk.scope_query(),
        second=list_waiting(get_db(), account, desk.second_readings(), account.hub_ids or None),
        differing=list_differing(get_db(), reader_id=account.id),
        answered_from=answered_from(),
        unmet=_unmet(entry.need_id for entry in found.entries),
    )


@blueprint.get("/suggestions/<int:suggestion_id>")
def suggestion(suggestion_id: int) -> ResponseReturnValue:
    view = get_suggestion(get_db(), suggestion_id, today=desk.today())
    if is_blind(get_db(), suggestion_id, get_current_account(), desk.second_readings()):
        return redirect(url_for(".second", suggestion_id=suggestion_id, **desk.scope_query()))
    form = DecisionForm(
        formdata=None, seen=str(view.standing.sequence), shown=desk.sign_shown(suggestion_id)
    )
    return desk.keep_if_ahead(_suggestion_page(view, form))


@blueprint.post("/suggestions/<int:suggestion_id>")
@limiter.limit(WRITE)
def decide(suggestion_id: int) -> ResponseReturnValue:
    view = get_suggestion(get_db(), suggestion_id, today=desk.today())
    form = DecisionForm()
    form.offer(_other_hubs(view), today=desk.today())
    decision = request.form.get("decision", "")
    overtaken_by: Review | None = None
    if decision in labels.DONE and form.validate():
        try:
            _store(suggestion_id, decision, form)
            return redirect(_after(view, decision))
        except AlreadyReviewedError as error:
            overtaken_by = error.last
            # What was typed stays; the next click is made with the other decision in sight.
            form.seen.data, form.overrule.data = str(error.last.sequence), "yes"
        except ReviewError as error:
            form.show_error(error)
    # The page that comes back tells the decision, to who must read it blind as well.
    for review in [overtaken_by] if overtaken_by else view.reviews[-1:]:
        note_shown(get_db(), review, actor=get_current_account(), now=utc_now())
    return _suggestion_page(view, form, overtaken_by), 409 if overtaken_by else 422


@blueprint.post("/suggestions/<int:suggestion_id>/undo")
@limiter.limit(WRITE)
def undo(suggestion_id: int) -> ResponseReturnValue:
    """Put a decided suggestion back into the queue and open it."""
    seen = request.form.get("seen", type=int)
    account = get_current_account()
    try:
        undone = undo_decision(
            get_db(), suggestion_id, actor=account, now=utc_now(), seen_sequence=seen
        )
    except AlreadyReviewedError:
        flash(_("Somebody else has decided since. That decision stands, see below."), "warning")
    else:
        if undone:
            flash(_("The decision is undone. The suggestion is open again."), "success")
        else:
            flash(_("There was nothing to undo: it is open or part of a collaboration."), "info")
    return redirect(url_for(".suggestion", suggestion_id=suggestion_id, **desk.scope_query()))


@blueprint.post("/needs/<int:need_id>/reopen")
@limiter.limit(WRITE)
def reopen(need_id: int) -> ResponseReturnValue:
    """Put the chosen suggestions of a case back into the queue."""
    in_case = {line.id for line in get_case(get_db(), need_id, today=desk.today()).lines}
    chosen = in_case & set(request.form.getlist("suggestion", type=int))
    count = reopen_suggestions(get_db(), chosen, actor=get_current_account(), now=utc_now())
    flash(
        ngettext("%(num)d suggestion is open again.", "%(num)d suggestions are open again.", count),
        "success" if count else "info",
    )
    return redirect(url_for(".case", need_id=need_id, **desk.scope_query()))


def _suggestion_page(
    view: SuggestionView, form: DecisionForm, overtaken_by: Review | None = None
) -> str:
    form.offer(_other_hubs(view), today=desk.today())
    return render_template(
        "reviews/suggestion.html",
        is_deciding=_is_deciding(view, overtaken_by),
        view=view,
        answered_from=answered_from(),
        place=place_in_case(get_db(), view.need.id, view.id),
        themes=_themes(view),
        qualities=_qualities(view),
        form=form,
        coverage=read_coverage(get_db(), view.need.id),
        earlier=tried_before(get_db(), view.need.id, [view.capability.id], is_staff=True),
        overtaken_by=overtaken_by,
        after=request.args.get("after", type=int),
        ahead=_next_address(view),
        query=desk.scope_query(),
    )


def _is_deciding(view: SuggestionView, overtaken_by: Review | None) -> bool:
    """Whether the page has the form: also for who was overtaken, until their decision stands."""
    typed = request.method == "POST" and view.standing.can_be_reopened
    return view.standing.can_be_decided or typed or overtaken_by is not None


def _themes(view: SuggestionView) -> dict[str, Any]:
    return {
        "need": list_themes(get_db(), "need", view.need.id),
        "capability": list_themes(get_db(), "capability", view.capability.id),
    }


def _qualities(view: SuggestionView) -> dict[str, Quality | None]:
    """Return what each side's text earns, where it has been measured."""
    return {
        noun: list_qualities(get_db(), noun, [side.id]).get(side.id)
        for noun, side in (("need", view.need), ("capability", view.capability))
    }


def _store(suggestion_id: int, decision: str, form: DecisionForm) -> None:
    review_suggestion(
        get_db(),
        suggestion_id,
        decision,
        actor=get_current_account(),
        now=utc_now(),
        seen_sequence=form.seen_sequence,
        reason=form.reason.data or None,
        note=form.note.data or "",
        defer_until=form.defer_until.data,
        refer_to_id=form.refer_to.data or None,
        overrule=form.overrule.data == "yes",
        shown_at=desk.read_shown(form.shown.data, suggestion_id),
    )


def _after(view: SuggestionView, decision: str) -> str:
    """Return the next open suggestion of the case, or the case when none is left.

    What was decided stands behind the #, so that the address is the one that was loaded ahead.
    """
    following = _next_address(view)
    if following is None:
        query = {"after": view.id, **desk.scope_query()}
        following = url_for(".case", need_id=view.need.id, **query)
    return f"{following}#done-{decision}"


def _next_address(view: SuggestionView) -> str | None:
    following = find_next_suggestion(
        get_db(), view.need.id, desk.chosen_hubs(), today=desk.today(), after=view.id
    )
    if following is None:
        return None
    query = {"after": view.id, **desk.scope_query()}
    return url_for(".suggestion", suggestion_id=following, **query)


def _other_hubs(view: SuggestionView) -> list[tuple[int, str]]:
    return [hub for hub in list_hubs(get_db()) if hub[0] != view.standing.hub_id]


def _unmet(need_ids: Iterable[int]) -> frozenset[int]:
    return unmet_among(get_db(), need_ids, answered_from=answered_from())
