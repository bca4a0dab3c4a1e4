"""What Flask-Security says, in our words; translated with the rest of the catalogue."""

from typing import Final

from flask_babel import get_locale
from flask_security.babel import FsDomain

from matchmaker.translations import read_catalogue


def N_(message: str) -> str:  # noqa: N802 - the name that extractors know
    return message


class OurDomain(FsDomain):
    """Looks Flask-Security's texts up in our catalogue instead of the one it brings."""

    def get_translations(self) -> object:
        locale = get_locale()
        return read_catalogue(locale.language if locale else "en")


_WRONG: Final = (
    N_(
        "That did not sign you in. Check the e-mail address and the code or password. "
        "A code is good for 15 minutes and can be used once."
    ),
    "error",
)
_START_OVER: Final = (N_("That took too long. Please start over."), "error")
_PASSKEY_REFUSED: Final = (
    N_("The passkey was not accepted. Try again, or sign in with a code by mail."),
    "error",
)

MESSAGES: Final = {
    "API_ERROR": (N_("The form could not be read. Please start over."), "error"),
    "GENERIC_AUTHN_FAILED": _WRONG,
    "INVALID_PASSWORD_CODE": _WRONG,
    "US_SPECIFY_IDENTITY": _WRONG,
    "DISABLED_ACCOUNT": _WRONG,
    "USER_DOES_NOT_EXIST": _WRONG,
    "INVALID_CODE": _WRONG,
    "CONFIRMATION_REQUIRED": _WRONG,
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "UNAUTHORIZED": (N_("You do not have access to this page"), "error"),
    "REAUTHENTICATION_REQUIRED": (N_("Show once more that it is you before you go on."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on now."), "success"),
    "INVALID_REDIRECT": (N_("The link leads away from this site and was left out."), "error"),
    "INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Write the password you have now."), "error"),
    "PASSWORD_INVALID_LENGTH": (
        N_("The password must have at least %(length)s characters."),
        "error",
    ),
    "PASSWORD_IS_THE_SAME": (N_("The new password is the one you already have."), "error"),
    "PASSWORD_CHANGE": (
        N_("The password is saved. You are signed out on all other devices."),
        "success",
    ),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two are not alike."), "error"),
    "INVALID_EMAIL_ADDRESS": (N_("Write the address as name@organisation.dk."), "error"),
    "WEBAUTHN_EXPIRED": _START_OVER,
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You already have a passkey called %(name)s."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        N_("Use letters, digits, spaces and hyphens only."),
        "error",
    ),
    "INVALID_INPUT": (N_("Use letters, digits, spaces and hyphens only."), "error"),
    "INVALID_INPUT_LENGTH": (N_("Use at most %(length)s characters."), "error"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        N_("The passkey %(name)s is added. Use it the next time you sign in."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is already in use here."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _PASSKEY_REFUSED,
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": _PASSKEY_REFUSED,
    "WEBAUTHN_NO_VERIFY": _PASSKEY_REFUSED,
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _PASSKEY_REFUSED,
    "WEBAUTHN_MISMATCH_USER_HANDLE": _PASSKEY_REFUSED,
}
