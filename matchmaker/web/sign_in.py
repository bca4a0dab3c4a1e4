"""Sign-in: a code or link by mail for everybody, a password or passkey for those who add one.

Flask-Security does the sessions, passwords and passkeys. Its blueprint is not registered: only
the views listed here exist, under our addresses and with our templates.
"""

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, Flask, redirect, request, session, url_for
from flask_login import current_user
from flask_security.core import Security, UserMixin
from flask_security.mail_util import EmailValidateException, MailUtil
from flask_security.signals import password_changed, user_authenticated
from flask_security.totp import Totp
from flask_security.unified_signin import us_signin, us_verify
from flask_security.utils import get_message, login_user
from flask_security.views import change_password, logout
from flask_security.webauthn import (
    webauthn_register,
    webauthn_register_response,
    webauthn_signin,
    webauthn_signin_response,
    webauthn_verify,
    webauthn_verify_response,
)
from flask_security.webauthn_util import WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.wrappers import Response

from matchmaker.accounts.account import Account
from matchmaker.accounts.address import BadAddressError, normal_address
from matchmaker.accounts.mails import tell_of_new_password
from matchmaker.accounts.sign_in_codes import use_code
from matchmaker.audit import log
from matchmaker.clock import utc_now
from matchmaker.config import Settings
from matchmaker.web import sign_in_pages
from matchmaker.web.db import get_db, get_links
from matchmaker.web.limits import SIGN_IN, limiter
from matchmaker.web.sign_in_datastore import Datastore, User
from matchmaker.web.sign_in_forms import FORMS
from matchmaker.web.sign_in_messages import MESSAGES, OurDomain

#: For one machine. A hospital goes out through one address: the tight limit is for each mailbox.
CODES: Final = "120 per hour"
CONFIG: Final[dict[str, Any]] = {
    "SECURITY_UNIFIED_SIGNIN": True,
    "SECURITY_US_ENABLED_METHODS": ["email", "password"],
    "SECURITY_US_MFA_REQUIRED": [],
    "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {},
    "SECURITY_CHANGEABLE": True,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_PASSWORD_REQUIRED": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_USER_HINTS": False,
    "SECURITY_WAN_ALLOW_AS_VERIFY": ["first"],
    "SECURITY_WAN_RP_NAME": "Sundhedsinnovation Danmark",
    "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "SECURITY_WAN_POST_REGISTER_VIEW": "accounts.security",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FRESHNESS": timedelta(hours=2),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_POST_LOGIN_VIEW": "home.mine",
    "SECURITY_POST_VERIFY_VIEW": "accounts.security",
    "SECURITY_POST_CHANGE_VIEW": "accounts.security",
    "SECURITY_POST_LOGOUT_VIEW": "home.front",
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
    "SECURITY_CACHE_CONTROL": None,
    **{f"SECURITY_MSG_{name}": message for name, message in MESSAGES.items()},
}


class OurAddresses(MailUtil):
    """Reads addresses as the domain does. Mails themselves go through the outbox alone."""

    def normalize(self, email: str) -> str:
        try:
            return normal_address(email)
        except BadAddressError as error:
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0]) from error

    validate = normalize


class AnyAuthenticator(WebauthnUtil):
    """Passkeys of every kind, built into the device too; each proves who holds it."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


class MailedCodes(Totp):
    """Checks codes against those that were mailed: random, kept hashed, good once."""

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        return use_code(get_db(), user.id, token, links=get_links(), now=utc_now())


def sign_in_account(account: Account, *, via: str) -> bool:
    """Begin a session for the account; False when it is closed. `via` goes into the audit log."""
    user = Datastore().find_user(id=account.id)
    return bool(user and user.active and login_user(user, authn_via=[via]))


def init_sign_in(app: Flask, settings: Settings) -> None:
    """Add sign-in to the app; forms and limits must have been added before."""
    app.config.update(CONFIG)
    # Nothing is derived from these: codes are random and kept by accounts/sign_in_codes.py.
    app.config.update(
        SECURITY_TOTP_SECRETS={"1": settings.secret_key},
        SECURITY_TOTP_ISSUER=CONFIG["SECURITY_WAN_RP_NAME"],
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.is_https,
    )
    security = Security(
        app,
        Datastore(),
        register_blueprint=False,
        mail_util_cls=OurAddresses,
        totp_cls=MailedCodes,
        webauthn_util_cls=AnyAuthenticator,
        **FORMS,
    )
    security.i18n_domain = OurDomain(app)  # type: ignore[no-untyped-call]
    security.want_json(lambda _request: False)
    security.unauthn_handler(_send_to_sign_in)
    security.us_verify_context_processor(lambda: {"has_password": bool(current_user.password)})
    security.wan_register_context_processor(lambda: {"host_is_number": _host_is_number()})
    user_authenticated.connect(_begin_session, app)
    password_changed.connect(_tell_of_new_password, app)
    app.register_blueprint(_blueprint())


def _blueprint() -> Blueprint:
    """Return the views that exist; see web/access.py for who may call them."""
    blueprint = Blueprint("security", __name__)
    both, post = ["GET", "POST"], ["POST"]
    tries = limiter.limit(SIGN_IN, methods=post)
    mails = limiter.limit(CODES, methods=post)
    for address, endpoint, view, methods in (
        ("/sign-in", "us_signin", tries(us_signin), both),
        ("/sign-in/code", "us_signin_send_code", mails(sign_in_pages.send_code), post),
        ("/sign-in/link/<token>", "sign_in_link", tries(sign_in_pages.sign_in_link), both),
        ("/sign-in/passkey", "wan_signin", webauthn_signin, both),
        ("/sign-in/passkey/<token>", "wan_signin_response", tries(webauthn_signin_response), post),
        ("/sign-out", "logout", logout, post),
        ("/still-me", "us_verify", tries(us_verify), both),
        ("/still-me/code", "us_verify_send_code", mails(sign_in_pages.send_verify_code), post),
        ("/still-me/passkey", "wan_verify", webauthn_verify, both),
        ("/still-me/passkey/<token>", "wan_verify_response", webauthn_verify_response, post),
        ("/profile/password", "change_password", tries(change_password), both),
        ("/profile/passkeys/new", "wan_register", webauthn_register, both),
        (
            "/profile/passkeys/new/<token>",
            "wan_register_response",
            webauthn_register_response,
            post,
        ),
    ):
        blueprint.add_url_rule(address, endpoint, view, methods=methods)
    return blueprint


def _send_to_sign_in(*_unused: Any, **_more: Any) -> Response:
    return redirect(url_for("security.us_signin"))


def _host_is_number() -> bool:
    """Whether the address of this page names a machine by number, where passkeys cannot live."""
    host = request.host.rpartition(":")[0] or request.host
    return host.startswith("[") or host.replace(".", "").isdecimal()


def _begin_session(_app: Flask, user: User, authn_via: list[str] | None, **_more: Any) -> None:
    """A session lasts as long as the settings say, and the log tells when it began and how."""
    session.permanent = True
    session.pop(sign_in_pages.ADDRESS, None)
    db = get_db()
    with db.atomic():
        log.record(
            db,
            "account.sign_in",
            "account",
            user.id,
            actor_id=user.id,
            now=utc_now(),
            via=",".join(authn_via or []),
        )


def _tell_of_new_password(_app: Flask, user: User, **_more: Any) -> None:
    tell_of_new_password(get_db(), user.id, now=utc_now())
