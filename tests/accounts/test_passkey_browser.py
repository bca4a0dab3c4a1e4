"""A passkey is made and used in a real browser, with the authenticator built into the device."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from matchmaker.accounts.passkeys import list_passkeys
from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.database import Database, open_database
from tests.factories import make_account, make_hub, make_organisation

pytestmark = pytest.mark.browser
WHO = "karen@sydfjord.example"


@pytest.fixture
def site(settings: Settings) -> Iterator[tuple[str, Database]]:
    """Serve the app on this machine under the name that passkeys need."""
    server = make_server("localhost", 0, app := create_app(settings), threaded=True)
    address = f"http://localhost:{server.server_port}"
    app.extensions["matchmaker.settings"] = replace(settings, base_url=address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    db = open_database(settings.database_path)
    yield address, db
    db.close()
    server.shutdown()
    thread.join()


def add_authenticator(context: BrowserContext, tab: Page) -> None:
    devtools = context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def mailed_code(db: Database) -> str:
    mail = db.first("select body_text from outbox_mail order by id desc")
    assert mail is not None
    found = re.search(r"^\d{3} \d{3}$", mail["body_text"], re.MULTILINE)
    assert found
    return found[0]


def sign_in_with_code(tab: Page, address: str, db: Database) -> None:
    tab.goto(f"{address}/sign-in?next=/profile/sign-in&lang=en")
    tab.get_by_label("E-mail").fill(WHO)
    tab.get_by_role("button", name="Send me a code").click()
    tab.get_by_label("Code").fill(mailed_code(db))
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sign-in")


def test_a_passkey_is_added_and_signs_in(
    site: tuple[str, Database], browser: Browser, tmp_path: Path
) -> None:
    address, db = site
    make_hub(db)
    karen = make_account(db, make_organisation(db), email=WHO, name="Karen Holm")
    context = browser.new_context()
    tab = context.new_page()
    add_authenticator(context, tab)

    sign_in_with_code(tab, address, db)
    tab.get_by_role("link", name="Add a passkey").click()
    tab.get_by_label("Name of the passkey").fill("My phone")
    tab.get_by_role("button", name="Continue").click()
    expect(tab.get_by_role("heading", name="My phone")).to_be_visible()
    (passkey,) = list_passkeys(db, karen.id)
    assert (passkey.name, passkey.usage, passkey.transports) == ("My phone", "first", ("internal",))

    tab.get_by_role("button", name="Sign out", exact=True).click()
    tab.goto(f"{address}/sign-in?next=/profile")
    tab.get_by_role("button", name="Use a passkey").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("My profile")

    db["account"].update(karen.id, {"active": 0})
    tab.goto(f"{address}/sign-in")
    tab.get_by_role("button", name="Use a passkey").click()
    expect(tab.get_by_text("The passkey was not accepted")).to_be_visible()
