"""The pages of capabilities: the catalogue, the form, one capability, and a person's own."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.capabilities import actions, labels
from matchmaker.capabilities.actions import CAPABILITIES
from matchmaker.capabilities.capability import FIELDS, KINDS, Capability
from matchmaker.capabilities.forms import CapabilityForm, CloseForm
from matchmaker.capabilities.queries import as_public, get_visible, list_mine, list_published
from matchmaker.clock import danish_day, utc_now
from matchmaker.coach.advice import Hint, advise
from matchmaker.matching.what_if import Gain
from matchmaker.needs.need import Need
from matchmaker.needs.queries import list_visible_by_id
from matchmaker.profiles.errors import InvalidProfileError, StaleVersionError, WrongStateError
from matchmaker.profiles.finding import rank
from matchmaker.profiles.places import list_places, usual_place
from matchmaker.profiles.quality import draft_of
from matchmaker.profiles.reading import Search, Shown
from matchmaker.profiles.themes import list_themes
from matchmaker.profiles.versions import list_versions
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import find_current_account, get_current_account, get_db
from matchmaker.web.meaning import gains_of, nearest
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
from matchmaker.web.watching import find_own_watch

blueprint = Blueprint("capabilities", __name__, url_prefix="/capabilities")
init_profile_pages(blueprint)
blueprint.record(
    lambda state: state.app.jinja_env.globals.update(
        capability_labels=labels,
        CAPABILITY_FIELDS=FIELDS,
        today_iso=lambda: danish_day(utc_now()).isoformat(),
    )
)

_FACETS = ("kind", "region", "country", "language", "ce", "trl")
_MOVES = {
    "publish": actions.publish,
    "pause": actions.pause,
    "resume": actions.resume,
    "renew": actions.renew,
}


@blueprint.get("")
def catalogue() -> str:
    words = request.args.get("q", "").strip()[:300]
    asked = {name: request.args.get(name, "") for name in _FACETS}
    days = {name: _asked_day(name) for name in ("free_from", "free_until")}
    near = nearest(get_db(), "capability", words) if words else []
    ranked = rank(get_db(), CAPABILITIES, words, near) if words else None
    theme = asked_theme()
    key = theme.key if theme else ""
    weakest_first = asked_weakest_first()
    search = Search(asked, ranked, asked_page(), key, weakest_first)
    listing = list_published(get_db(), search, **days)
    kept = {"q": words, "theme": key, **asked, **days, "sort": "text" if weakest_first else ""}
    page = {
        "words": words,
        "theme": theme,
        "query": kept_query(kept),
        "watch": find_own_watch("capability", request.args),
        "qualities": qualities_for_staff("capability", listing.items),
    }
    return render_template("capabilities/catalogue.html", listing=listing, **page)


@blueprint.get("/mine")
def mine() -> str:
    return render_template(
        "capabilities/mine.html", found=list_mine(get_db(), get_current_account())
    )


@blueprint.get("/new")
def new() -> str:
    """Ask for the kind first: each kind is asked for its own facts."""
    places = list_places(get_db(), get_current_account(), with_companies=True)
    if not places:
        return render_template("capabilities/no_place.html")
    return render_template("capabilities/new.html", kinds=KINDS)


@blueprint.route("/new/<any(solution, testbed, expertise, service):kind>", methods=["GET", "POST"])
def describe(kind: str) -> ResponseReturnValue:
    account = get_current_account()
    places = list_places(get_db(), account, with_companies=True)
    if not places:
        return render_template("capabilities/no_place.html")
    form = CapabilityForm.for_kind(kind)
    form.offer_places(places, usual_place(account, places))
    if "rows" in request.form:
        form.change_rows(request.form["rows"])
    elif form.validate_on_submit():
        try:
            capability_id = actions.save_draft(
                get_db(),
                form.offer(kind),
                organisation_id=form.organisation.data,
                actor=account,
                now=utc_now(),
                form_key=form.form_key.data,
            )
            return after_saving(labels.DONE["save"], capability_id=capability_id)
        except (InvalidProfileError, PatientDataFound) as error:
            form.show_refusal(error)
    return render_template("capabilities/describe.html", form=form, kind=kind), _status()


@blueprint.route("/<int:capability_id>/edit", methods=["GET", "POST"])
def edit(capability_id: int) -> ResponseReturnValue:
    shown = get_changeable(get_visible, capability_id)
    form = CapabilityForm.for_kind(shown.profile.kind, shown.profile)
    form.offer_places([(shown.profile.organisation_id, "")], shown.profile.organisation_id)
    theirs = None
    if "rows" in request.form:
        form.change_rows(request.form["rows"])
    elif form.validate_on_submit():
        try:
            actions.change(
                get_db(),
                capability_id,
                form.offer(shown.profile.kind),
                version=form.version.number,
                actor=get_current_account(),
                now=utc_now(),
            )
            return after_saving(labels.DONE["save"], capability_id=capability_id)
        except (InvalidProfileError, PatientDataFound) as error:
            form.show_refusal(error)
        except StaleVersionError as error:
            form.version.data = str(error.current)
            theirs = shown.profile
        except WrongStateError:
            form.form_errors.append(_("It was closed in the meantime and cannot be changed."))
    page = {"form": form, "kind": shown.profile.kind, "shown": shown, "theirs": theirs}
    return render_template("capabilities/edit.html", **page), _status()


@blueprint.get("/<int:capability_id>/preview")
def preview(capability_id: int) -> str:
    """Show the text as others will see it, and what they will miss in it."""
    shown = get_changeable(get_visible, capability_id)
    page = {"public": as_public(shown), "hints": _advice(shown)}
    return render_template("capabilities/preview.html", shown=shown, **page)


@blueprint.get("/<int:capability_id>")
def show(capability_id: int) -> str:
    shown = get_visible(get_db(), capability_id, find_current_account())
    themes = list_themes(get_db(), "capability", capability_id)
    page = {"themes": themes, "close_form": CloseForm(), "gains": _gains(shown)}
    return render_template(
        "capabilities/show.html",
        shown=shown,
        hints=_advice(shown),
        qualities=qualities_for_staff("capability", [shown]),
        **page,
    )


@blueprint.get("/<int:capability_id>/versions")
def versions(capability_id: int) -> str:
    shown = get_changeable(get_visible, capability_id)
    found = list_versions(get_db(), CAPABILITIES, capability_id)
    return render_template("capabilities/versions.html", shown=shown, versions=found)


@blueprint.post("/<int:capability_id>/<any(publish, pause, resume, renew):verb>")
def move(capability_id: int, verb: str) -> ResponseReturnValue:
    get_changeable(get_visible, capability_id)
    _MOVES[verb](get_db(), capability_id, actor=get_current_account(), now=utc_now())
    return after_moving(labels.DONE[verb], capability_id=capability_id)


@blueprint.post("/<int:capability_id>/close")
def close(capability_id: int) -> ResponseReturnValue:
    get_changeable(get_visible, capability_id)
    reason = request.form.get("reason", "")
    actions.close(get_db(), capability_id, reason, actor=get_current_account(), now=utc_now())
    return after_moving(labels.DONE["close"], capability_id=capability_id)


@blueprint.route("/renew/<token>", methods=["GET", "POST"])
def renew(token: str) -> ResponseReturnValue:
    return renewal_page("capabilities/renew.html", CAPABILITIES, get_visible, actions.renew, token)


def _advice(shown: Shown[Capability]) -> list[Hint]:
    """Return, for those who may change it, what a reader will miss."""
    if not (shown.may_change and shown.profile.can_change):
        return []
    return advise(draft_of("capability", vars(shown.profile)))


def _gains(shown: Shown[Capability]) -> list[tuple[Gain, list[Shown[Need]]]]:
    """Return, for those who may change it, each gain with the needs that they may see."""
    if not shown.may_change:
        return []
    account = find_current_account()
    return [
        (gain, list_visible_by_id(get_db(), gain.need_ids, account))
        for gain in gains_of(get_db(), shown.profile.id)
    ]


def _status() -> int:
    return 200 if request.method == "GET" or "rows" in request.form else 422


def _asked_day(name: str) -> str:
    """Return the ISO day that the address asks for, nothing when it is none."""
    try:
        return date.fromisoformat(request.args.get(name, "")).isoformat()
    except ValueError:
        return ""
