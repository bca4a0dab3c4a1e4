"""Tasks, files, meetings and bookings as they are typed."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional

from matchmaker.accounts.account import Account
from matchmaker.casework import errors
from matchmaker.casework.days import danish_moment, long_day
from matchmaker.casework.labels import MINUTES
from matchmaker.casework.meeting import Meeting, MeetingDraft
from matchmaker.casework.tasks import Task, TaskDraft
from matchmaker.clock import COPENHAGEN
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.collaborations.labels import AUDIENCES
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.forms import ScreenedForm, VersionField
from matchmaker.web.languages import current_language

Refusal = errors.CaseworkError | CollaborationError | PatientDataFound

_DAYS_AHEAD = 7
_TEST_DAYS = 28


class WorkForm(ScreenedForm):
    """A form that shows what the domain refuses, at the field it is about."""

    def show_error(self, error: Refusal) -> None:
        if isinstance(error, PatientDataFound):
            self.show_findings(error)
        elif isinstance(error, errors.CaseworkError):
            self.show_at(error.field, message_for(error))
        else:
            self.form_errors.append(_("You cannot do this here."))


class TaskForm(WorkForm):
    version = VersionField(id="task-version")
    text = StringField(
        _l("What is to be done?"), id="task-text", validators=[InputRequired(), Length(max=300)]
    )
    due_on = DateField(_l("By"), id="task-due", validators=[InputRequired()])
    responsible = SelectField(_l("Who does it?"), id="task-responsible", coerce=int)
    audience = SelectField(
        _l("Who may read it"), id="task-audience", choices=list(AUDIENCES.items())
    )

    def offer(self, people: Iterable[Account], *, is_staff: bool, today: date) -> None:
        self.responsible.choices = [(person.id, person.name) for person in people]
        if not is_staff:
            self.audience.choices = [("parties", AUDIENCES["parties"])]
        if self.due_on.data is None and not self.due_on.raw_data:
            self.due_on.data = today + timedelta(days=_DAYS_AHEAD)

    def fill(self, task: Task) -> None:
        self.version.data, self.text.data = str(task.version), task.text
        self.due_on.data = date.fromisoformat(task.due_on)
        self.responsible.data, self.audience.data = task.responsible_id, task.audience

    def draft(self) -> TaskDraft:
        return TaskDraft(
            self.text.data or "", self.due_on.data, self.responsible.data, self.audience.data
        )


class FileForm(WorkForm):
    file = FileField(
        _l("File"),
        description=_l("PDF, Word, Excel, PowerPoint, PNG, JPEG or text, at most 10 MB."),
        validators=[FileRequired(_l("Choose a file."))],
    )
    audience = SelectField(
        _l("Who may read it"), id="file-audience", choices=list(AUDIENCES.items())
    )
    nobody = BooleanField(
        _l("No patient or citizen can be recognised in the file"),
        description=_l(
            "We look for CPR numbers in Word, Excel, PowerPoint and text, not in pictures and PDF."
        ),
        validators=[InputRequired(_l("Look through the file, then tick the box."))],
    )

    def offer(self, *, is_staff: bool) -> None:
        if not is_staff:
            self.audience.choices = [("parties", AUDIENCES["parties"])]


class MeetingForm(WorkForm):
    version = VersionField(id="meeting-version")
    title = StringField(
        _l("What is the meeting about?"),
        id="meeting-title",
        validators=[InputRequired(), Length(max=160)],
    )
    starts_on = DateField(_l("Day"), id="meeting-day", validators=[InputRequired()])
    starts_at = TimeField(
        _l("Begins at (Danish time)"), id="meeting-time", validators=[InputRequired()]
    )
    minutes = SelectField(
        _l("How long?"), id="meeting-minutes", coerce=int, choices=list(MINUTES.items()), default=60
    )
    place = StringField(
        _l("Place or video link"), id="meeting-place", validators=[Optional(), Length(max=300)]
    )
    agenda = TextAreaField(
        _l("Agenda"), id="meeting-agenda", validators=[Optional(), Length(max=2000)]
    )
    guests = SelectMultipleField(_l("Who is invited?"), id="meeting-guests", coerce=int)

    def offer(self, people: Iterable[Account], parties: Iterable[int]) -> None:
        """Let the parties be invited unless something else was chosen."""
        self.guests.choices = [(person.id, person.name) for person in people]
        if not self.is_submitted() and not self.guests.data:
            self.guests.data = list(parties)

    def fill(self, meeting: Meeting) -> None:
        here = meeting.starts_at.astimezone(COPENHAGEN)
        self.version.data, self.title.data = str(meeting.sequence), meeting.title
        self.starts_on.data, self.starts_at.data = here.date(), here.time()
        self.minutes.data, self.place.data = meeting.minutes, meeting.place
        self.agenda.data, self.guests.data = meeting.agenda, list(meeting.guests)
        if meeting.minutes not in MINUTES:
            self.minutes.choices = [*MINUTES.items(), (meeting.minutes, str(meeting.minutes))]

    def draft(self) -> MeetingDraft:
        return MeetingDraft(
            title=self.title.data or "",
            starts_at=danish_moment(self.starts_on.data, self.starts_at.data),
            minutes=self.minutes.data,
            place=self.place.data or "",
            agenda=self.agenda.data or "",
            guests=tuple(self.guests.data or ()),
        )


class BookingForm(WorkForm):
    """One for each testbed: its fields are told apart by the prefix."""

    starts_on = DateField(_l("First day"), validators=[InputRequired()])
    ends_on = DateField(_l("Last day"), validators=[InputRequired()])

    def propose(self, free: Iterable[tuple[date, date]]) -> None:
        first = next(iter(free), None)
        if first and self.starts_on.data is None and not self.starts_on.raw_data:
            self.starts_on.data = first[0]
            self.ends_on.data = min(first[1], first[0] + timedelta(days=_TEST_DAYS - 1))


def message_for(error: errors.CaseworkError) -> str:
    """Return what went wrong and what to do about it."""
    if isinstance(error, errors.TakenError):
        days = "; ".join(
            f"{long_day(start, current_language())} – {long_day(end, current_language())}"
            for start, end in error.taken
        )
        return str(_("The testbed is taken %(days)s. Choose other days.", days=days))
    if isinstance(error, errors.FarAheadError):
        day = long_day(error.latest, current_language())
        return str(_("Choose a day no later than %(day)s.", day=day))
    text: Any = _MESSAGES.get(type(error), _l("This is not possible now. Reload the page."))
    return str(text)


_MESSAGES = {
    errors.ClosedError: _l("The collaboration is closed. What it holds can only be read."),
    errors.NotIntroducedError: _l("The parties do not know each other yet. Choose the hub alone."),
    errors.TextMissingError: _l("Write a text first."),
    errors.ResponsibleError: _l("Choose somebody who takes part and may read the task."),
    errors.GuestError: _l("Invite at least one who takes part."),
    errors.MomentError: _l("Choose a time that is still to come."),
    errors.MeetingOverError: _l(
        "The meeting is over. What has been can neither be changed nor called off."
    ),
    errors.FileKindError: _l(
        "This is not a file that we can share. Use PDF, Word, Excel, PowerPoint, PNG, JPEG or text."
    ),
    errors.FileMacroError: _l("The document holds macros. Save it without them."),
    errors.FileSizeError: _l("The file is empty or larger than 10 MB."),
    errors.FileCountError: _l("There are as many files as there may be. Delete one first."),
    errors.StorageError: _l("The file could not be kept, the disk is full. Write to the hub."),
    errors.PeriodError: _l("Choose days from today on, the first before the last."),
    errors.NotOfferedError: _l("The testbed has not said that it is free on all of these days."),
    errors.NoTestbedError: _l("The testbed does not take part in this collaboration."),
}
