"""The main job, walked in a browser: register, match, review, propose, agree."""

import re
import time
from collections.abc import Callable
from contextlib import closing
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
    _accept(own_server, clinician)
    _nobody_sees_a_contact(own_server, clinician, company, collaboration)
    _accept(own_server, company)
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


def _accept(server: Server, page: Page) -> None:
    """Open the newest proposal among one's own mails and answer yes."""
    page.goto("/mails")
    page.locator(f'a[href*="/mails/{_newest_proposal(server, page)}"]').click()
    page.get_by_role("article").get_by_role("link").click()
    page.locator('form:has(input[value="yes"]) button').click()
    expect(page.get_by_role("status").first).to_be_visible()


def _newest_proposal(server: Server, page: Page) -> int:
    name = page.locator("header").inner_text()
    with closing(server.open_database()) as db:
        rows = db.rows(
            "select m.id, a.name from outbox_mail m join account a on a.id = m.account_id"
            " where m.kind = 'proposal' order by m.id desc"
        )
    return next(int(row["id"]) for row in rows if row["name"] in name)


def _contacts(server: Server) -> list[tuple[str, str]]:
    """Return name and address of the two people who were asked."""
    db = server.open_database()
    rows = db.rows(
        "select name, email from account where email in"
        " (select recipient from outbox_mail where kind = 'proposal' order by id desc limit 2)"
    )
    db.close()
    return [(row["name"], row["email"]) for row in rows]


def _nobody_sees_a_contact(server: Server, clinician: Page, company: Page, path: str) -> None:
    for page in (clinician, company):
        page.goto(path)
        others = [c for c in _contacts(server) if c[0] not in page.locator("header").inner_text()]
        assert len(others) == 1
        assert not any(word in page.locator("main").inner_text() for word in others[0])


def _both_see_each_other(server: Server, clinician: Page, company: Page, path: str) -> None:
    for page in (clinician, company):
        page.goto(path)
        text = page.locator("main").inner_text()
        assert all(word in text for contact in _contacts(server) for word in contact)


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
    by_nobody = {row["action"] for row in rows if row["actor_id"] is None}
    assert by_nobody <= {"suggestion.settle"}, "only the ranking acts without a person"
    assert introductions is not None
    assert introductions["n"] == 2


def _last_number(page: Page) -> int:
    page.wait_for_url(re.compile(r"/\d+/?(\?.*)?$"))
    return int(re.findall(r"/(\d+)", urlsplit(page.url).path)[-1])
