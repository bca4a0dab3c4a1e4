"""The result in four parts, all of them optional."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from matchmaker.outcomes.labels import PART_HINTS, PARTS, STATES
from matchmaker.outcomes.outcome import Outcome, OutcomeDraft
from matchmaker.web.forms import ScreenedForm

_LONG = 1500


def _part(name: str) -> TextAreaField:
    return TextAreaField(PARTS[name], description=PART_HINTS[name], validators=[Length(max=_LONG)])


class OutcomeForm(ScreenedForm):
    state = RadioField(
        _l("What came of it?"), choices=list(STATES.items()), validators=[InputRequired()]
    )
    citizen = _part("citizen")
    organisation = _part("organisation")
    technology = _part("technology")
    economy = _part("economy")
    is_public = BooleanField(
        _l("Others may see our organisation's name beside the result"),
        description=_l("Otherwise they read the kind of place and its region alone."),
    )

    def fill(self, last: Outcome | None) -> None:
        if last is not None:
            self.state.data, self.is_public.data = last.state, last.is_public
            for name in PARTS:
                self[name].data = getattr(last, name)

    def draft(self) -> OutcomeDraft:
        parts = {name: self[name].data or "" for name in PARTS}
        return OutcomeDraft(self.state.data, **parts, is_public=self.is_public.data)

    def refuse(self) -> None:
        self.form_errors.append(_("You cannot answer for this party."))
