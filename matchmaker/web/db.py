"""What a request works with: its database, its settings, the person behind it."""

from flask import Flask, current_app, g
from flask_login import current_user

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import find_account
from matchmaker.config import Settings
from matchmaker.database import Database, open_database
from matchmaker.outbox.links import Links


def get_settings() -> Settings:
    settings: Settings = current_app.extensions["matchmaker.settings"]
    return settings


def get_links() -> Links:
    """Return what makes the addresses that go into mails."""
    settings = get_settings()
    return Links(settings.base_url, settings.secret_key)


def get_db() -> Database:
    """Return the connection of this request, opened at the first use."""
    if "db" not in g:
        g.db = open_database(get_settings().database_path)
    db: Database = g.db
    return db


def find_current_account() -> Account | None:
    """Return who is signed in, read once a request, or None."""
    if "account" not in g:
        signed_in = current_user.is_authenticated
        g.account = find_account(get_db(), int(current_user.id)) if signed_in else None
    account: Account | None = g.account
    return account


def get_current_account() -> Account:
    """Return who is signed in; only for endpoints that access.py closes to the public."""
    account = find_current_account()
    if account is None:
        raise RuntimeError("this endpoint must be closed to the public in web/access.py")
    return account


def close_db(_error: BaseException | None = None) -> None:
    db = g.pop("db", None)
    if db is not None:
        db.close()


def init_database(app: Flask, settings: Settings) -> None:
    app.extensions["matchmaker.settings"] = settings
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    app.teardown_appcontext(close_db)
