"""The second, blind reading, and how far the readers agree."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.clock import utc_now
from matchmaker.profiles.themes import list_themes
from matchmaker.reviews import labels
from matchmaker.reviews.forms import SecondForm
from matchmaker.reviews.pace import read_pace
from matchmaker.reviews.review import NotOpenError, ReviewError
from matchmaker.reviews.second import (
    NotWaitingError,
    SettledError,
    is_blind,
    list_waiting,
    read_again,
    settle_reading,
)
from matchmaker.reviews.second_queries import count_agreement, find_reading, list_differing
from matchmaker.reviews.sides import get_suggestion
from matchmaker.web import desk
from matchmaker.web.db import get_current_account, get_db
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.meaning import answered_from

SHOWN_DAYS = 365


def init_second_pages(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/second/<int:suggestion_id>", view_func=second)
    blueprint.add_url_rule("/second/<int:suggestion_id>", view_func=decide_again, methods=["POST"])
    blueprint.add_url_rule("/second/<int:suggestion_id>/settle", view_func=settle, methods=["POST"])
    blueprint.add_url_rule("/agreement", view_func=agreement)


def second(suggestion_id: int) -> ResponseReturnValue:
    """Show the pair without what was decided; who has decided sees both decisions."""
    form = SecondForm(formdata=None, shown=desk.sign_shown(suggestion_id))
    return _second_page(suggestion_id, form)


@limiter.limit(WRITE)
def decide_again(suggestion_id: int) -> ResponseReturnValue:
    form = SecondForm()
    decision = request.form.get("decision", "")
    if decision in labels.VERDICTS and form.validate():
        try:
            read_again(
                get_db(),
                suggestion_id,
                decision,
                sample=desk.second_readings(),
                reason=form.reason.data or None,
                note=form.note.data or "",
                shown_at=desk.read_shown(form.shown.data, suggestion_id),
                actor=get_current_account(),
                now=utc_now(),
            )
            return redirect(url_for(".second", suggestion_id=suggestion_id, **desk.scope_query()))
        except NotWaitingError:
            flash(_("Somebody else was faster: it has been read twice."), "info")
            return redirect(url_for(".agreement"))
        except ReviewError:
            missing = form.note if form.reason.data == "other" else form.reason
            missing.errors = [_("Say why, from the list or in a few words.")]
    return _second_page(suggestion_id, form, status=422)


@limiter.limit(WRITE)
def settle(suggestion_id: int) -> ResponseReturnValue:
    keep = request.form.get("keep", "")
    try:
        settle_reading(get_db(), suggestion_id, keep, actor=get_current_account(), now=utc_now())
        flash(_("Settled. Both decisions stay in the log."), "success")
    except NotOpenError:
        flash(_("It is part of a collaboration. Close that first."), "warning")
    except (SettledError, NotWaitingError, ReviewError):
        flash(_("There is nothing to settle any more."), "info")
    return redirect(url_for(".agreement"))


def agreement() -> str:
    now = utc_now()
    since = now - timedelta(days=SHOWN_DAYS)
    account = get_current_account()
    return render_template(
        "reviews/agreement.html",
        agreement=count_agreement(get_db(), since=since),
        pace=read_pace(get_db(), since=since),
        differing=list_differing(get_db()),
        second=list_waiting(get_db(), account, desk.second_readings(), account.hub_ids or None),
        share=desk.second_readings().share,
        query=desk.scope_query(),
    )


def _second_page(suggestion_id: int, form: SecondForm, status: int = 200) -> ResponseReturnValue:
    account, sample = get_current_account(), desk.second_readings()
    view = get_suggestion(get_db(), suggestion_id, today=desk.today())
    blind = is_blind(get_db(), suggestion_id, account, sample)
    reading = None if blind else find_reading(get_db(), suggestion_id)
    if not blind and reading is None:
        return redirect(url_for(".suggestion", suggestion_id=suggestion_id, **desk.scope_query()))
    waiting = list_waiting(get_db(), account, sample, account.hub_ids or None)
    return render_template(
        "reviews/second.html",
        view=view,
        reading=reading,
        form=form,
        answered_from=answered_from(),
        themes={
            "need": list_themes(get_db(), "need", view.need.id),
            "capability": list_themes(get_db(), "capability", view.capability.id),
        },
        following=next((each for each in waiting if each != suggestion_id), None),
        query=desk.scope_query(),
    ), status
