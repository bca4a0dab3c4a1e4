"""The kept mails on pages: who may read what."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.config import MailServer
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue
from matchmaker.outbox.queries import get_mail
from tests.conftest import text_of
from tests.factories import NOW

Page = Callable[..., Element]


@pytest.fixture
def mail(db: Database, people: dict[str, Account]) -> int:
    reader = people["clinician"]
    enqueue(
        db,
        key="test",
        kind="test",
        account_id=reader.id,
        recipient=reader.email,
        language="da",
        subject="Dit behov er vist",
        body_text="Kære <b>Karen</b>\n\nhttp://localhost/needs/7\n\nhttps://elsewhere.example/x\n",
        body_html="<script>alert(1)</script>",
        now=NOW,
    )
    row = db.first("select id from outbox_mail")
    assert row is not None
    return int(row["id"])


def test_without_a_mail_server_staff_read_mails_and_follow_their_links(
    mail: int, page: Page, sign_in_as: Callable[[str], Account]
) -> None:
    sign_in_as("hub_staff")
    page("/mails")
    page("/mails?state=waiting")
    shown = page(f"/mails/{mail}")
    assert "Kære <b>Karen</b>" in text_of(shown)
    addresses = [e.get("href") for e in shown.iter() if e.get("href")]
    assert "/needs/7" in addresses
    assert "https://elsewhere.example/x" not in addresses
    assert "alert(1)" not in text_of(shown)


def test_others_read_their_own_mails_and_all_only_with_the_demo_content(
    mail: int,
    db: Database,
    client: FlaskClient,
    page: Page,
    sign_in_as: Callable[[str], Account],
) -> None:
    sign_in_as("company")
    assert "Dit behov" not in text_of(page("/mails"))
    assert client.get(f"/mails/{mail}").status_code == 404
    sign_in_as("clinician")
    assert "Dit behov" in text_of(page("/mails"))
    page(f"/mails/{mail}")
    sign_in_as("company")
    db["setting"].insert({"name": "demo_loaded", "value": "yes"})
    page(f"/mails/{mail}")


def test_with_a_mail_server_staff_see_that_a_mail_went_but_not_what_it_says(
    mail: int, app: Flask, page: Page, sign_in_as: Callable[[str], Account]
) -> None:
    settings = app.extensions["matchmaker.settings"]
    app.extensions["matchmaker.settings"] = replace(settings, mail_server=MailServer("localhost"))
    sign_in_as("hub_staff")
    assert "Karen" not in text_of(page(f"/mails/{mail}"))


@pytest.mark.parametrize(("state", "after"), [("failed", "waiting"), ("sent", "sent")])
def test_a_failed_mail_is_tried_again_by_staff(
    mail: int,
    state: str,
    after: str,
    db: Database,
    client: FlaskClient,
    page: Page,
    sign_in_as: Callable[[str], Account],
) -> None:
    db["outbox_mail"].update(mail, {"state": state, "last_error": "550 no such user"})
    sign_in_as("hub_staff")
    page(f"/mails/{mail}")
    client.post(f"/mails/{mail}/resend")
    assert get_mail(db, mail).state == after


def test_a_mail_that_is_not_there_is_not_found(
    page: Page, sign_in_as: Callable[[str], Account]
) -> None:
    sign_in_as("hub_staff")
    page("/mails/999", 404)
