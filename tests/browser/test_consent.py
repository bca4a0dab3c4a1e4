"""Walked in a browser: a no with its reason on all three sides; a confidential need opened."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from matchmaker.database import Database
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

PROBLEM = (
    "Vores borgere med stomi vågner om natten i vådt sengetøj, fordi pladen slipper, uden at de "
    "mærker det. På Sygehus Sydfjord ser vi det hver uge."
)
TITLE = "Night-time leak alert for ostomy baseplates"
DESCRIPTION = (
    "A thin sensor ring lies between the skin and the ostomy pouch and warns by phone as soon as "
    "output creeps under the adhesive, before the peristomal skin is harmed."
)
TARGET = "Patienter på sengeafsnittet, mest om natten"


def test_noes_with_reasons_and_a_confidential_need_step_by_step(
    own_server: Server, open_as: Callable[..., Page]
) -> None:
    clinician = open_as(own_server, "clinician", "da")
    company = open_as(own_server, "company", "en")
    staff = open_as(own_server, "hub-staff", "en")
    need = _post_need(clinician)
    capability = _register(company)
    _the_board_shows_it_blind(company, need)

    # The company says no: the owner of the need reads why, and the pair is kept apart.
    first = _propose(own_server, staff, need, capability)
    company.goto(first)
    _decline(company, "The price", "Say no thanks")
    _close(staff, first, "price")
    clinician.goto(first)
    expect(clinician.get_by_text("Prisen stod i vejen.")).to_be_visible()
    staff.goto(f"/reviews/needs/{need}")
    expect(staff.get_by_text("is not suggested, by a rule")).to_be_visible()

    # The owner says no to another one: the company reads what would change it.
    other = _register(company)
    second = _propose(own_server, staff, need, other)
    clinician.goto(second)
    _decline(clinician, "Vi savner dokumentation eller mærkning", "Sig nej tak")
    _close(staff, second, "lacks_evidence")
    company.goto(second)
    company.get_by_role("link", name="Add it to your text").click()
    expect(company).to_have_url(re.compile(rf"/capabilities/{other}/edit#evidence"))

    # Staff say no to a third; the fourth is opened step by step.
    third, fourth = _register(company), _register(company)
    _reject(own_server, staff, need, third)
    asked = _propose(own_server, staff, need, fourth)
    _opens_step_by_step(own_server, clinician, company, asked)


def _post_need(page: Page) -> int:
    page.goto("/needs/new")
    page.get_by_label("Hvad er problemet?").fill(PROBLEM)
    page.locator("#target").fill(TARGET)
    page.locator("summary", has_text="Titel, og hvad andre må se").click()
    page.get_by_label("Hold det fortroligt").check()
    page.locator('button[value="preview"]').click()
    page.locator('form[action$="/publish"] button').click()
    return _last_number(page)


def _register(page: Page) -> int:
    page.goto("/capabilities/new/solution")
    page.get_by_label("What is it called?").fill(TITLE)
    page.get_by_label("What does it do").fill(DESCRIPTION)
    page.locator('button[value="preview"]').last.click()
    page.locator('form[action$="/publish"] button').click()
    return _last_number(page)


def _the_board_shows_it_blind(page: Page, need: int) -> None:
    page.goto(f"/needs/{need}")
    text = page.locator("main").inner_text()
    assert "stomi" in text
    assert "Sydfjord" not in text
    assert TARGET not in text


def _propose(server: Server, staff: Page, need: int, capability: int) -> str:
    """Approve the suggestion and send a proposal of the two; return its address."""
    suggestion = _suggestion(server, need, capability)
    staff.goto(f"/reviews/suggestions/{suggestion}")
    staff.keyboard.press("a")
    expect(staff.get_by_text("You approved the suggestion.")).to_be_visible()
    staff.goto(f"/collaborations/new?need={need}&s={suggestion}")
    staff.get_by_role("button", name="Save the draft").click()
    staff.get_by_role("button", name="Send the invitations").click()
    expect(staff.get_by_role("button", name="Send the invitations")).to_have_count(0)
    return urlsplit(staff.url).path


def _reject(server: Server, staff: Page, need: int, capability: int) -> None:
    suggestion = _suggestion(server, need, capability)
    staff.goto(f"/reviews/suggestions/{suggestion}")
    staff.get_by_label("Reason").first.select_option("too_early")
    staff.locator('button[value="reject"]').click()
    expect(staff.get_by_text("You rejected the suggestion.")).to_be_visible()


def _suggestion(server: Server, need: int, capability: int) -> int:
    until = time.monotonic() + 20
    with closing(server.open_database()) as db:
        while time.monotonic() < until:
            row = _find(db, need, capability)
            if row is not None:
                return row
            time.sleep(0.2)
    pytest.fail("no suggestion within twenty seconds")


def _find(db: Database, need: int, capability: int) -> int | None:
    row = db.first(
        "select id from suggestion where need_id = ? and capability_id = ?"
        " and withdrawn_at is null",
        (need, capability),
    )
    return int(row["id"]) if row else None


def _decline(page: Page, reason: str, button: str) -> None:
    page.locator("summary", has_text=re.compile("No thanks|Nej tak")).click()
    page.get_by_label(reason, exact=True).check()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status").first).to_be_visible()


def _close(staff: Page, path: str, reason: str) -> None:
    staff.goto(path)
    staff.locator("summary", has_text="Close the collaboration").click()
    staff.locator("#close-reason").select_option(reason)
    staff.get_by_role("button", name="Close it and tell the parties").click()


def _opens_step_by_step(server: Server, clinician: Page, company: Page, path: str) -> None:
    company.goto(path)
    before = company.locator("main").inner_text()
    assert "Sydfjord" not in before
    assert "A confidential need" in before
    clinician.goto(path)
    clinician.locator('form:has(input[value="yes"]) button').click()
    company.goto(path)
    opened = company.locator("main").inner_text()
    assert "A confidential need" not in opened
    assert "@" not in opened
    company.locator('form:has(input[value="yes"]) button').click()
    company.goto(path)
    assert "@" in company.locator("main").inner_text()
    with closing(server.open_database()) as db:
        number = int(path.rsplit("/", 1)[-1])
        rows = db.rows("select what from disclosure where collaboration_id = ?", (number,))
    assert [row["what"] for row in rows] == ["problem", "organisation", "names"]


def _last_number(page: Page) -> int:
    page.wait_for_url(re.compile(r"/\d+/?(\?.*)?$"))
    return int(re.findall(r"/(\d+)", urlsplit(page.url).path)[-1])
