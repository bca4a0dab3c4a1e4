"""A meeting is called, moved, called off, and put into a calendar."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.audit.log import find_last_change
from matchmaker.casework import meetings
from matchmaker.casework.errors import CaseworkError, StaleError
from matchmaker.casework.forms import MeetingForm, message_for
from matchmaker.casework.meeting import Meeting
from matchmaker.casework.seat import list_people, take_seat
from matchmaker.clock import utc_now
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.jobs import wake_outbox
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.limits import WRITE, limiter

WorkPage = Callable[..., str]


def init_meeting_pages(blueprint: Blueprint, work_page: WorkPage) -> None:
    @blueprint.post("/<int:collaboration_id>/meetings")
    @limiter.limit(WRITE)
    def call_meeting(collaboration_id: int) -> ResponseReturnValue:
        actor = get_current_account()
        form = MeetingForm()
        form.offer(list_people(get_db(), take_seat(get_db(), collaboration_id, actor)), ())
        if form.validate():
            try:
                meetings.call_meeting(
                    get_db(), collaboration_id, form.draft(),
                    actor=actor, links=get_links(), now=utc_now(),
                )  # fmt: skip
                return _sent(collaboration_id, _("Everybody gets an invitation by mail."))
            except (CaseworkError, CollaborationError, PatientDataFound) as error:
                form.show_error(error)
        return work_page(collaboration_id, meeting_form=form), 422

    blueprint.add_url_rule("/meetings/<int:meeting_id>", view_func=meeting, methods=["GET", "POST"])
    blueprint.add_url_rule("/meetings/<int:meeting_id>/invitation.ics", view_func=invitation)
    blueprint.add_url_rule(
        "/meetings/<int:meeting_id>/cancel", view_func=cancel_meeting, methods=["POST"]
    )


@limiter.limit(WRITE, methods=["POST"])
def meeting(meeting_id: int) -> ResponseReturnValue:
    actor = get_current_account()
    kept, seat = meetings.get_meeting(get_db(), meeting_id, actor)
    form = MeetingForm()
    if request.method == "GET":
        form.fill(kept)
    form.offer(list_people(get_db(), seat), kept.guests)
    theirs: dict[str, Any] | None = None
    if form.validate_on_submit():
        try:
            meetings.change_meeting(
                get_db(), meeting_id, form.draft(), sequence=form.version.number,
                actor=actor, links=get_links(), now=utc_now(),
            )  # fmt: skip
            return _sent(seat.collaboration.id, _("Everybody gets the change by mail."))
        except StaleError:
            kept, seat = meetings.get_meeting(get_db(), meeting_id, actor)
            theirs = _saved_meanwhile(kept, form)
        except (CaseworkError, CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "casework/meeting.html", meeting=kept, seat=seat, form=form, theirs=theirs, now=utc_now()
    )
    return page, status


def _saved_meanwhile(kept: Meeting, form: MeetingForm) -> dict[str, Any]:
    """Return the meeting as it is now and who did it; the form may be saved over that one."""
    form.version.data = str(kept.sequence)
    last = find_last_change(
        get_db(), "collaboration.meeting_*", "collaboration", kept.collaboration_id,
        meeting_id=kept.id,
    )  # fmt: skip
    return {"meeting": kept, "last": last}


@limiter.limit(WRITE)
def cancel_meeting(meeting_id: int) -> ResponseReturnValue:
    actor = get_current_account()
    _meeting, seat = meetings.get_meeting(get_db(), meeting_id, actor)
    try:
        meetings.cancel_meeting(get_db(), meeting_id, actor=actor, links=get_links(), now=utc_now())
    except CaseworkError as error:
        flash(message_for(error), "error")
        return _back(seat.collaboration.id)
    return _sent(seat.collaboration.id, _("The meeting is called off, and everybody is told."))


def invitation(meeting_id: int) -> Response:
    text = meetings.read_invitation(
        get_db(), meeting_id, actor=get_current_account(), links=get_links()
    )
    return Response(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=meeting-{meeting_id}.ics"},
    )


def _sent(collaboration_id: int, message: str) -> ResponseReturnValue:
    wake_outbox()
    flash(message, "success")
    return _back(collaboration_id)


def _back(collaboration_id: int) -> ResponseReturnValue:
    return redirect(url_for("casework.show", collaboration_id=collaboration_id, _anchor="meetings"))
