"""What staff and owners fill in about a joint need."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from matchmaker.pooling.joint_need import JointNeed
from matchmaker.web.forms import Form, ScreenedForm, VersionField


class AskForm(ScreenedForm):
    version = VersionField()
    title = StringField(
        _l("What the needs have in common"),
        description=_l("The owners read this before they join. Tell nothing of a single need."),
        validators=[InputRequired(), Length(max=120)],
    )


class SplitForm(Form):
    version = VersionField()
    need = SelectMultipleField(
        _l("Needs to take out"),
        coerce=int,
        description=_l("They are kept apart from the rest from now on."),
        validators=[InputRequired(_l("Choose at least one need."))],
    )

    def offer(self, joint_need: JointNeed) -> None:
        self.need.choices = [(member.need_id, member.title) for member in joint_need.members]


class MergeForm(Form):
    version = VersionField()
    #: The id and the version that the page showed. What has changed since is no choice of the
    #: form any more, and not for the form to refuse: the reader is told what happened to it.
    other = SelectField(
        _l("Merge with"), validators=[Regexp(r"\d{1,15}-\d{1,15}\Z")], validate_choice=False
    )

    def offer(self, others: list[JointNeed]) -> None:
        self.other.choices = [
            (f"{each.id}-{each.version}", each.title or each.members[0].title) for each in others
        ]

    @property
    def chosen(self) -> tuple[int, int]:
        other_id, version = self.other.data.split("-")
        return int(other_id), int(version)
