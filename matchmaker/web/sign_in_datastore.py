"""What Flask-Security knows of our accounts and passkeys: the port between it and the domain."""

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from flask_security.datastore import UserDatastore

from matchmaker.accounts import passkeys
from matchmaker.accounts.actions import give_passkey_handle, set_password
from matchmaker.accounts.passkeys import Passkey
from matchmaker.accounts.queries import SignInRecord, find_sign_in_record
from matchmaker.clock import utc_now
from matchmaker.web.db import get_db


class Role(RoleMixin):
    """Flask-Security wants roles; ours are memberships, decided in web/access.py and the domain."""

    name = ""


class Key(WebAuthnMixin):
    """A passkey under the names that Flask-Security uses."""

    id = 0
    user_id = 0
    credential_id = b""
    public_key = b""
    sign_count = 0
    transports: list[str] | None = None
    extensions: str | None = None
    backup_state = False
    device_type = ""
    name = ""
    usage = ""
    lastuse_datetime: datetime = datetime.min  # noqa: DTZ901 - replaced at every use

    def __init__(self, passkey: Passkey) -> None:
        self.id = passkey.id
        self.user_id = passkey.account_id
        self.credential_id = passkey.credential_id
        self.public_key = passkey.public_key
        self.sign_count = passkey.sign_count
        self.transports = list(passkey.transports)
        self.backup_state = passkey.backup_state
        self.device_type = passkey.device_type
        self.name = passkey.name
        self.usage = passkey.usage


class User(UserMixin):
    """An account as far as signing in goes; everything else is `matchmaker.accounts.Account`."""

    id = 0
    email = ""
    active = False
    fs_uniquifier = ""
    fs_webauthn_user_handle = ""
    password: str | None = None
    #: Everybody can get a code by mail; the codes themselves are ours (accounts/sign_in_codes.py).
    us_totp_secrets = '{"email": "kept in sign_in_code"}'
    us_phone_number: str | None = None
    confirmed_at: datetime | None = None
    tf_primary_method: str | None = None
    roles: list[RoleMixin] = []  # noqa: RUF012 - never filled

    def __init__(self, record: SignInRecord) -> None:
        self.id = record.id
        self.email = record.email
        self.active = record.is_active
        self.fs_uniquifier = record.fs_uniquifier
        self.fs_webauthn_user_handle = record.fs_webauthn_user_handle or ""
        self.password = record.password

    @property
    def webauthn(self) -> list[Key]:  # type: ignore[override]
        return [Key(passkey) for passkey in passkeys.list_passkeys(get_db(), self.id)]


class Datastore(UserDatastore):
    """Reads and writes through the domain, on the connection of the request."""

    def __init__(self) -> None:
        super().__init__(User, Role, Key)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> User | None:
        ((column, value),) = wanted.items()
        record = find_sign_in_record(get_db(), column, value)
        return User(record) if record else None

    def find_role(self, role: str) -> None:
        return None

    def set_uniquifier(self, user: UserMixin, uniquifier: str | None = None) -> None:
        """Called when a password changes; see :meth:`put`, which then stores both."""
        user.fs_uniquifier = ""

    def set_webauthn_user_handle(self, user: UserMixin, user_handle: str | None = None) -> None:
        user.fs_webauthn_user_handle = give_passkey_handle(get_db(), user.id)

    def put(self, model: UserMixin | Key) -> UserMixin | Key:
        if isinstance(model, Key):
            self._put_key(model)
        elif not model.fs_uniquifier:
            password = model.password
            model.fs_uniquifier = set_password(get_db(), model.id, password, now=utc_now())
        return model

    def _put_key(self, key: Key) -> None:
        passkeys.note_use(
            get_db(),
            key.id,
            sign_count=key.sign_count,
            backup_state=key.backup_state,
            now=utc_now(),
        )

    def commit(self) -> None:
        """Nothing waits: the domain commits each change with its audit record."""

    def find_webauthn(self, credential_id: bytes) -> Key | None:
        passkey = passkeys.find_passkey(get_db(), credential_id)
        return Key(passkey) if passkey else None

    def find_user_from_webauthn(self, webauthn: WebAuthnMixin) -> User | None:
        """Return whose passkey it is; a closed account has none that signs in."""
        user = self.find_user(id=webauthn.user_id)  # type: ignore[attr-defined]
        return user if user and user.active else None

    def create_webauthn(self, user: UserMixin, **values: Any) -> None:  # type: ignore[override]
        values["device_type"] = str(getattr(values["device_type"], "value", values["device_type"]))
        transports = [str(getattr(t, "value", t)) for t in values.pop("transports", None) or ()]
        passkeys.add_passkey(get_db(), user.id, now=utc_now(), transports=transports, **values)
