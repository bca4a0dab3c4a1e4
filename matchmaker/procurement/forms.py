"""The guide, the purchase path, the note to all and lines of the log."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp

from matchmaker.procurement import errors, labels
from matchmaker.procurement.contact import BY_HAND
from matchmaker.procurement.plan import Plan, PlanAnswers
from matchmaker.profiles.forms import new_form_key
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.forms import ScreenedForm, VersionField

_LONG: Final = 6000


class ProcurementForm(ScreenedForm):
    """A form that shows what the domain refuses, at the field it is about."""

    #: The field that names are found in.
    text_field = ""

    def show_error(self, error: errors.ProcurementError | PatientDataFound) -> None:
        if isinstance(error, PatientDataFound):
            self.show_findings(error)
        elif isinstance(error, errors.EmptyTextError | errors.UnknownAnswerError):
            self.show_at(error.field, message_for(error))
        elif isinstance(error, errors.RevealingTextError):
            self.show_at(self.text_field, message_for(error))
        else:
            self.form_errors.append(message_for(error))


class NoteForm(ProcurementForm):
    text_field = "text_da"

    form_key = HiddenField(default=new_form_key, validators=[Regexp(r"^[a-z]{32}\Z")])
    text_da = TextAreaField(
        _l("The note in Danish"),
        description=_l(
            "Facts that all need to know: no names of people or companies, no praise, nothing that "
            "only one of them can use."
        ),
        validators=[Length(max=_LONG)],
    )
    text_en = TextAreaField(
        _l("The note in English"),
        description=_l("Who reads English gets this one. Left empty, they get the Danish text."),
        validators=[Length(max=_LONG)],
    )
    covers = SelectMultipleField(
        _l("The note passes on what was told in"), coerce=int, validate_choice=False
    )

    def texts(self) -> dict[str, str]:
        return {"da": self.text_da.data or "", "en": self.text_en.data or ""}


class ContactForm(ProcurementForm):
    kind = SelectField(_l("What was it?"), choices=[(kind, labels.KINDS[kind]) for kind in BY_HAND])
    organisation = SelectField(_l("Who got it?"), coerce=int)
    happened_on = DateField(_l("When?"), validators=[InputRequired()])
    summary = StringField(
        _l("What was it about?"),
        description=_l("Name the thing, not the people: “Visit at the ward”, “Draft of the plan”."),
        validators=[InputRequired(), Length(max=200)],
    )


class PlanForm(ProcurementForm):
    version = VersionField()
    path = RadioField(
        _l("If it works: how would it be bought?"),
        choices=list(labels.PATHS.items()),
        validators=[InputRequired()],
    )
    value_band = RadioField(
        labels.QUESTIONS["value"],
        choices=list(labels.ANSWERS["value"].items()),
        validators=[InputRequired()],
    )
    decides = StringField(
        _l("Who decides about a purchase?"),
        description=_l("A role or an office, no name: “the procurement office of the region”."),
        validators=[InputRequired(), Length(max=200)],
    )
    form = RadioField(
        _l("Which form has the cooperation?"),
        choices=list(labels.FORMS.items()),
        validators=[InputRequired()],
    )
    agreed = SelectMultipleField(
        _l("Which points has your agreement settled?"), choices=list(labels.POINTS.items())
    )

    @classmethod
    def of(cls, plan: Plan | None, form: str | None) -> "PlanForm":
        """Return the form with the last answers, or the form that the guide named."""
        if plan is None:
            return cls(form=form, version="0")
        answers = plan.answers
        return cls(
            path=answers.path, value_band=answers.value_band, decides=answers.decides,
            form=answers.form, agreed=list(answers.agreed), version=str(plan.sequence),
        )  # fmt: skip

    def answers(self) -> PlanAnswers:
        return PlanAnswers(
            self.path.data, self.value_band.data, self.decides.data or "", self.form.data,
            tuple(self.agreed.data or ()),
        )  # fmt: skip


class AskForm(ProcurementForm):
    question = TextAreaField(
        _l("Your question"),
        description=_l(
            "The hub answers. Question and answer can be read by all who were shown the need, "
            "without your name."
        ),
        validators=[InputRequired(), Length(max=2000)],
    )


def message_for(error: errors.ProcurementError) -> str:
    """Return what went wrong and what to do about it."""
    if isinstance(error, errors.RevealingTextError):
        return str(
            _("Remove “%(words)s”: a text for all names neither people nor companies.",
              words=error.words)
        )  # fmt: skip
    text: Any = _MESSAGES.get(type(error), _l("This is not possible now. Reload the page."))
    return str(text)


_MESSAGES = {
    errors.EmptyTextError: _l("Write a text first."),
    errors.UnknownAnswerError: _l("Choose an answer."),
    errors.NobodyInterestedError: _l(
        "Nobody has been shown the need, or all have said no thanks. There is nobody to write to."
    ),
    errors.ContactDateError: _l("Choose today or a day before."),
    errors.ContactKindError: _l("Choose what it was."),
    errors.NotShownError: _l("Choose one who was shown the need."),
    errors.AlreadyCorrectedError: _l("This line cannot be taken back, or has been already."),
}
