"""What a person fills in about their own account."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from matchmaker.screening.screen import screen
from matchmaker.web.forms import Form, describe_finding


def name_field(**more: Any) -> StringField:
    """Return the field for a person's name, which stands in mails to others: no links in it."""
    no_link = Regexp(r"^[^<>@/\\:\d]*$", message=_l("Write a name, without digits or links."))
    validators = [DataRequired(), Length(max=100), no_link]
    return StringField(_l("Your name"), validators=validators, **more)


def no_patient_data(_form: Form, field: StringField) -> None:
    """Refuse a CPR number in a field that is too small for the whole screen with its questions."""
    refused = [f for f in screen(field.data or "") if f.severity == "refuse"]
    if refused:
        raise ValidationError(describe_finding(refused[0]))


class ProfileForm(Form):
    name = name_field()
    title = StringField(
        _l("Title"),
        description=_l("What you do, such as “Ward nurse” or “Head of sales”."),
        validators=[Length(max=100), no_patient_data],
    )
    phone = TelField(
        _l("Phone"),
        description=_l("Seen by the hub alone, and by your partners once you have both said yes."),
        validators=[Length(max=40), no_patient_data],
    )
    language = RadioField(
        _l("Language of your mails"),
        choices=[("da", "Dansk"), ("en", "English")],
        validators=[DataRequired()],
    )


class EraseForm(Form):
    """Typing the address is slow on purpose: what is erased does not come back."""

    email = EmailField(_l("Your e-mail address"), validators=[DataRequired()])
