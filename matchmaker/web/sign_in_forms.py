"""Flask-Security's forms in our words, with our limits on how often one may try."""

import re
from typing import Any

from flask import request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_security.forms import ChangePasswordForm
from flask_security.proxies import _security
from flask_security.unified_signin import UnifiedSigninForm, UnifiedVerifyForm
from flask_security.webauthn import WebAuthnRegisterForm
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo

from matchmaker.accounts.attempts import LockedError, count_try, forgive
from matchmaker.accounts.forms import no_patient_data
from matchmaker.clock import utc_now
from matchmaker.web.db import get_db, get_settings
from matchmaker.web.forms import Form as OurForm
from matchmaker.web.sign_in_pages import ADDRESS, safe_next

_SPACED_CODE = re.compile(r"^\s*\d{3}[\s-]?\d{3}\s*$")


class _InOurWords:
    """WTForms' own messages from our catalogue."""

    class Meta(FlaskForm.Meta):
        get_translations = OurForm.Meta.get_translations


def plain_code(text: str | None) -> str | None:
    """Return a code without the space it is shown with; a password stays as it is."""
    if isinstance(text, str) and _SPACED_CODE.match(text):
        return re.sub(r"\D", "", text)
    return text


def _tries(address: str) -> bool:
    """Count a try; False when the address must wait."""
    try:
        count_try(get_db(), address, key=get_settings().secret_key, now=utc_now())
    except LockedError:
        return False
    return True


def locked_text() -> str:
    return str(
        _(
            "Too many wrong codes. Wait 15 minutes, or open the link in the newest mail from us: "
            "it still works."
        )
    )


class SignInForm(_InOurWords, UnifiedSigninForm):
    """One address and, in the second step, the code or the password."""

    identity = EmailField(_l("E-mail"), validators=[DataRequired()])
    passcode = PasswordField(_l("Password"), filters=[plain_code])
    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.identity.data:
            self.identity.data = session.get(ADDRESS)
        self.next.data = safe_next()

    @property
    def step(self) -> str:
        """What the page asks for: the address, the code that was mailed, or the password."""
        step = request.args.get("step")
        return step if step in ("code", "password") else "address"

    def validate(self, **kwargs: Any) -> bool:
        address = str(self.identity.data or "")
        if address and not _tries(address):
            self.form_errors.append(locked_text())
            return False
        if super().validate(**kwargs):
            forgive(get_db(), address, key=get_settings().secret_key)
            return True
        if not (user := getattr(self, "user", None)) or not user.password:
            # An answer must take as long whether or not there is a password to compare with.
            _security.pwd_context.dummy_verify()
        return False


class VerifyForm(_InOurWords, UnifiedVerifyForm):
    """The code or the password again, before something that matters."""

    passcode = StringField(_l("Code"), filters=[plain_code], validators=[DataRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = safe_next()

    @property
    def step(self) -> str:
        step = request.args.get("step")
        return step if step in ("code", "password") else "choose"

    def validate(self, **kwargs: Any) -> bool:
        if not _tries(current_user.email):
            self.form_errors.append(locked_text())
            return False
        if super().validate(**kwargs):
            forgive(get_db(), current_user.email, key=get_settings().secret_key)
            return True
        return False


class PasswordForm(_InOurWords, ChangePasswordForm):
    password = PasswordField(_l("Your password now"))
    new_password = PasswordField(
        _l("New password"),
        description=_l(
            "At least 12 characters. Three or four words that only you put together are good."
        ),
        validators=[DataRequired()],
    )
    new_password_confirm = PasswordField(
        _l("The new password once more"),
        validators=[DataRequired(), EqualTo("new_password", message=_l("The two are not alike."))],
    )


class PasskeyForm(_InOurWords, WebAuthnRegisterForm):
    """Names a passkey before the browser makes it; each of ours signs in by itself."""

    name = StringField(
        _l("Name of the passkey"),
        description=_l("So that you know it again, such as “My phone” or “Laptop at work”."),
        validators=[DataRequired(), no_patient_data],
    )

    def validate(self, **kwargs: Any) -> bool:
        self.usage.data = "first"
        return bool(super().validate(**kwargs))


FORMS = {
    "us_signin_form": SignInForm,
    "us_verify_form": VerifyForm,
    "change_password_form": PasswordForm,
    "wan_register_form": PasskeyForm,
}
