"""Every page, in both languages, wide and narrow: axe finds nothing, nothing scrolls sideways."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page

from matchmaker.accounts.queries import get_account
from matchmaker.alerts.watching import add_watch
from matchmaker.app import create_app
from matchmaker.clock import utc_now
from matchmaker.config import Settings
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.web.access import ACCESS
from tests.browser.conftest import Server, violations
from tests.pooling.asking import joint_need_of

pytestmark = pytest.mark.browser

#: Pages by who opens them. In braces stands which record: see `_records`.
PAGES = {
    None: (
        "home.front",
        "home.about",
        "home.privacy",
        "home.accessibility",
        "needs.board",
        "needs.show {published_need}",
        "capabilities.catalogue",
        "capabilities.show {testbed}",
        "themes.index",
        "themes.index q=sår",
        "themes.show pressure-ulcer",
        "procurement.guide show=1",
        "needs.unmet",
        "organisations.show {organisation}",
        "organisations.register",
        "organisations.registered",
        "security.us_signin",
        "security.wan_signin",
        "collaborations.answer {answer_token}",
        "outcomes.answer {outcome_token}",
        "needs.renew {need_token}",
        "capabilities.renew {capability_token}",
        "alerts.unsubscribe {stop_token}",
    ),
    "clinician": (
        "home.mine",
        "needs.new",
        "needs.mine",
        "needs.edit {own_need}",
        "needs.preview {own_need}",
        "needs.versions {own_need}",
        "needs.show {own_need}",
        "alerts.index",
        "alerts.new need",
        "alerts.settings",
        "accounts.profile",
        "accounts.security",
        "accounts.erase",
        "conflicts.mine",
        "pooling.mine",
        "pooling.answer {joint_need}",
        "outbox.index",
        "organisations.join",
        "security.change_password",
        "security.wan_register",
    ),
    "company": (
        "home.mine",
        "alerts.inbox",
        "alerts.edit {watch}",
        "capabilities.new",
        "capabilities.describe solution",
        "capabilities.describe testbed",
        "capabilities.mine",
        "capabilities.edit {own_capability}",
        "capabilities.preview {own_capability}",
        "capabilities.versions {own_capability}",
        "organisations.edit {own_organisation}",
        "organisations.colleagues {own_organisation}",
    ),
    "hub-staff": (
        "home.mine",
        "reviews.queue",
        "guide.index",
        "guide.show your-day",
        "guide.show review",
        "reviews.case {open_need}",
        "reviews.suggestion {open_suggestion}",
        "reviews.suggestion {reviewed_suggestion}",
        "reviews.second {reviewed_suggestion}",
        "reviews.agreement",
        "needs.unmet",
        "collaborations.index",
        "collaborations.index view=list",
        "casework.show {under_way}",
        "casework.task {task}",
        "casework.meeting {meeting}",
        "outcomes.show {in_operation}",
        "collaborations.new need={approved_need}",
        "collaborations.edit {draft}",
        "collaborations.show {draft}",
        "collaborations.show {invited}",
        "collaborations.show {under_way}",
        "collaborations.log {under_way}",
        "overview.section funnel",
        "overview.section waiting",
        "overview.section themes",
        "overview.section coverage",
        "overview.section exposure",
        "overview.section losses",
        "overview.cases table=funnel row=suggested column=suggestions",
        "conflicts.index",
        "pooling.index",
        "pooling.index state=asked",
        "pooling.show {joint_need}",
        "conflicts.new",
        "organisations.index",
        "organisations.new",
        "organisations.add_department {hospital}",
        "procurement.log {proposed_need}",
        "procurement.note {proposed_need}",
        "procurement.questions {proposed_need}",
        "procurement.plan {under_way}",
        "outbox.show {mail}",
    ),
}
#: With axe each language and each width once; whether the long Danish words fit is asked again.
WINDOWS = [(1280, "da"), (375, "en"), (375, "da")]
WITH_AXE = {(1280, "da"), (375, "en")}
#: No page of their own: files, links that only redirect, and steps that need a fresh sign-in.
NO_PAGE = {
    "static",
    "home.health",
    "accounts.export",
    "casework.download",
    "casework.invitation",
    "procurement.export",
    "overview.index",
    "overview.export",
    "security.sign_in_link",
    "security.us_verify",
    "security.wan_verify",
    "security.wan_signin_response",
    "security.wan_verify_response",
    "security.wan_register_response",
    "organisations.accept",
    "organisations.confirm",
}


def test_every_page_is_on_the_list(demo_server: Server) -> None:
    app = create_app(_settings(demo_server))
    readable = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint in ACCESS
    }
    listed = {line.split()[0] for lines in PAGES.values() for line in lines}
    assert readable - listed - NO_PAGE == set()


@pytest.mark.parametrize(("width", "language"), WINDOWS)
@pytest.mark.parametrize("persona", list(PAGES))
def test_pages_are_accessible(
    persona: str | None,
    width: int,
    language: str,
    demo_server: Server,
    open_as: Callable[..., Page],
) -> None:
    page = open_as(demo_server, persona, language, width)
    wrong = []
    for path in _addresses(demo_server, persona):
        response = page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert response is not None
        assert response.ok, f"{path} answers {response.status}"
        if (width, language) in WITH_AXE:
            wrong += [f"{path} {violation}" for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{path} scrolls sideways")
    assert wrong == []


def _addresses(server: Server, persona: str | None) -> Iterator[str]:
    app = create_app(_settings(server))
    with closing(server.open_database()) as db:
        records = _records(db)
    with app.test_request_context():
        for line in PAGES[persona]:
            endpoint, _, which = line.partition(" ")
            yield _address(app, endpoint, which.format(**records))


def _address(app: Flask, endpoint: str, which: str) -> str:
    if "=" in which:
        return url_for(endpoint, **dict(part.split("=", 1) for part in which.split()))
    rule = next(iter(app.url_map.iter_rules(endpoint)))
    return url_for(endpoint, **dict.fromkeys(rule.arguments, which))


def _settings(server: Server) -> Settings:
    return Settings(server.data_folder, server.data_folder, "only-for-tests", server.address)


def _records(db: Database) -> dict[str, object]:
    """Return one record of each sort that a page needs to have something to show."""

    def one(sql: str) -> int:
        row = db.first(sql)
        assert row is not None, sql
        return int(next(iter(row.values())))

    clinician = one("select id from account where email like 'mette.krogh@%'")
    company = one("select id from organisation where name like 'NordHud%'")
    party = db.first(
        "select p.id, p.account_id from collaboration_party p"
        " join collaboration c on c.id = p.collaboration_id"
        " where c.stage = 'invited' and p.invited_at is not null and p.ended_at is null limit 1"
    )
    assert party is not None
    links = Links("http://localhost", "only-for-tests")
    need = one(f"select id from need where state = 'published' and owner_id = {clinician} limit 1")
    capability = one("select id from capability where state = 'published' order by id limit 1")
    stage = "select id from collaboration where stage = '{}' order by id limit 1".format
    return {
        "joint_need": joint_need_of(db, need),
        "published_need": need,
        "testbed": one("select capability_id from capability_period limit 1"),
        "organisation": company,
        "own_organisation": company,
        "hospital": one("select id from organisation where kind = 'hospital'"),
        "own_need": one(f"select id from need where owner_id = {clinician} order by id limit 1"),
        "own_capability": one(f"select id from capability where organisation_id = {company}"),
        "open_need": one(
            "select need_id from suggestion where withdrawn_at is null"
            " and id not in (select suggestion_id from review) limit 1"
        ),
        "open_suggestion": one(
            "select id from suggestion where withdrawn_at is null"
            " and id not in (select suggestion_id from review) limit 1"
        ),
        "reviewed_suggestion": one("select suggestion_id from review limit 1"),
        "approved_need": one(
            "select s.need_id from review r join suggestion s on s.id = r.suggestion_id"
            " where r.decision = 'approve' limit 1"
        ),
        "draft": one(stage("draft")),
        "invited": one(stage("invited")),
        "proposed_need": one("select need_id from procurement_contact order by id desc limit 1"),
        "under_way": one("select collaboration_id from meeting limit 1"),
        "task": one("select id from task limit 1"),
        "meeting": one("select id from meeting limit 1"),
        "in_operation": one(stage("operation")),
        "mail": one("select id from outbox_mail order by id desc limit 1"),
        "outcome_token": _outcome_token(db, links),
        "answer_token": links.sign("answer", party_id=party["id"], account_id=party["account_id"]),
        "need_token": links.sign("renew-need", id=need, account_id=clinician),
        "stop_token": links.sign("unsubscribe", account_id=clinician, kind="digest"),
        "watch": _watch(db, "signe.brandstrup@nordhud.example"),
        "capability_token": links.sign("renew-capability", id=capability, account_id=clinician),
    }


def _watch(db: Database, address: str) -> int:
    """Return a search that this person has saved."""
    row = db.first("select id from account where email = ?", (address,))
    assert row is not None
    account = get_account(db, row["id"])
    asked = {"q": "sår", "region": "1083"}
    return add_watch(db, "need", asked, name="Sår i syd", actor=account, now=utc_now()).id


def _outcome_token(db: Database, links: Links) -> str:
    told = db.first("select party_id, account_id from outcome where party_id is not null limit 1")
    assert told is not None
    return links.sign("outcome", **told)
