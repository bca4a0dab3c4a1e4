"""Declaring a conflict of interest: staff for anybody, others for themselves."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from matchmaker.conflicts.conflict import ConflictDeclarationError
from matchmaker.conflicts.labels import KINDS, OWN_KINDS, PROBLEMS
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.forms import ScreenedForm

_NAME = Length(max=200)


class PeriodForm(ScreenedForm):
    """Why and how long; what the domain refuses is said at the field it is about."""

    reason = TextAreaField(
        _l("Why?"),
        description=_l("In a few words: owns shares, sits on the board, married to the owner …"),
        validators=[InputRequired(_l("Say in a few words what the tie is.")), Length(max=1000)],
    )
    starts_on = DateField(_l("From"), validators=[InputRequired(_l("Choose a day."))])
    ends_on = DateField(
        _l("Until"),
        description=_l("The last day. Left empty, it holds until somebody ends it."),
        validators=[Optional()],
    )

    def propose(self, today: date) -> None:
        if self.starts_on.data is None and not self.starts_on.raw_data:
            self.starts_on.data = today

    def show_error(self, error: ConflictDeclarationError | PatientDataFound) -> None:
        if isinstance(error, PatientDataFound):
            self.show_findings(error)
        else:
            self.show_at(error.field, PROBLEMS[error.code])


class ConflictForm(PeriodForm):
    """What staff know of others."""

    kind = RadioField(_l("What is it?"), choices=list(KINDS.items()), default="organisations")
    organisation = StringField(
        _l("Organisation"),
        description=_l("Name or CVR number, as on the list of organisations."),
        validators=[InputRequired(_l("Name the organisation.")), _NAME],
    )
    other = StringField(
        _l("The other organisation"),
        description=_l("Of an ownership: the one that owns. Left empty for a person."),
        validators=[_NAME],
    )
    person = StringField(
        _l("The person's e-mail address"),
        description=_l("Only where it is a person who is tied to the organisation."),
        validators=[_NAME],
    )


class OwnConflictForm(PeriodForm):
    """What somebody declares of themselves, or of an organisation that they speak for."""

    side = SelectField(_l("Who has the tie?"), coerce=int)
    kind = RadioField(_l("What is it?"), choices=list(OWN_KINDS.items()), default="tied")
    organisation = StringField(
        _l("To which organisation?"),
        description=_l("Its name or CVR number. If it is not registered here, nothing is needed."),
        validators=[InputRequired(_l("Name the organisation.")), _NAME],
    )

    def offer(self, sides: Sequence[tuple[int, str]]) -> None:
        """Let the writer choose between themselves (0) and their organisations."""
        self.side.choices = [(0, _l("I myself")), *sides]
