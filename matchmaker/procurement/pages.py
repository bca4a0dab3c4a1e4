"""The log of a need, and what was told to all. The guide and the purchase path lie beside."""

from typing import Any, cast

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matchmaker.accounts.account import NotPermittedError
from matchmaker.clock import danish_day, utc_now
from matchmaker.collaborations.asking import ask_hub
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.collaborations.forms import message_for as collaboration_message
from matchmaker.collaborations.queries import get_party
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.jobs import wake_outbox
from matchmaker.needs.need import Need
from matchmaker.needs.queries import get_need
from matchmaker.procurement import labels
from matchmaker.procurement.audience import Place, Shown, list_interested, list_shown
from matchmaker.procurement.errors import NotShownError, ProcurementError
from matchmaker.procurement.export import export_log
from matchmaker.procurement.forms import AskForm, ContactForm, NoteForm, message_for
from matchmaker.procurement.guide_pages import init_guide_pages
from matchmaker.procurement.log import correct, write_down
from matchmaker.procurement.notes import check_note, send_note
from matchmaker.procurement.plan_pages import init_plan_pages
from matchmaker.procurement.queries import list_contacts, list_notes, list_published
from matchmaker.procurement.rights import check_was_shown, get_kept
from matchmaker.procurement.risks import list_exclusive
from matchmaker.profiles.errors import ProfileNotFoundError
from matchmaker.screening.screen import PatientDataFound
from matchmaker.spreadsheet import MIMETYPES
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import SEND_MAIL, WRITE, limiter

blueprint = Blueprint("procurement", __name__, url_prefix="/procurement")
init_guide_pages(blueprint)
init_plan_pages(blueprint)


@blueprint.record
def init_templates(state: BlueprintSetupState) -> None:
    cast(Flask, state.app).jinja_env.globals.update(procurement_labels=labels)


@blueprint.errorhandler(ProfileNotFoundError)
@blueprint.errorhandler(NotShownError)
def not_found(_error: Exception) -> tuple[str, int]:
    """Not even that a need exists is told to whom it was not shown."""
    return error_page(404)


@blueprint.errorhandler(NotPermittedError)
def not_permitted(_error: NotPermittedError) -> tuple[str, int]:
    return error_page(403)


@blueprint.get("/needs/<int:need_id>/log")
def log(need_id: int) -> str:
    return _log_page(need_id)


@blueprint.post("/needs/<int:need_id>/log")
@limiter.limit(WRITE)
def add_contact(need_id: int) -> ResponseReturnValue:
    get_kept(get_db(), need_id, get_current_account())
    form = ContactForm()
    form.organisation.choices = _choices(need_id)
    if form.validate():
        try:
            write_down(
                get_db(),
                need_id,
                form.kind.data,
                form.organisation.data,
                form.summary.data or "",
                form.happened_on.data,
                actor=get_current_account(),
                now=utc_now(),
            )
            flash(_("It is in the log."), "success")
            return redirect(url_for(".log", need_id=need_id))
        except (ProcurementError, PatientDataFound) as error:
            form.show_error(error)
    return _log_page(need_id, form), 422


@blueprint.post("/needs/<int:need_id>/log/<int:contact_id>/correct")
@limiter.limit(WRITE)
def correct_contact(need_id: int, contact_id: int) -> ResponseReturnValue:
    try:
        correct(get_db(), need_id, contact_id, actor=get_current_account(), now=utc_now())
        flash(_("The line counts no more. It stays in the log to be seen."), "success")
    except ProcurementError as error:
        flash(message_for(error), "warning")
    return redirect(url_for(".log", need_id=need_id))


