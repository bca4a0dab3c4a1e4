"""The main job, walked in a browser: register, match, review, propose, agree."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

PROBLEM = (
    "Vores borgere med stomi vågner om natten i vådt sengetøj, fordi pladen slipper, uden at de "
    "mærker det. Huden bliver rød og øm, og mange tør ikke tage ud blandt andre."
)
TITLE = "Night-time leak alert for ostomy baseplates"
DESCRIPTION = (
    "A thin sensor ring lies between the skin and the ostomy pouch and warns by phone or light "
    "as soon as output creeps under the adhesive, so the appliance can be changed before the "
    "peristomal skin is harmed. TRL 8, CE marked, used by 300 people in Denmark and Sweden."
)


def test_a_need_and_a_capability_meet_and_both_sides_say_yes(
    own_server: Server, open_as: Callable[..., Page]
) -> None:
    clinician = open_as(own_server, "clinician", "da")
    company = open_as(own_server, "company", "en")
    staff = open_as(own_server, "hub-staff", "en")

    need_id = _post_need(clinician)
    capability_id = _register_capability(company)
    suggestion_id = _wait_for_suggestion(own_server, need_id, capability_id)
    _approve(staff, need_id, suggestion_id)
    collaboration = _propose(staff, need_id)

    _nobody_sees_a_contact(own_server, clinician, company, collaboration)
    _accept(own_server, clinician, "da")
    _nobody_sees_a_contact(own_server, clinician, company, collaboration)
    _accept(own_server, company, "en")
    _both_see_each_other(own_server, clinician, company, collaboration)
    _the_log_holds_every_step(own_server, need_id, capability_id, collaboration)


def _post_need(page: Page) -> int:
    page.goto("/")
    page.get_by_role("link", name="Opret et behov").click()
    page.get_by_label("Hvad er problemet?").fill(PROBLEM)
    page.get_by_role("button", name="Se, hvordan det kommer til at se ud").click()
    page.get_by_role("button", name="Læg på tavlen").click()
    return _last_number(page)


def _register_capability(page: Page) -> int:
    page.goto("/")
    page.get_by_role("link", name="Register a capability").click()
    page.get_by_role("link", name="Solution").click()
    page.get_by_label("What is it called?").fill(TITLE)
    page.get_by_label("What does it do").fill(DESCRIPTION)
    page.get_by_role("button", name="See how it will look").click()
    page.get_by_role("button", name="Publish in the catalogue").click()
    return _last_number(page)


def _wait_for_suggestion(server: Server, need_id: int, capability_id: int) -> int:
    """Return the suggestion, which is there within ten seconds and among the first three."""
    db = server.open_database()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        row = db.first(
            "select id, position from suggestion where need_id = ? and capability_id = ?"
            " and withdrawn_at is null",
            (need_id, capability_id),
        )
        if row is not None:
            db.close()
            assert row["position"] <= 3
            return int(row["id"])
        time.sleep(0.2)
    pytest.fail("no suggestion within ten seconds")


def _approve(page: Page, need_id: int, suggestion_id: int) -> None:
    page.goto(f"/reviews/needs/{need_id}")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.rstrip("/").endswith(str(suggestion_id))
    page.keyboard.press("a")
    expect(page.get_by_text("You approved the suggestion.")).to_be_visible()


def _propose(page: Page, need_id: int) -> str:
    page.goto(f"/reviews/needs/{need_id}")
    page.get_by_role("link", name="Propose a collaboration").click()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_role("button", name="Send the invitations")).to_have_count(0)
    return urlsplit(page.url).path


def _accept(server: Server, page: Page, language: str) -> None:
    """Open the newest proposal among one's own mails and answer yes."""
    page.goto("/mails")
    page.get_by_role("link", name=_newest_subject(server, page)).first.click()
    page.get_by_role("article").get_by_role("link").click()
    page.get_by_role("button", name={"da": "Ja tak", "en": "Yes, please"}[language]).click()
    expect(page.get_by_role("status").first).to_be_visible()


def _newest_subject(server: Server, page: Page) -> str:
    db = server.open_database()
    name = page.locator(".site-tools").inner_text()
    rows = db.rows(
        "select m.subject, a.name from outbox_mail m join account a on a.id = m.account_id"
        " where m.kind = 'proposal' order by m.id desc"
    )
    db.close()
    return next(str(row["subject"]) for row in rows if row["name"] in name)


def _contacts(server: Server) -> dict[str, str]:
    db = server.open_database()
    rows = db.rows(
        "select a.email, d.value as persona from setting d, account a"
        " where a.email in (select recipient from outbox_mail where kind = 'proposal'"
        " order by id desc limit 2) group by a.id"
    )
    db.close()
    return {row["email"]: row["email"] for row in rows}


def _nobody_sees_a_contact(server: Server, clinician: Page, company: Page, path: str) -> None:
    emails = _contacts(server)
    for page in (clinician, company):
        page.goto(path)
        own = page.locator(".site-tools").inner_text()
        text = page.locator("main").inner_text()
        assert not [email for email in emails if email in text and email not in own]


def _both_see_each_other(server: Server, clinician: Page, company: Page, path: str) -> None:
    emails = _contacts(server)
    for page in (clinician, company):
        page.goto(path)
        text = page.locator("main").inner_text()
        assert all(email in text for email in emails)


def _the_log_holds_every_step(server: Server, need_id: int, capability_id: int, path: str) -> None:
    db = server.open_database()
    collaboration_id = int(path.rstrip("/").rsplit("/", 1)[-1])
    rows = db.rows(
        "select action, actor_id from audit_event where (subject_kind, subject_id) in"
        " (values ('need', ?), ('capability', ?), ('collaboration', ?)) or action like 'review%'"
        " order by id",
        (need_id, capability_id, collaboration_id),
    )
    introductions = db.first(
        "select count(*) as n from outbox_mail where kind = 'introduction' and created_at >="
        " (select created_at from collaboration where id = ?)",
        (collaboration_id,),
    )
    db.close()
    actions = [row["action"] for row in rows]
    for expected in ("need.create", "need.publish", "capability.create", "capability.publish"):
        assert expected in actions
    for verb in ("invite", "answer", "introduce"):
        assert any(verb in action for action in actions), (verb, actions)
    assert all(row["actor_id"] for row in rows)
    assert introductions is not None
    assert introductions["n"] == 2


def _last_number(page: Page) -> int:
    page.wait_for_url(re.compile(r"/\d+/?(\?.*)?$"))
    return int(re.findall(r"/(\d+)", urlsplit(page.url).path)[-1])
