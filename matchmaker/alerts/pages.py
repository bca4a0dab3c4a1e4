"""What people follow, the mails they get, ending one with a click, and a company's inbox."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.queries import get_account
from matchmaker.alerts import labels
from matchmaker.alerts.forms import WatchForm, WishesForm
from matchmaker.alerts.inbox import GROUPS, read_inbox
from matchmaker.alerts.opening import find_need_id, note_opening
from matchmaker.alerts.watch import (
    MOST_WATCHES,
    NOUNS,
    TooManyWatchesError,
    WatchError,
    WatchNotFoundError,
    plain_query,
)
from matchmaker.alerts.watching import (
    add_watch,
    change_watch,
    find_watch,
    get_watch,
    list_watches,
    remove_watch,
)
from matchmaker.alerts.wishes import (
    LINK_DAYS,
    PURPOSE,
    is_on,
    keep_wishes,
    read_wishes,
    turn_off,
    turn_on,
)
from matchmaker.clock import utc_now
from matchmaker.outbox.links import LinkError, LinkExpiredError
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.forms import csrf
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.meaning import answered_from
from matchmaker.web.profiles import asked_page, kept_query
from matchmaker.web.watching import list_address, suggested_name

blueprint = Blueprint("alerts", __name__)
blueprint.register_error_handler(WatchNotFoundError, lambda _error: error_page(404))
blueprint.register_error_handler(WatchError, lambda _error: error_page(404))
blueprint.register_error_handler(LinkExpiredError, lambda _error: error_page(410))
blueprint.register_error_handler(LinkError, lambda _error: error_page(404))
blueprint.record(lambda state: state.app.jinja_env.globals.update(alert_labels=labels))


#: Where a member of staff reads a need.
_CASE_PAGES = ("reviews.case", "reviews.suggestion", "reviews.second")


@blueprint.after_app_request
def note_reading(response: Response) -> Response:
    """Note who of the hub read a need first; a page loaded ahead has not been read."""
    is_ahead = request.headers.get("Sec-Purpose", "").startswith("prefetch")
    if request.endpoint in _CASE_PAGES and response.status_code == 200 and not is_ahead:
        asked = request.view_args or {}
        need_id = asked.get("need_id") or find_need_id(get_db(), asked.get("suggestion_id", 0))
        note_opening(get_db(), need_id, actor=get_current_account(), now=utc_now())
    return response


@blueprint.get("/inbox")
def inbox() -> str:
    asked_group = request.args.get("group", "")
    group = asked_group if asked_group in GROUPS else ""
    capability_id = request.args.get("capability", type=int)
    shown = read_inbox(
        get_db(),
        get_current_account(),
        capability_id=capability_id,
        group=group,
        page=asked_page(),
        answered_from=answered_from(),
    )
    query = kept_query({"capability": str(capability_id or ""), "group": group})
    return render_template("alerts/inbox.html", inbox=shown, query=query)


@blueprint.get("/following")
def index() -> str:
    account = get_current_account()
    return render_template(
        "alerts/index.html",
        watches=[(watch, list_address(watch)) for watch in list_watches(get_db(), account.id)],
        wishes=read_wishes(get_db(), account.id),
    )


@blueprint.route("/following/new/<noun>", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def new(noun: str) -> ResponseReturnValue:
    """Name a search or a theme before it is kept; the address says what is asked for."""
    if noun not in NOUNS:
        return error_page(404)
    account, asked = get_current_account(), plain_query(noun, request.args)
    known = find_watch(get_db(), noun, asked, account)
    if known is not None:
        flash(_("You follow this already."), "info")
        return redirect(url_for(".edit", watch_id=known.id))
    form = WatchForm(name=suggested_name(noun, asked))
    if form.validate_on_submit():
        try:
            chosen = {"name": form.name.data, "rhythm": form.rhythm.data}
            watch = add_watch(get_db(), noun, asked, **chosen, actor=account, now=utc_now())
            flash(_("You hear when something new comes."), "success")
            return redirect(list_address(watch))
        except TooManyWatchesError:
            form.show_full(MOST_WATCHES)
        except PatientDataFound as error:
            form.show_refusal(error)
    return render_template("alerts/new.html", form=form, noun=noun), _status(form)


@blueprint.route("/following/<int:watch_id>", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def edit(watch_id: int) -> ResponseReturnValue:
    account = get_current_account()
    watch = get_watch(get_db(), watch_id, account)
    form = WatchForm(obj=watch)
    if form.validate_on_submit():
        chosen = {"name": form.name.data, "rhythm": form.rhythm.data}
        change_watch(get_db(), watch_id, **chosen, actor=account, now=utc_now())
        flash(_("It is saved."), "success")
        return redirect(url_for(".index"))
    page = {"form": form, "watch": watch, "address": list_address(watch)}
    return render_template("alerts/edit.html", **page), _status(form)


@blueprint.post("/following/<int:watch_id>/remove")
@limiter.limit(WRITE)
def remove(watch_id: int) -> ResponseReturnValue:
    account = get_current_account()
    remove_watch(get_db(), watch_id, actor=account, now=utc_now())
    flash(_("You do not follow it any more."), "success")
    return redirect(url_for(".index"))


@blueprint.route("/profile/mails", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def settings() -> ResponseReturnValue:
    account = get_current_account()
    before = read_wishes(get_db(), account.id)
    form = WishesForm.of(before, is_staff=account.is_hub_staff)
    if form.validate_on_submit():
        wishes = form.wishes(before)
        keep_wishes(get_db(), account.id, wishes, actor_id=account.id, now=utc_now())
        flash(_("It is saved."), "success")
        return redirect(url_for(".settings"))
    return render_template("alerts/settings.html", form=form)


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt
@limiter.limit(WRITE, methods=["POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """End a kind of mail: a mail program does so by itself (RFC 8058), a person by the button.

    Opening the page changes nothing, because mail scanners open every link. The signed link is
    the proof that no form token could add to.
    """
    account_id, kind = _read_stop(token)
    if request.method == "POST":
        turn_off(get_db(), account_id, kind, now=utc_now())
    return _stop_page(token, account_id, kind)


@blueprint.post("/unsubscribe/<token>/again")
@limiter.limit(WRITE)
def subscribe(token: str) -> ResponseReturnValue:
    """Let a kind of mail come again, for who has changed their mind."""
    account_id, kind = _read_stop(token)
    turn_on(get_db(), account_id, kind, now=utc_now())
    flash(_("You get these mails again."), "success")
    return redirect(url_for(".unsubscribe", token=token))


def _read_stop(token: str) -> tuple[int, str]:
    payload = get_links().read(PURPOSE, token, max_age_days=LINK_DAYS)
    account = get_account(get_db(), payload["account_id"])
    if not account.is_active or payload["kind"] not in labels.MAILS:
        raise LinkExpiredError("nobody gets these mails any more")
    return account.id, payload["kind"]


def _stop_page(token: str, account_id: int, kind: str) -> str:
    is_ended = not is_on(read_wishes(get_db(), account_id), kind)
    return render_template("alerts/unsubscribe.html", token=token, kind=kind, is_ended=is_ended)


def _status(form: WatchForm) -> int:
    return 200 if request.method == "GET" else 422
