"""The pages of needs: the board, the form, one need, and a person's own."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account
from matchmaker.clock import danish_day, to_moment, utc_now
from matchmaker.coach.advice import advise
from matchmaker.needs import actions, labels
from matchmaker.needs.actions import NEEDS, AlreadySupportedError
from matchmaker.needs.forms import CloseForm, NeedForm
from matchmaker.needs.need import Need
from matchmaker.needs.queries import (
    as_public,
    get_visible,
    list_mine,
    list_published,
    list_published_by_id,
    list_supporters,
    supports,
)
from matchmaker.needs.timeline import list_steps
from matchmaker.pooling.queries import list_waiting
from matchmaker.profiles.errors import InvalidProfileError, StaleVersionError, WrongStateError
from matchmaker.profiles.finding import rank
from matchmaker.profiles.places import list_places, usual_place
from matchmaker.profiles.quality import draft_of, list_qualities
from matchmaker.profiles.reading import Search, Shown
from matchmaker.profiles.themes import list_themes
from matchmaker.profiles.versions import list_versions
from matchmaker.reviews.unmet import list_public_unmet, list_unmet, page_of, unmet_among
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import (
    find_current_account,
    get_current_account,
    get_db,
)
from matchmaker.web.meaning import answered_from, nearest, needs_like
from matchmaker.web.profiles import (
    after_moving,
    after_saving,
    asked_page,
    asked_theme,
    asked_weakest_first,
    get_changeable,
    init_profile_pages,
    kept_query,
    qualities_for_staff,
    renewal_page,
)
from matchmaker.web.timeline import Step, more_need_steps
from matchmaker.web.watching import find_own_watch

blueprint = Blueprint("needs", __name__, url_prefix="/needs")
init_profile_pages(blueprint)
blueprint.record(lambda state: state.app.jinja_env.globals.update(need_labels=labels))

_MOVES = {
    "submit": actions.submit,
    "publish": actions.publish,
    "pause": actions.pause,
    "resume": actions.resume,
    "renew": actions.renew,
}


@blueprint.get("")
def board() -> str:
    words = request.args.get("q", "").strip()[:300]
    asked = {name: request.args.get(name, "") for name in ("region", "kind", "language")}
    ranked = rank(get_db(), NEEDS, words, nearest(get_db(), "need", words)) if words else None
    theme = asked_theme()
    key = theme.key if theme else ""
    weakest_first = asked_weakest_first()
    listing = list_published(get_db(), Search(asked, ranked, asked_page(), key, weakest_first))
    page = {
        "words": words,
        "theme": theme,
        "query": kept_query(
            {"q": words, "theme": key, **asked, "sort": "text" if weakest_first else ""}
        ),
        "watch": find_own_watch("need", request.args),
        "qualities": qualities_for_staff("need", listing.items),
    }
    return render_template("needs/board.html", listing=listing, **page)


@blueprint.get("/unmet")
def unmet() -> str:
    """Show what has no good match yet: to staff all of it, to others what is on the board."""
    account, bound = find_current_account(), answered_from()
    if bound is None:
        return render_template("needs/unmet.html", is_known=False)
    if account is not None and account.is_hub_staff:
        return _unmet_for_staff(account, bound)
    ids = list_public_unmet(get_db(), answered_from=bound)
    shown, page, pages = page_of(ids, asked_page())
    return render_template(
        "needs/unmet.html",
        is_known=True,
        total=len(ids),
        needs=list_published_by_id(get_db(), shown),
        page=page,
        pages=pages,
    )


@blueprint.get("/mine")
def mine() -> str:
    account = get_current_account()
    found = list_mine(get_db(), account)
    own = [shown for shown in found if shown.profile.owner_id == account.id]
    others = [shown for shown in found if shown.profile.owner_id != account.id]
    return render_template("needs/mine.html", own=own, others=others)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    account = get_current_account()
    places = list_places(get_db(), account, with_companies=False)
    if not places:
        return render_template("needs/no_place.html")
    form = NeedForm()
    form.offer_places(places, usual_place(account, places))
    if form.validate_on_submit():
        try:
            need_id = actions.save_draft(
                get_db(),
                form.answers(),
                organisation_id=form.organisation.data,
                actor=account,
                now=utc_now(),
                form_key=form.form_key.data,
            )
            return after_saving(labels.DONE["save"], need_id=need_id)
        except (InvalidProfileError, PatientDataFound) as error:
            form.show_refusal(error)
    return render_template("needs/new.html", form=form), _status(form)


@blueprint.route("/<int:need_id>/edit", methods=["GET", "POST"])
def edit(need_id: int) -> ResponseReturnValue:
    shown = get_changeable(get_visible, need_id)
    form = NeedForm.of(shown.profile)
    form.offer_places([(shown.profile.organisation_id, "")], shown.profile.organisation_id)
    theirs = None
    if form.validate_on_submit():
        try:
            actions.change(
                get_db(),
                need_id,
                form.answers(),
                version=form.version.number,
                actor=get_current_account(),
                now=utc_now(),
            )
            return after_saving(labels.DONE["save"], need_id=need_id)
        except (InvalidProfileError, PatientDataFound) as error:
            form.show_refusal(error)
        except StaleVersionError as error:
            form.version.data = str(error.current)
            theirs = shown.profile
        except WrongStateError:
            form.form_errors.append(_("The need was closed in the meantime and cannot be changed."))
    return render_template("needs/edit.html", form=form, shown=shown, theirs=theirs), _status(form)


@blueprint.get("/<int:need_id>/preview")
def preview(need_id: int) -> str:
    """Show the text as others will see it, what they will miss, and needs that are alike."""
    shown = get_changeable(get_visible, need_id)
    alike = _alike(shown.profile)
    page = {"public": as_public(shown), "alike": alike}
    hints = advise(draft_of("need", vars(shown.profile)))
    return render_template("needs/preview.html", shown=shown, hints=hints, **page)


@blueprint.get("/<int:need_id>")
def show(need_id: int) -> str:
    account = find_current_account()
    shown = get_visible(get_db(), need_id, account)
    own = account.organisation_ids if account else frozenset()
    return render_template(
        "needs/show.html",
        shown=shown,
        themes=list_themes(get_db(), "need", need_id),
        qualities=qualities_for_staff("need", [shown]),
        steps=_steps(shown),
        is_unmet=need_id in unmet_among(get_db(), [need_id], answered_from=answered_from()),
        supporters=list_supporters(get_db(), need_id) if shown.is_full else [],
        is_supported=supports(get_db(), need_id, own),
        places=_supporting_places(shown),
        joint_needs=list_waiting(get_db(), account, need_id) if account else [],
        close_form=CloseForm(),
    )


@blueprint.get("/<int:need_id>/versions")
def versions(need_id: int) -> str:
    shown = get_changeable(get_visible, need_id)
    found = list_versions(get_db(), NEEDS, need_id)
    return render_template("needs/versions.html", shown=shown, versions=found)


@blueprint.post("/<int:need_id>/<any(submit, publish, pause, resume, renew):verb>")
def move(need_id: int, verb: str) -> ResponseReturnValue:
    get_changeable(get_visible, need_id)
    _MOVES[verb](get_db(), need_id, actor=get_current_account(), now=utc_now())
    return after_moving(labels.DONE[verb], need_id=need_id)


@blueprint.post("/<int:need_id>/close")
def close(need_id: int) -> ResponseReturnValue:
    get_changeable(get_visible, need_id)
    reason = request.form.get("reason", "")
    actions.close(get_db(), need_id, reason, actor=get_current_account(), now=utc_now())
    return after_moving(labels.DONE["close"], need_id=need_id)


@blueprint.post("/<int:need_id>/support")
def support(need_id: int) -> ResponseReturnValue:
    """Put the reader's organisation behind a need that somebody else posted."""
    get_visible(get_db(), need_id, get_current_account())
    try:
        actions.support(
            get_db(),
            need_id,
            organisation_id=request.form.get("organisation", 0, type=int),
            actor=get_current_account(),
            now=utc_now(),
        )
        flash(_("Your organisation now stands behind this need too."), "success")
    except AlreadySupportedError:
        flash(_("Your organisation already stands behind this need."), "info")
    return redirect(url_for(".show", need_id=need_id))


