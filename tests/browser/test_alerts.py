"""A theme is followed, the mail comes when something new names it, and a link in it ends it."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from matchmaker.accounts.queries import get_account
from matchmaker.alerts.telling import send_digests
from matchmaker.alerts.wishes import read_wishes
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.needs import actions as needs
from matchmaker.needs.need import Answers
from matchmaker.outbox.links import Links
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

TITLE = "Liggesår hos borgere, der sover i stol"
PROBLEM = "Borgere, der sover i en stol, får liggesår, som vi først ser efter flere dage."


def test_a_theme_is_followed_told_of_and_ended_by_the_link_of_the_mail(
    own_server: Server, open_as: Callable[..., Page]
) -> None:
    page = open_as(own_server, "company", "da")
    page.goto("/themes/pressure-ulcer")
    page.get_by_role("link", name="Følg temaet").click()
    page.get_by_role("button", name="Følg", exact=True).click()
    expect(page.get_by_text("Du følger det her")).to_be_visible()

    with closing(own_server.open_database()) as db:
        company = _account(db, "signe.brandstrup@nordhud.example")
        _post_a_need(db)
        _monday_comes(db, own_server)
        mail = db.first(
            "select max(id) as id from outbox_mail"
            " where account_id = ? and subject = 'Ugens nyt til dig'",
            (company,),
        )

    assert mail is not None
    page.goto(f"/mails/{mail['id']}")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    page.get_by_role("link", name="Stop den ugentlige mail").click()
    expect(page.get_by_role("heading", name="Afmeld")).to_be_visible()
    with closing(own_server.open_database()) as db:
        assert read_wishes(db, company).digest == "weekly", "opening the link ends nothing"
    page.get_by_role("button", name=re.compile("Afmeld")).click()
    expect(page.get_by_role("heading", name="Du er afmeldt")).to_be_visible()
    with closing(own_server.open_database()) as db:
        assert read_wishes(db, company).digest == "none"


def _account(db: Database, address: str) -> int:
    row = db.first("select id from account where email = ?", (address,))
    assert row is not None
    return int(row["id"])


def _post_a_need(db: Database) -> None:
    owner = get_account(db, _account(db, "mette.krogh@sygehus-sydfjord.example"))
    place = owner.memberships[0].organisation_id
    now = utc_now() + timedelta(seconds=1)
    answers = Answers(problem=PROBLEM, title=TITLE)
    need = needs.save_draft(db, answers, organisation_id=place, actor=owner, now=now)
    needs.publish(db, need, actor=owner, now=now)


def _monday_comes(db: Database, server: Server) -> None:
    """Send the weekly mails as of the coming Monday, for the server would wait till then."""
    today = datetime.now(UTC)
    monday = (today + timedelta(days=7 - today.weekday())).replace(hour=8)
    links = Links(server.address, "only-for-tests")
    assert send_digests(db, links=links, now=monday, worth_telling=0.3)
