"""Fixtures that more than one folder of tests uses."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.database import Database, open_database
from tests.factories import make_account, make_hub, make_organisation
from tests.html_checks import check_page

LANGUAGES = ("da", "en")
# How long one example takes depends on what else the machine does, and tells nothing of the code.
hypothesis.settings.register_profile("matchmaker", deadline=None)
hypothesis.settings.load_profile("matchmaker")


# Of two workers one makes the demo content and looks at every page, which takes longest, while the
# other does all that needs no browser; it would only wait for the content.
_LONGEST, _BROWSER = "browser/test_accessibility.py", "browser/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (_LONGEST not in item.nodeid, _BROWSER in item.nodeid))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture
def memory_db() -> Iterator[Database]:
    """An empty database in memory, for domain tests."""
    db = open_database(":memory:")
    yield db
    db.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_folder=tmp_path / "data",
        cache_folder=tmp_path / "cache",
        secret_key="only-for-tests",
        base_url="http://localhost",
        rate_limits=False,
        testing=True,
    )


@pytest.fixture
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def db(app: Flask, settings: Settings) -> Iterator[Database]:
    """A second connection to the database that the app of this test uses."""
    db = open_database(settings.database_path)
    yield db
    db.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def people(db: Database) -> dict[str, Account]:
    """One person for each role, each in an organisation of their own kind."""
    hub = make_hub(db)
    hospital = make_organisation(db, kind="hospital", name="Sygehus Sydfjord")
    company = make_organisation(db, name="Nordhud ApS")
    return {
        "clinician": make_account(db, hospital, "editor", name="Karen Holm"),
        "member": make_account(db, hospital, "member", name="Ole Birk"),
        "company": make_account(db, company, "editor", name="Jonas Lind"),
        "hub_staff": make_account(db, hub, "hub_staff", name="Anna Riis"),
        "hub_manager": make_account(db, hub, "hub_manager", name="Per Dam"),
        "administrator": make_account(db, hub, "administrator", name="Ida Skov"),
    }


@pytest.fixture
def sign_in(client: FlaskClient, db: Database) -> Callable[[Account], None]:
    """Sign a person in without walking through the mail."""

    def sign_in_account(account: Account) -> None:
        row = db.first("select fs_uniquifier from account where id = ?", (account.id,))
        assert row is not None
        with client.session_transaction() as session:
            session.clear()
            session["_user_id"] = row["fs_uniquifier"]
            session["_fresh"] = True
            # Flask-Security's time of the last proof of identity: pages that matter ask for it.
            session["fs_paa"] = time.time()

    return sign_in_account


@pytest.fixture
def sign_in_as(
    people: dict[str, Account], sign_in: Callable[[Account], None]
) -> Callable[[str], Account]:
    """Sign in one of `people` by role."""

    def sign_in_role(role: str) -> Account:
        sign_in(people[role])
        return people[role]

    return sign_in_role


@pytest.fixture
def page(client: FlaskClient) -> Callable[..., Element]:
    """Open a page in both languages, check it as every page is checked, return the Danish one."""

    def open_page(path: str, status: int = 200) -> Element:
        pages = {}
        for language in reversed(LANGUAGES):
            separator = "&" if "?" in path else "?"
            response = client.get(f"{path}{separator}lang={language}")
            assert response.status_code == status, f"{path} answers {response.status_code}"
            pages[language] = check_page(response.get_data(as_text=True), language)
        return pages["da"]

    return open_page


def text_of(element: Element) -> str:
    """Return the words of a page, white space folded."""
    return " ".join(" ".join(element.itertext()).split())
