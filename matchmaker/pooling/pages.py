"""Joint needs: the hub's proposals and one of them, and the page of the owners who are asked."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import NotPermittedError
from matchmaker.clock import utc_now
from matchmaker.pooling import actions, labels
from matchmaker.pooling.differences import Difference, list_differences
from matchmaker.pooling.former import check_was_asked, list_former
from matchmaker.pooling.forms import AskForm, MergeForm, SplitForm
from matchmaker.pooling.joint_need import (
    JointNeed,
    JointNeedNotFoundError,
    KeptApartError,
    NotAskedError,
    StaleJointNeedError,
    WrongChoiceError,
)
from matchmaker.pooling.owners import get_owners_view
from matchmaker.pooling.queries import (
    find_last_change,
    get_joint_need,
    list_joint_needs,
    list_mine,
    list_others,
    list_pairs,
    list_suggestions,
)
from matchmaker.pooling.themes import common_themes, suggested_title
from matchmaker.web.after_save import profile_changed
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.meaning import find_pipeline
from matchmaker.web.profiles import asked_page

blueprint = Blueprint("pooling", __name__, url_prefix="/joint-needs")
blueprint.record(lambda state: state.app.jinja_env.globals.update(pooling_labels=labels))


@blueprint.errorhandler(JointNeedNotFoundError)
def not_found(_error: LookupError) -> tuple[str, int]:
    return error_page(404)


@blueprint.errorhandler(NotPermittedError)
def not_permitted(_error: PermissionError) -> tuple[str, int]:
    return error_page(403)


@blueprint.get("")
def index() -> str:
    hubs = None if _scope() == "all" else get_current_account().hub_ids
    state = "asked" if request.args.get("state") == "asked" else "proposed"
    found = list_joint_needs(get_db(), hubs, state=state, page=asked_page())
    return render_template(
        "pooling/index.html",
        found=found,
        themes={each.id: common_themes(get_db(), each) for each in found.joint_needs},
        state=state,
        scope=_scope(),
    )


@blueprint.get("/<int:joint_need_id>")
def show(joint_need_id: int) -> str:
    return _show(get_joint_need(get_db(), joint_need_id))


@blueprint.post("/<int:joint_need_id>/ask")
@limiter.limit(WRITE)
def ask(joint_need_id: int) -> ResponseReturnValue:
    form = AskForm()
    if not form.validate():
        return _show(get_joint_need(get_db(), joint_need_id), ask_form=form), 422

    def change() -> None:
        actions.ask(
            get_db(), joint_need_id, form.title.data or "", version=form.version.number,
            actor=get_current_account(), links=get_links(), now=utc_now(),
        )  # fmt: skip

    return _changed(joint_need_id, change, _("The owners are asked by mail."))


@blueprint.post("/<int:joint_need_id>/split")
@limiter.limit(WRITE)
def split(joint_need_id: int) -> ResponseReturnValue:
    joint_need = get_joint_need(get_db(), joint_need_id)
    form = SplitForm()
    form.offer(joint_need)
    if not form.validate():
        return _show(joint_need, split_form=form), 422

    def change() -> None:
        actions.split(
            get_db(), joint_need_id, frozenset(form.need.data or ()), version=form.version.number,
            actor=get_current_account(), now=utc_now(),
        )  # fmt: skip

    done = _("The needs are taken out, and will not be put together with the rest again.")
    return _changed(joint_need_id, change, done)


@blueprint.post("/<int:joint_need_id>/keep-apart")
@limiter.limit(WRITE)
def keep_apart(joint_need_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, type=int)

    def change() -> None:
        actions.keep_all_apart(
            get_db(), joint_need_id, version=version, actor=get_current_account(), now=utc_now()
        )

    return _changed(joint_need_id, change, _("The needs are kept apart from now on."))


@blueprint.post("/<int:joint_need_id>/merge")
@limiter.limit(WRITE)
def merge(joint_need_id: int) -> ResponseReturnValue:
    joint_need = get_joint_need(get_db(), joint_need_id)
    form = _merge_form(joint_need)
    if not form.validate():
        return _show(joint_need, merge_form=form), 422

    def change() -> None:
        other_id, other_version = form.chosen
        actions.merge(
            get_db(), joint_need_id, other_id,
            version=form.version.number, other_version=other_version,
            actor=get_current_account(), links=get_links(), now=utc_now(),
        )  # fmt: skip

    return _changed(joint_need_id, change, _("The two joint needs are one now."))


@blueprint.get("/mine")
def mine() -> str:
    found = list_mine(get_db(), get_current_account())
    return render_template("pooling/mine.html", joint_needs=found)


@blueprint.get("/<int:joint_need_id>/answer")
def answer(joint_need_id: int) -> str:
    """What an owner sees; the others only once they and the owner have joined.

    Mails lead here for years: whose need has left reads what happened and where it is now.
    """
    account = get_current_account()
    try:
        view = get_owners_view(get_db(), joint_need_id, account)
    except JointNeedNotFoundError:
        left = list_former(get_db(), joint_need_id, account)
        return render_template("pooling/former.html", left=left)
    return render_template("pooling/answer.html", view=view, differences=_of_joined(view.joined))


@blueprint.post("/<int:joint_need_id>/answer")
@limiter.limit(WRITE)
def give_answer(joint_need_id: int) -> ResponseReturnValue:
    need_id = request.form.get("need", 0, type=int)
    act = {"join": actions.join, "stay_out": actions.stay_out}.get(request.form.get("answer", ""))
    if act is None:
        return redirect(url_for(".answer", joint_need_id=joint_need_id))
    check_was_asked(get_db(), joint_need_id, get_current_account())
    try:
        act(get_db(), joint_need_id, need_id, actor=get_current_account(), now=utc_now())
    except (NotAskedError, NotPermittedError):
        # One answer to both: whose else needs are in it is told to nobody who asks.
        flash(_("This had already changed when you clicked. You see how it is now."), "info")
        return redirect(url_for(".mine"))
    if act is actions.join:
        flash(_("Your need is in. You see who else has joined."), "success")
        return redirect(url_for(".answer", joint_need_id=joint_need_id))
    flash(_("Your need stays out. The others do not see it."), "success")
    return redirect(url_for(".mine"))


def _changed(joint_need_id: int, change: Callable[[], None], done: str) -> ResponseReturnValue:
    """Do what staff decided; who was overtaken sees how things are now."""
    try:
        change()
    except StaleJointNeedError as error:
        flash(_("This had already changed when you clicked. You see how it is now."), "info")
        if told := _what_was_done(error.joint_need_id):
            flash(told, "info")
    except KeptApartError:
        flash(_("They cannot be merged: a colleague has kept two of these needs apart."), "warning")
    except WrongChoiceError:
        flash(_("Leave at least one need, and choose among those that are there now."), "warning")
    else:
        profile_changed()
        flash(done, "success")
    return redirect(url_for(".show", joint_need_id=joint_need_id))


def _what_was_done(joint_need_id: int) -> str:
    """Return what staff did last to a joint need, nothing where it was somebody else."""
    found = find_last_change(get_db(), joint_need_id, labels.DONE)
    if found is None:
        return ""
    return str(labels.DONE[found.code]) % {"name": found.by, "title": found.title}


def _show(
    joint_need: JointNeed,
    *,
    ask_form: AskForm | None = None,
    split_form: SplitForm | None = None,
    merge_form: MergeForm | None = None,
) -> str:
    db, version = get_db(), str(joint_need.version)
    themes = common_themes(db, joint_need)
    title = joint_need.title or suggested_title(themes)
    splitting = split_form or SplitForm(formdata=None, version=version)
    splitting.offer(joint_need)
    return render_template(
        "pooling/show.html",
        joint_need=joint_need,
        themes=themes,
        pairs=list_pairs(db, joint_need),
        suggestions=list_suggestions(db, joint_need),
        differences=_differences(joint_need),
        ask_form=ask_form or AskForm(formdata=None, version=version, title=title),
        split_form=splitting,
        merge_form=merge_form or _merge_form(joint_need, formdata=None, version=version),
    )


def _merge_form(joint_need: JointNeed, **values: Any) -> MergeForm:
    form = MergeForm(**values)
    others = list_others(get_db(), joint_need)
    form.offer(others)
    return form


def _differences(joint_need: JointNeed) -> list[Difference] | None:
    """Return None while no model is loaded."""
    pipeline = find_pipeline()
    if pipeline is None:
        return None
    return list_differences(get_db(), pipeline, [each.need_id for each in joint_need.members])


def _of_joined(need_ids: list[int]) -> list[Difference]:
    pipeline = find_pipeline()
    return list_differences(get_db(), pipeline, need_ids) if pipeline else []


def _scope() -> str:
    """Return ``mine`` or ``all``; who works for no hub sees all."""
    asked = request.args.get("hub", "mine")
    return "all" if asked == "all" or not get_current_account().hub_ids else "mine"
