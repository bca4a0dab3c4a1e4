"""The two-minute form: six questions, of which the first must be answered."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from matchmaker.needs.labels import CLOSE_REASONS
from matchmaker.needs.need import MOST_APPROACHES, Answers, Need
from matchmaker.profiles.content import LONGEST_LINE, first_sentence
from matchmaker.profiles.forms import ProfileForm, within_reason
from matchmaker.web.forms import Form

_TEXTS = ("problem", "title", "target", "extent", "tried", "requirements", "approach")


class NeedForm(ProfileForm):
    problem = TextAreaField(
        _l("What is the problem?"),
        description=_l(
            "Tell it as you would tell a colleague: what happens, and what does it lead to? "
            "Leave the solution open."
        ),
        validators=[
            DataRequired(_l("Tell in a sentence or two what the problem is.")),
            within_reason,
        ],
    )
    target = TextAreaField(
        _l("For whom, and where?"),
        description=_l("For example: residents with dementia in care homes, at night."),
        validators=[within_reason],
    )
    extent = TextAreaField(
        _l("How often, or how big is it?"),
        description=_l("A guess is fine: twice a week, 40 citizens, an hour each morning."),
        validators=[within_reason],
    )
    tried = TextAreaField(
        _l("What have you tried?"),
        description=_l("Also what did not work, and why it stopped."),
        validators=[within_reason],
    )
    requirements = TextAreaField(
        _l("What must a solution respect?"),
        description=_l("For example: hygiene, no more alarms, works with gloves on, no new login."),
        validators=[within_reason],
    )
    approach = TextAreaField(
        _l("How may you be approached, and how often?"),
        description=_l(
            "Only the hub sees this. For example: by e-mail, Tuesdays are best, never by phone."
        ),
        validators=[within_reason],
    )
    approaches_per_month = IntegerField(
        _l("At most so many approaches a month"),
        default=4,
        validators=[
            InputRequired(_l("Choose a number between 1 and 20.")),
            NumberRange(1, MOST_APPROACHES, _l("Choose a number between 1 and 20.")),
        ],
    )
    title = StringField(
        _l("Title"),
        description=_l("Left empty, your first sentence is the title."),
        validators=[Length(max=LONGEST_LINE)],
    )
    confidential = BooleanField(
        _l("Keep it confidential"),
        description=_l(
            "Others read the theme and the problem alone, without names. You decide, proposal by "
            "proposal, who gets to know your organisation; names open when both sides say yes."
        ),
    )
    show_organisation = BooleanField(
        _l("Show the name of my organisation on the board"),
        description=_l("Otherwise only the kind of place and the region are shown."),
        default=True,
    )

    @classmethod
    def of(cls, need: Need) -> "NeedForm":
        """Return the form filled with a need; a title that was made of the text stays empty."""
        form = cls(obj=need)
        if not form.is_submitted() and need.title == first_sentence(need.problem):
            form.title.data = ""
        return form

    def answers(self) -> Answers:
        texts = {name: self[name].data or "" for name in _TEXTS}
        return Answers(
            **texts,
            approaches_per_month=self.approaches_per_month.data,
            show_organisation=self.show_organisation.data,
            confidential=self.confidential.data,
        )


class CloseForm(Form):
    reason = RadioField(_l("Why do you close it?"), choices=list(CLOSE_REASONS.items()))


class SupportForm(Form):
    organisation = SelectField(_l("On behalf of"), coerce=int)
