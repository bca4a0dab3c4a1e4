"""The hub's list, and what staff and parties do on the page of a collaboration."""

from typing import cast

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account
from matchmaker.clock import danish_day, utc_now
from matchmaker.collaborations import following, labels
from matchmaker.collaborations.answer_pages import answering_values, init_answer_pages
from matchmaker.collaborations.asking import answer_question
from matchmaker.collaborations.board_pages import board_address, init_board_pages
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.consent import list_apart
from matchmaker.collaborations.errors import (
    CollaborationError,
    CollaborationNotFoundError,
    NotPartyError,
    PurchasePathMissingError,
)
from matchmaker.collaborations.forms import (
    CloseForm,
    HandOverForm,
    NoteForm,
    RefusableForm,
    ReplyForm,
    message_for,
)
from matchmaker.collaborations.history import list_steps_for_party, list_steps_for_staff
from matchmaker.collaborations.need_steps import need_steps
from matchmaker.collaborations.progress import need_timeline
from matchmaker.collaborations.proposal_pages import init_proposal_pages, successor_choices
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.rights import find_own_party, may_see, own_parties
from matchmaker.collaborations.views import get_dossier, get_proposal
from matchmaker.jobs import wake_outbox
from matchmaker.outbox.links import LinkError, LinkExpiredError
from matchmaker.outcomes.earlier import tried_before_like
from matchmaker.procurement.safety import get_safety
from matchmaker.reviews.queries import list_hubs
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter
from matchmaker.web.timeline import add_need_steps

blueprint = Blueprint("collaborations", __name__, url_prefix="/collaborations")