@blueprint.route("/renew/<token>", methods=["GET", "POST"])
def renew(token: str) -> ResponseReturnValue:
    return renewal_page("needs/renew.html", NEEDS, get_visible, actions.renew, token)


def _unmet_for_staff(account: Account, bound: float) -> str:
    is_all = request.args.get("hub") == "all" or not account.hub_ids
    hubs = None if is_all else account.hub_ids
    weakest_first = asked_weakest_first()
    found = list_unmet(
        get_db(), hubs, answered_from=bound, page=asked_page(), weakest_first=weakest_first
    )
    ids = [need.need_id for need in found.needs]
    kept = {"hub": "all" if is_all and account.hub_ids else "", "sort": "text"}
    return render_template(
        "needs/unmet_staff.html",
        unmet=found,
        themes={need_id: list_themes(get_db(), "need", need_id) for need_id in ids},
        qualities=list_qualities(get_db(), "need", ids),
        query=kept_query(kept if weakest_first else kept | {"sort": ""}),
        days={need.need_id: _days_since(need.waiting_since) for need in found.needs},
        is_all=is_all,
        has_hub=bool(account.hub_ids),
    )


def _days_since(text: str) -> int:
    since = to_moment(text)
    return (danish_day(utc_now()) - danish_day(since)).days if since else 0


def _status(form: NeedForm) -> int:
    return 200 if request.method == "GET" else 422


def _alike(need: Need) -> list[Shown[Need]]:
    """Return up to three published needs like this one."""
    text = "\n".join(part for part in (need.title, need.problem, need.target) if part)
    ids = needs_like(get_db(), text, exclude=need.id)
    if ids is None:
        ids = [found for found in rank(get_db(), NEEDS, need.title) if found != need.id]
    return list_published_by_id(get_db(), ids)[:3]


def _steps(shown: Shown[Need]) -> list[Step]:
    own = list_steps(get_db(), shown.profile.id, is_full=shown.is_full)
    steps = [Step(step.at, labels.STEPS[step.code]) for step in own if step.code in labels.STEPS]
    more = more_need_steps(get_db(), shown.profile.id, find_current_account())
    return sorted([*steps, *more], key=lambda step: step.at)


def _supporting_places(shown: Shown[Need]) -> list[tuple[int, str]]:
    """Return the organisations with which the reader could stand behind a need."""
    account = find_current_account()
    if account is None or account.is_hub_staff or not shown.profile.can_be_supported:
        return []
    places = list_places(get_db(), account, with_companies=False)
    return [place for place in places if place[0] != shown.profile.organisation_id]
