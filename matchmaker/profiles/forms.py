"""What the forms of needs and capabilities share: sent once, and over no unseen version."""

import secrets
import string
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import Length, NumberRange, Regexp

from matchmaker.profiles.content import LONGEST_TEXT
from matchmaker.profiles.errors import InvalidProfileError
from matchmaker.profiles.labels import PROBLEMS
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.forms import ScreenedForm, VersionField, describe_finding

#: Letters alone, so that a key never looks like a number of a person.
_KEY_LETTERS = string.ascii_lowercase
_KEY_LENGTH = 32

within_reason = Length(max=LONGEST_TEXT)


def new_form_key() -> str:
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_LENGTH))


class ProfileForm(ScreenedForm):
    """A form that knows itself when it comes a second time, and which version it changes."""

    form_key = HiddenField(default=new_form_key, validators=[Regexp(r"^[a-z]{32}\Z")])
    version = VersionField(default="1", validators=[Regexp(r"^\d{1,6}\Z")])
    organisation = SelectField(
        _l("On behalf of"),
        coerce=int,
        validators=[NumberRange(min=1, message=_l("Choose the organisation."))],
    )

    def offer_places(self, places: list[tuple[int, str]], usual: int | None) -> None:
        """Let the writer choose between organisations; a single one needs no question."""
        unchosen = [] if usual else [(0, _l("Choose the organisation"))]
        self.organisation.choices = [*unchosen, *places]
        if self.organisation.data is None:
            self.organisation.data = usual or 0

    @property
    def asks_for_organisation(self) -> bool:
        return len(self.organisation.choices or ()) > 1

    def show_refusal(self, error: InvalidProfileError | PatientDataFound) -> None:
        """Say at the fields what the domain refused; nothing typed is lost."""
        if isinstance(error, PatientDataFound):
            messages = {name: describe_finding(found[0]) for name, found in error.findings.items()}
        else:
            messages = {name: PROBLEMS[code] for name, code in error.fields.items()}
        for name, message in messages.items():
            field: Any = self._fields.get(name.partition(".")[0])
            if field is None:
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]
