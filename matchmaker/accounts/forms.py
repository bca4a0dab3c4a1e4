"""What a person fills in about their own account."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, Length

from matchmaker.web.forms import Form


class ProfileForm(Form):
    name = StringField(_l("Name"), validators=[DataRequired(), Length(max=100)])
    title = StringField(
        _l("Title"),
        description=_l("What you do, such as “Ward nurse” or “Head of sales”."),
        validators=[Length(max=100)],
    )
    phone = TelField(
        _l("Phone"),
        description=_l(
            "Shown to nobody but the hub, and to your partners once you have both said yes."
        ),
        validators=[Length(max=40)],
    )
    language = RadioField(
        _l("Language of your mails"),
        choices=[("da", "Dansk"), ("en", "English")],
        validators=[DataRequired()],
    )


class EraseForm(Form):
    """Typing the address is slow on purpose: what is erased does not come back."""

    email = EmailField(_l("Your e-mail address"), validators=[DataRequired()])
