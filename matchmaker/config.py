"""Every setting, typed, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs


class SettingError(ValueError):
    """A setting in the environment cannot be used; the message names it and what it may be."""


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over; without one they stay in the outbox."""

    host: str
    port: int = 25
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    use_tls: bool = False


@dataclass(frozen=True)
class Settings:
    """What an operator can decide. Defaults suit one machine without any configuration."""

    data_folder: Path
    cache_folder: Path
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    encoder: str = "packaged"
    sender: str = "Sundhedsinnovation <no-reply@localhost>"
    contact_email: str = "hub@example.dk"
    mail_server: MailServer | None = None
    trusted_proxies: int = 0
    second_reading_share: int = 10
    rate_limits: bool = True
    testing: bool = False

    @property
    def database_path(self) -> Path:
        return self.data_folder / "matchmaker.db"

    @property
    def jobs_path(self) -> Path:
        return self.data_folder / "jobs.db"

    @property
    def hub_models_folder(self) -> Path:
        """Where the versions lie that the ranking learned from the hub's reviews."""
        return self.data_folder / "ranking"

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def shows_outbox(self) -> bool:
        """Whether mails are shown on a page, because no mail server would deliver them."""
        return self.mail_server is None


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this process; create the data folder and its secret key.

    Raises
    ------
    SettingError
        When a value cannot be used; the message names the variable.
    """
    data_folder = Path(environ.get("MATCHMAKER_DATA", ".data")).absolute()
    return Settings(
        data_folder=data_folder,
        cache_folder=read_cache_folder(environ),
        secret_key=environ.get("MATCHMAKER_SECRET_KEY") or _kept_secret(data_folder),
        base_url=_base_url(environ),
        encoder=read_encoder(environ),
        sender=environ.get("MATCHMAKER_SENDER", Settings.sender),
        contact_email=environ.get("MATCHMAKER_CONTACT", Settings.contact_email),
        mail_server=_mail_server(environ),
        trusted_proxies=_whole_number(environ, "MATCHMAKER_TRUSTED_PROXIES", 0),
        second_reading_share=_whole_number(environ, "MATCHMAKER_SECOND_READING_SHARE", 10),
    )


def read_cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where unpacked models lie, without touching the data folder."""
    cache = environ.get("MATCHMAKER_CACHE") or platformdirs.user_cache_dir("matchmaker")
    return Path(cache).absolute()


def read_encoder(environ: Mapping[str, str] = os.environ) -> str:
    """Return ``packaged``, or the name or folder of a sentence-transformers model."""
    return environ.get("MATCHMAKER_ENCODER") or Settings.encoder


def _base_url(environ: Mapping[str, str]) -> str:
    value = environ.get("MATCHMAKER_BASE_URL", Settings.base_url).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingError(f"MATCHMAKER_BASE_URL must be a full address, not {value!r}")
    return value


def _mail_server(environ: Mapping[str, str]) -> MailServer | None:
    host = environ.get("MATCHMAKER_SMTP_HOST")
    if not host:
        return None
    return MailServer(
        host=host,
        port=_whole_number(environ, "MATCHMAKER_SMTP_PORT", 25),
        username=environ.get("MATCHMAKER_SMTP_USERNAME"),
        password=environ.get("MATCHMAKER_SMTP_PASSWORD"),
        use_tls=environ.get("MATCHMAKER_SMTP_TLS", "").lower() in ("1", "true", "yes"),
    )


def _whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdecimal():
        raise SettingError(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _kept_secret(data_folder: Path) -> str:
    """Return the key made at the first start, readable by the owner alone."""
    path = data_folder / "secret.key"
    data_folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
