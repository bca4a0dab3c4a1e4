"""The page where those who collaborate keep tasks, meetings, files and booked periods."""

from datetime import date
from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.audit.log import find_last_change
from matchmaker.casework import bookings, labels, tasks
from matchmaker.casework.bookings import list_calendars
from matchmaker.casework.errors import CaseworkError, CaseworkNotFoundError, StaleError
from matchmaker.casework.file_pages import init_file_pages
from matchmaker.casework.files import list_files
from matchmaker.casework.forms import (
    BookingForm,
    FileForm,
    MeetingForm,
    TaskForm,
    WorkForm,
    message_for,
)
from matchmaker.casework.meeting_pages import init_meeting_pages
from matchmaker.casework.meetings import list_meetings
from matchmaker.casework.seat import Seat, list_party_people, list_people, take_seat
from matchmaker.clock import danish_day, utc_now
from matchmaker.collaborations.errors import (
    CollaborationError,
    CollaborationNotFoundError,
    NotPartyError,
)
from matchmaker.jobs import wake_matching, wake_outbox
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter

blueprint = Blueprint("casework", __name__, url_prefix="/collaborations")


@blueprint.record
def init_templates(state: BlueprintSetupState) -> None:
    cast(Flask, state.app).jinja_env.globals.update(casework_labels=labels)


@blueprint.errorhandler(CaseworkNotFoundError)
@blueprint.errorhandler(CollaborationNotFoundError)
@blueprint.errorhandler(NotPartyError)
def not_found(_error: Exception) -> tuple[str, int]:
    """Not even that it exists is told to strangers."""
    return error_page(404)


@blueprint.get("/<int:collaboration_id>/work")
def show(collaboration_id: int) -> str:
    return work_page(collaboration_id)