@blueprint.get("/needs/<int:need_id>/log.<any(csv, xlsx):kind>")
def export(need_id: int, kind: str) -> Response:
    """Give the log as a file, with what this reader may see on the page."""
    contacts = list_contacts(get_db(), need_id, get_current_account())
    header = [str(name) for name in labels.LOG_COLUMNS]
    content = export_log(contacts, header, _("Not named yet"), kind)
    name = f"log-{need_id}-{danish_day(utc_now()).isoformat()}.{kind}"
    return Response(
        content,
        mimetype=MIMETYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.route("/needs/<int:need_id>/note", methods=["GET", "POST"])
@limiter.limit(SEND_MAIL, methods=["POST"])
def note(need_id: int) -> ResponseReturnValue:
    """Write the note, look at it, send it: the preview changes nothing."""
    need = get_kept(get_db(), need_id, get_current_account())
    form = NoteForm(covers=request.args.getlist("covers", type=int) or None)
    form.covers.choices = [(line.id, "") for line in list_exclusive(get_db(), need_id)]
    if request.method == "GET" or "back" in request.form or not form.validate():
        status = 422 if form.errors or form.doubts else 200
        return _note_page(need, form), status
    try:
        if "send" in request.form:
            return _sent(need_id, form)
        interested = check_note(get_db(), need_id, form.texts(), actor=get_current_account())
        return _note_page(need, form, preview=interested)
    except (ProcurementError, PatientDataFound) as error:
        form.show_error(error)
    return _note_page(need, form), 422


@blueprint.get("/needs/<int:need_id>/questions")
def questions(need_id: int) -> str:
    return _questions_page(need_id, AskForm(formdata=None))


@blueprint.post("/needs/<int:need_id>/questions")
@limiter.limit(WRITE)
def ask(need_id: int) -> ResponseReturnValue:
    form = AskForm()
    account = get_current_account()
    place = _own_place(check_was_shown(get_db(), need_id, account))
    if place is None:
        abort(403)
    if form.validate():
        try:
            ask_hub(
                get_db(),
                place.party_id,
                form.question.data or "",
                actor=account,
                links=get_links(),
                now=utc_now(),
            )
            wake_outbox()
            flash(_("Your question is with the hub. The answer comes by mail."), "success")
            return redirect(url_for(".questions", need_id=need_id))
        except PatientDataFound as error:
            form.show_error(error)
        except CollaborationError as error:
            form.form_errors.append(collaboration_message(error))
    return _questions_page(need_id, form), 422


def _sent(need_id: int, form: NoteForm) -> ResponseReturnValue:
    send_note(
        get_db(),
        need_id,
        form.texts(),
        form_key=form.form_key.data,
        covers=form.covers.data or (),
        actor=get_current_account(),
        links=get_links(),
        now=utc_now(),
    )
    wake_outbox()
    flash(_("Everybody who is interested gets the note by mail, and it stands here."), "success")
    return redirect(url_for(".questions", need_id=need_id))


def _log_page(need_id: int, form: ContactForm | None = None) -> str:
    account = get_current_account()
    need = get_kept(get_db(), need_id, account)
    contacts = list_contacts(get_db(), need_id, account)
    choices = _choices(need_id)
    if form is None:
        form = ContactForm(formdata=None, happened_on=danish_day(utc_now()))
        form.organisation.choices = choices
    return render_template(
        "procurement/log.html", need=need, contacts=contacts, form=form, has_choices=bool(choices)
    )


def _note_page(need: Need, form: NoteForm, preview: tuple[Shown, ...] = ()) -> str:
    return render_template(
        "procurement/note.html",
        need=need,
        form=form,
        preview=preview,
        exclusive=list_exclusive(get_db(), need.id),
        interested=list_interested(get_db(), need.id),
        sees_names=get_current_account().is_hub_staff,
    )


def _questions_page(need_id: int, form: AskForm) -> str:
    """Show what was told to all; a company reads the title under which it was shown the need."""
    own = check_was_shown(get_db(), need_id, get_current_account())
    place = _own_place(own)
    values: dict[str, Any] = {
        "notes": list_notes(get_db(), need_id),
        "questions": list_published(get_db(), need_id),
        # A question that was typed before it closed stays in its form.
        "can_ask": place is not None and (place.is_open or form.is_submitted()),
    }
    title = own[0].title if own else get_need(get_db(), need_id).title
    return render_template(
        "procurement/questions.html", need_id=need_id, title=title, own=own, form=form, **values
    )


def _own_place(own: tuple[Shown, ...]) -> Place | None:
    """Return for which party the reader asks: the last one, of a proposal that is open if any."""
    account = get_current_account()
    places = [
        place
        for shown in own
        for place in shown.places
        if place.takes_part and may_speak_for(account, get_party(get_db(), place.party_id))
    ]
    return max(places, key=lambda place: (place.is_open, place.party_id), default=None)


def _choices(need_id: int) -> list[tuple[int, str]]:
    """Return who was shown the need; the need's side reads names only when they are open."""
    sees_all = get_current_account().is_hub_staff
    found = []
    for number, shown in enumerate(list_shown(get_db(), need_id), start=1):
        hidden = _("Company %(number)d, not named yet", number=number)
        found.append(
            (shown.organisation_id, shown.name if sees_all or shown.is_named else str(hidden))
        )
    return found
