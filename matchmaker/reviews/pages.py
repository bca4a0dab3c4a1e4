"""The hub's queue, one case, and the page where a suggestion is decided."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.clock import danish_day, utc_now
from matchmaker.profiles.themes import list_themes
from matchmaker.reviews import labels
from matchmaker.reviews.actions import reopen_suggestions, review_suggestion
from matchmaker.reviews.case import SuggestionView
from matchmaker.reviews.forms import DecisionForm
from matchmaker.reviews.queries import (
    find_next_need,
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
from matchmaker.reviews.sides import NeedNotFoundError, get_suggestion
from matchmaker.reviews.standing import list_reviews
from matchmaker.reviews.unmet import unmet_among
from matchmaker.web.db import get_current_account, get_db
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.meaning import answered_from

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")
blueprint.record(lambda state: state.app.jinja_env.globals.update(review_labels=labels))


@blueprint.errorhandler(SuggestionNotFoundError)
@blueprint.errorhandler(NeedNotFoundError)
def not_found(_error: LookupError) -> tuple[str, int]:
    return error_page(404)


@blueprint.get("")
def queue() -> str:
    page = request.args.get("page", 1, type=int)
    found = list_queue(get_db(), _chosen_hubs(), today=_today(), page=page)
    return render_template(
        "reviews/queue.html",
        queue=found,
        scope=_scope(),
        today=_today(),
        answered_from=answered_from(),
        unmet=_unmet(entry.need_id for entry in found.entries),
    )


@blueprint.get("/needs/<int:need_id>")
def case(need_id: int) -> str:
    shown = get_case(get_db(), need_id, today=_today())
    following = find_next_need(get_db(), _chosen_hubs(), today=_today(), after=need_id)
    return render_template(
        "reviews/case.html",
        case=shown,
        answered_from=answered_from(),
        is_unmet=need_id in _unmet([need_id]),
        next_need=following,
        just_decided=_just_decided(),
        is_last=True,
        query=_query(),
    )


@blueprint.get("/suggestions/<int:suggestion_id>")
def suggestion(suggestion_id: int) -> str:
    view = get_suggestion(get_db(), suggestion_id, today=_today())
    form = DecisionForm(formdata=None, seen=str(view.standing.sequence))
    return _suggestion_page(view, form)


@blueprint.post("/suggestions/<int:suggestion_id>")
@limiter.limit(WRITE)
def decide(suggestion_id: int) -> ResponseReturnValue:
    view = get_suggestion(get_db(), suggestion_id, today=_today())
    form = DecisionForm()
    form.offer(_other_hubs(view), today=_today())
    decision = request.form.get("decision", "")
    overtaken_by: Review | None = None
    if decision in labels.DONE and form.validate():
        try:
            _store(suggestion_id, decision, form)
            return redirect(_after(view))
        except AlreadyReviewedError as error:
            overtaken_by = error.last
            # What was typed stays; the next click is made with the other decision in sight.
            form.seen.data, form.overrule.data = str(error.last.sequence), "yes"
        except ReviewError as error:
            form.show_error(error)
    return _suggestion_page(view, form, overtaken_by), 409 if overtaken_by else 422


@blueprint.post("/suggestions/<int:suggestion_id>/undo")
@limiter.limit(WRITE)
def undo(suggestion_id: int) -> ResponseReturnValue:
    """Put a decided suggestion back into the queue and open it."""
    count = reopen_suggestions(
        get_db(), [suggestion_id], actor=get_current_account(), now=utc_now()
    )
    if count:
        flash(_("The decision is undone. The suggestion is open again."), "success")
    else:
        flash(_("There was nothing to undo: it is open or part of a collaboration."), "info")
    return redirect(url_for(".suggestion", suggestion_id=suggestion_id, **_query()))


@blueprint.post("/needs/<int:need_id>/reopen")
@limiter.limit(WRITE)
def reopen(need_id: int) -> ResponseReturnValue:
    """Put the chosen suggestions of a case back into the queue."""
    in_case = {line.id for line in get_case(get_db(), need_id, today=_today()).lines}
    chosen = in_case & set(request.form.getlist("suggestion", type=int))
    count = reopen_suggestions(get_db(), chosen, actor=get_current_account(), now=utc_now())
    flash(
        ngettext("%(num)d suggestion is open again.", "%(num)d suggestions are open again.", count),
        "success" if count else "info",
    )
    return redirect(url_for(".case", need_id=need_id, **_query()))


def _suggestion_page(
    view: SuggestionView, form: DecisionForm, overtaken_by: Review | None = None
) -> str:
    form.offer(_other_hubs(view), today=_today())
    return render_template(
        "reviews/suggestion.html",
        is_deciding=view.standing.can_be_decided or overtaken_by is not None,
        view=view,
        answered_from=answered_from(),
        place=place_in_case(get_db(), view.need.id, view.id),
        themes={
            "need": list_themes(get_db(), "need", view.need.id),
            "capability": list_themes(get_db(), "capability", view.capability.id),
        },
        form=form,
        overtaken_by=overtaken_by,
        just_decided=_just_decided(),
        is_last=False,
        query=_query(),
    )


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
    )


def _after(view: SuggestionView) -> str:
    """Return the next open suggestion of the case, or the case when none is left."""
    following = find_next_suggestion(
        get_db(), view.need.id, _chosen_hubs(), today=_today(), after=view.id
    )
    if following is None:
        return url_for(".case", need_id=view.need.id, decided=view.id, **_query())
    return url_for(".suggestion", suggestion_id=following, decided=view.id, **_query())


def _just_decided() -> Review | None:
    """Return the reader's own decision on the suggestion before, for the undo notice."""
    decided = request.args.get("decided", type=int)
    reviews = list_reviews(get_db(), decided) if decided else []
    if not reviews or reviews[-1].account_id != get_current_account().id:
        return None
    return reviews[-1] if reviews[-1].decision != "reopen" else None


def _other_hubs(view: SuggestionView) -> list[tuple[int, str]]:
    return [hub for hub in list_hubs(get_db()) if hub[0] != view.standing.hub_id]


def _unmet(need_ids: Iterable[int]) -> frozenset[int]:
    return unmet_among(get_db(), need_ids, answered_from=answered_from())


def _scope() -> str:
    """Return ``mine`` or ``all``; who works for no hub sees all."""
    asked = request.args.get("hub", "mine")
    return "all" if asked == "all" or not get_current_account().hub_ids else "mine"


def _chosen_hubs() -> tuple[int, ...] | None:
    return None if _scope() == "all" else get_current_account().hub_ids


def _query() -> dict[str, Any]:
    return {"hub": "all"} if request.args.get("hub") == "all" else {}


def _today() -> date:
    return danish_day(utc_now())