@blueprint.record
def init_templates(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    app.jinja_env.globals.update(collaboration_labels=labels)
    add_need_steps(app, need_steps)


init_board_pages(blueprint)
init_proposal_pages(blueprint)
init_answer_pages(blueprint)


@blueprint.errorhandler(CollaborationNotFoundError)
@blueprint.errorhandler(LinkError)
def not_found(_error: Exception) -> tuple[str, int]:
    return error_page(404)


@blueprint.errorhandler(LinkExpiredError)
def expired(_error: LinkExpiredError) -> tuple[str, int]:
    return error_page(410)


@blueprint.errorhandler(NotPartyError)
def no_party(_error: NotPartyError) -> tuple[str, int]:
    return error_page(403)


@blueprint.get("/<int:collaboration_id>")
def show(collaboration_id: int) -> str:
    """Show each reader what they may see: staff the dossier, a party its proposal."""
    account = get_current_account()
    if account.is_hub_staff:
        return _staff_page(collaboration_id)
    collaboration = get_collaboration(get_db(), collaboration_id)
    return _party_page(collaboration, account)


@blueprint.get("/<int:collaboration_id>/log")
def log(collaboration_id: int) -> str:
    account = get_current_account()
    collaboration = get_collaboration(get_db(), collaboration_id)
    if account.is_hub_staff:
        steps = list_steps_for_staff(get_db(), get_dossier(get_db(), collaboration_id))
    else:
        party = _asked_party(collaboration, account)
        steps = list_steps_for_party(get_db(), get_proposal(get_db(), collaboration_id, party.id))
    return render_template("collaborations/log.html", collaboration=collaboration, steps=steps)


@blueprint.post("/<int:collaboration_id>/move")
@limiter.limit(WRITE)
def move(collaboration_id: int) -> ResponseReturnValue:
    if not may_see(get_current_account(), get_collaboration(get_db(), collaboration_id)):
        abort(404)
    try:
        following.move_stage(
            get_db(),
            collaboration_id,
            request.form.get("stage", ""),
            version=request.form.get("version", type=int),
            actor=get_current_account(),
            now=utc_now(),
        )
        flash(_("The stage is noted."), "success")
    except PurchasePathMissingError as error:
        flash(message_for(error), "warning")
        return redirect(_purchase_path_page(collaboration_id))
    except CollaborationError as error:
        flash(message_for(error), "error")
    if request.form.get("back") == "board" and get_current_account().is_hub_staff:
        return redirect(board_address(collaboration_id))
    return _back(collaboration_id)


def _purchase_path_page(collaboration_id: int) -> str:
    """Return where the need's side and staff say how a purchase would go; others just read it."""
    account = get_current_account()
    own = own_parties(account, get_collaboration(get_db(), collaboration_id))
    if account.is_hub_staff or any(party.is_need for party in own):
        return url_for("procurement.plan", collaboration_id=collaboration_id, then="test")
    return url_for(".show", collaboration_id=collaboration_id)


@blueprint.post("/<int:collaboration_id>/notes")
@limiter.limit(WRITE)
def add_note(collaboration_id: int) -> ResponseReturnValue:
    form = NoteForm()
    if form.validate():
        try:
            following.add_note(
                get_db(),
                collaboration_id,
                form.audience.data,
                form.note.data or "",
                actor=get_current_account(),
                now=utc_now(),
            )
            return _back(collaboration_id, "notes")
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    return _show_again(collaboration_id, note_form=form)


@blueprint.post("/<int:collaboration_id>/close")
@limiter.limit(WRITE)
def close(collaboration_id: int) -> ResponseReturnValue:
    form = CloseForm()
    if form.validate():
        try:
            following.close(
                get_db(),
                collaboration_id,
                form.reason.data,
                version=form.version.number,
                note=form.note.data or "",
                links=get_links(),
                actor=get_current_account(),
                now=utc_now(),
            )
            wake_outbox()
            flash(_("The collaboration is closed, and the parties are told."), "success")
            return _back(collaboration_id)
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    return _show_again(collaboration_id, close_form=form)


@blueprint.post("/<int:collaboration_id>/hand-over")
@limiter.limit(WRITE)
def hand_over(collaboration_id: int) -> ResponseReturnValue:
    form = HandOverForm()
    form.hub.choices = list_hubs(get_db())
    if form.validate():
        try:
            following.hand_over(
                get_db(),
                collaboration_id,
                form.hub.data,
                version=form.version.number,
                note=form.note.data or "",
                links=get_links(),
                actor=get_current_account(),
                now=utc_now(),
            )
            wake_outbox()
            flash(_("The other hub has the collaboration now."), "success")
            return _back(collaboration_id)
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    return _show_again(collaboration_id, hand_over_form=form)


@blueprint.post("/<int:collaboration_id>/questions/<int:question_id>")
@limiter.limit(WRITE)
def reply(collaboration_id: int, question_id: int) -> ResponseReturnValue:
    form = ReplyForm(prefix=f"question-{question_id}")
    if form.validate():
        try:
            answer_question(
                get_db(),
                question_id,
                form.answer.data or "",
                publish_as=form.publish_as,
                actor=get_current_account(),
                links=get_links(),
                now=utc_now(),
            )
            wake_outbox()
            flash(_("Your answer is on its way."), "success")
            return _back(collaboration_id)
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    return _show_again(collaboration_id, reply_form=form, reply_to=question_id)


def _show_again(
    collaboration_id: int, reply_to: int | None = None, **forms: RefusableForm
) -> ResponseReturnValue:
    """Show the page with what was typed and what is wrong with it."""
    account = get_current_account()
    if account.is_hub_staff:
        return _staff_page(collaboration_id, reply_to=reply_to, **forms), 422
    collaboration = get_collaboration(get_db(), collaboration_id)
    return _party_page(collaboration, account, **forms), 422


def _staff_page(collaboration_id: int, reply_to: int | None = None, **forms: RefusableForm) -> str:
    dossier = get_dossier(get_db(), collaboration_id)
    collaboration = dossier.collaboration
    version = str(collaboration.version)
    forms.setdefault("close_form", CloseForm(formdata=None, version=version))
    forms.setdefault("hand_over_form", HandOverForm(formdata=None, version=version))
    forms.setdefault("note_form", NoteForm(formdata=None, audience="hub"))
    hubs = [hub for hub in list_hubs(get_db()) if hub[0] != collaboration.hub_id]
    forms["hand_over_form"].hub.choices = hubs
    replies = {
        question.id: ReplyForm(
            formdata=None, prefix=f"question-{question.id}", public_question=question.question
        )
        for question in dossier.open_questions
    }
    if reply_to in replies and "reply_form" in forms:
        replies[reply_to] = forms["reply_form"]
    return render_template(
        "collaborations/show.html",
        dossier=dossier,
        collaboration=collaboration,
        earlier=tried_before_like(get_db(), collaboration, is_staff=True),
        replies=replies,
        apart=list_apart(get_db(), collaboration.parties, now=utc_now()),
        successors=successor_choices(collaboration, today=danish_day(utc_now())),
        safety=get_safety(get_db(), collaboration_id, is_staff=True),
        wrong_forms=[form for form in forms.values() if form.errors or form.form_errors],
        **forms,
    )


def _party_page(collaboration: Collaboration, account: Account, **forms: RefusableForm) -> str:
    party = _asked_party(collaboration, account)
    own = own_parties(account, collaboration)
    proposal = get_proposal(get_db(), collaboration.id, party.id)
    forms.setdefault("note_form", NoteForm(formdata=None, audience="parties"))
    timeline = need_timeline(get_db(), party.need_id) if party.need_id else None
    return render_template(
        "collaborations/show_party.html",
        proposal=proposal,
        own=own,
        asked=party.id if len(own) > 1 else None,
        earlier=tried_before_like(get_db(), collaboration, is_staff=False),
        timeline=timeline,
        wrong_forms=[form for form in forms.values() if form.errors or form.form_errors],
        **answering_values(proposal),
        **forms,
    )


def _asked_party(collaboration: Collaboration, account: Account) -> Party:
    party = find_own_party(account, collaboration, request.args.get("party", type=int))
    # Not even that it exists is told to strangers.
    return party or abort(404)


def _back(collaboration_id: int, anchor: str | None = None) -> ResponseReturnValue:
    party = request.args.get("party", type=int)
    return redirect(
        url_for(".show", collaboration_id=collaboration_id, party=party, _anchor=anchor)
    )