@blueprint.post("/<int:collaboration_id>/tasks")
@limiter.limit(WRITE)
def add_task(collaboration_id: int) -> ResponseReturnValue:
    actor = get_current_account()
    form = TaskForm()
    _offer_task(form, take_seat(get_db(), collaboration_id, actor))
    if form.validate():
        try:
            tasks.add_task(get_db(), collaboration_id, form.draft(), actor=actor, now=utc_now())
            return _back(collaboration_id, "tasks")
        except (CaseworkError, CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    return work_page(collaboration_id, task_form=form), 422


@blueprint.route("/tasks/<int:task_id>", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def task(task_id: int) -> ResponseReturnValue:
    actor = get_current_account()
    kept, seat = tasks.get_task(get_db(), task_id, actor)
    form = TaskForm()
    if request.method == "GET":
        form.fill(kept)
    _offer_task(form, seat)
    theirs: dict[str, Any] | None = None
    if form.validate_on_submit():
        try:
            tasks.change_task(
                get_db(), task_id, form.draft(), version=form.version.number,
                actor=actor, now=utc_now(),
            )  # fmt: skip
            return _back(seat.collaboration.id, "tasks")
        except StaleError:
            theirs = _saved_meanwhile(task_id, form)
        except (CaseworkError, CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    status = 422 if form.is_submitted() else 200
    return render_template("casework/task.html", seat=seat, form=form, theirs=theirs), status


@blueprint.post("/tasks/<int:task_id>/done")
@limiter.limit(WRITE)
def tick(task_id: int) -> ResponseReturnValue:
    actor = get_current_account()
    kept, _seat = tasks.get_task(get_db(), task_id, actor)
    done = request.form.get("done") == "yes"
    try:
        tasks.tick_task(get_db(), task_id, done=done, actor=actor, now=utc_now())
        flash(_("The task is done.") if done else _("The task is open again."), "success")
    except CaseworkError as error:
        flash(message_for(error), "error")
    return _back(kept.collaboration_id, "tasks")


@blueprint.post("/<int:collaboration_id>/testbeds/<int:capability_id>")
@limiter.limit(WRITE)
def book(collaboration_id: int, capability_id: int) -> ResponseReturnValue:
    form = BookingForm(prefix=f"testbed-{capability_id}")
    if form.validate():
        try:
            bookings.book_testbed(
                get_db(),
                collaboration_id,
                capability_id,
                (form.starts_on.data, form.ends_on.data),
                actor=get_current_account(),
                links=get_links(),
                now=utc_now(),
            )
            wake_outbox()
            wake_matching()
            flash(_("The testbed is booked, and everybody is told."), "success")
            return _back(collaboration_id, "testbeds")
        except (CaseworkError, CollaborationError) as error:
            form.show_error(error)
    return work_page(collaboration_id, booking=(capability_id, form)), 422


@blueprint.post("/bookings/<int:booking_id>/cancel")
@limiter.limit(WRITE)
def cancel_booking(booking_id: int) -> ResponseReturnValue:
    back = request.form.get("collaboration", 0, type=int)
    try:
        bookings.cancel_booking(
            get_db(), booking_id, actor=get_current_account(), links=get_links(), now=utc_now()
        )
        wake_outbox()
        wake_matching()
        flash(_("The booking is cancelled. The days are free again."), "success")
    except CaseworkError as error:
        flash(message_for(error), "error")
    return _back(back, "testbeds")


def work_page(
    collaboration_id: int, *, booking: tuple[int, BookingForm] | None = None, **forms: WorkForm
) -> str:
    """Return the page; forms that were refused are shown as they were typed."""
    seat = take_seat(get_db(), collaboration_id, get_current_account())
    today = _today()
    calendars = list_calendars(get_db(), seat, today)
    booking_forms = {each.capability_id: _booking_form(each) for each in calendars}
    wrong: list[Any] = list(forms.values())
    if booking and booking[0] in booking_forms:
        booking_forms[booking[0]] = booking[1]
        wrong.append(booking[1])
    return render_template(
        "casework/show.html",
        seat=seat,
        collaboration=seat.collaboration,
        tasks=tasks.list_tasks(get_db(), seat),
        meetings=list_meetings(get_db(), seat),
        files=list_files(get_db(), seat),
        calendars=calendars,
        booking_forms=booking_forms,
        weeks=request.args.get("weeks", 1, type=int),
        today=today,
        now=utc_now(),
        wrong_forms=[form for form in wrong if form.errors or form.form_errors],
        **_forms(seat, forms),
    )


def _forms(seat: Seat, given: dict[str, WorkForm]) -> dict[str, WorkForm]:
    people = list_people(get_db(), seat)
    task_form, file_form = TaskForm(formdata=None), FileForm(formdata=None)
    meeting_form = MeetingForm(formdata=None)
    default = "parties" if seat.collaboration.contacts_are_open else "hub"
    task_form.audience.data = file_form.audience.data = default
    task_form.responsible.data = seat.account.id
    _offer_task(task_form, seat)
    file_form.offer(is_staff=seat.is_staff)
    parties = [person.id for person in list_party_people(get_db(), seat)]
    meeting_form.offer(people, parties)
    if not meeting_form.guests.data:
        meeting_form.guests.data = parties
    return {
        "task_form": task_form, "file_form": file_form, "meeting_form": meeting_form, **given
    }  # fmt: skip


def _saved_meanwhile(task_id: int, form: TaskForm) -> dict[str, Any]:
    """Return the task as it is saved now and who did it; the form may be saved over that one."""
    kept, _seat = tasks.get_task(get_db(), task_id, get_current_account())
    form.version.data = str(kept.version)
    last = find_last_change(
        get_db(), "collaboration.task_*", "collaboration", kept.collaboration_id, task_id=task_id
    )
    return {"task": kept, "last": last}


def _offer_task(form: TaskForm, seat: Seat) -> None:
    form.offer(list_people(get_db(), seat), is_staff=seat.is_staff, today=_today())


def _booking_form(calendar: bookings.Calendar) -> BookingForm:
    form = BookingForm(formdata=None, prefix=f"testbed-{calendar.capability_id}")
    form.propose(calendar.free)
    return form


def _back(collaboration_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("casework.show", collaboration_id=collaboration_id, _anchor=anchor))


def _today() -> date:
    return danish_day(utc_now())


init_file_pages(blueprint, work_page)
init_meeting_pages(blueprint, work_page)
