"""A testbed is booked and a collision refused; an outcome is chased and answered."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from matchmaker.clock import to_moment
from matchmaker.outbox.links import Links
from matchmaker.outcomes.chasing import chase_outcomes
from tests.browser.conftest import Server, violations

pytestmark = pytest.mark.browser


def test_a_testbed_is_booked_once_and_an_outcome_is_told_in_two_clicks(
    own_server: Server, open_as: Callable[..., Page]
) -> None:
    staff = open_as(own_server, "hub-manager", "da")
    collaboration, first_day = _collaboration_with_a_free_testbed(own_server)
    _book(staff, collaboration, first_day, first_day + timedelta(days=13))
    expect(staff.get_by_text("Testmiljøet er booket")).to_be_visible()
    _book(staff, collaboration, first_day + timedelta(days=13), first_day + timedelta(days=20))
    expect(staff.get_by_text("Testmiljøet er optaget").first).to_be_visible()
    assert violations(staff) == []
    staff.get_by_role("button", name="Aflys bookingen").click()
    expect(staff.get_by_text("Dagene er ledige igen")).to_be_visible()

    reader = open_as(own_server, None, "da", 375)
    link = _chase(own_server)
    reader.goto(link)
    assert _answers(own_server) == 1
    with reader.expect_navigation():
        reader.get_by_role("button", name="Vi arbejder stadig med det").click()
    expect(reader.get_by_text("Dit svar: Vi arbejder stadig med det")).to_be_visible()
    assert _answers(own_server) == 2
    assert violations(reader) == []
    reader.get_by_label("Økonomien").fill("Sparer to timer om ugen på kørsel.")
    with reader.expect_navigation():
        reader.get_by_role("button", name="Gem", exact=True).click()
    assert _answers(own_server) == 3


def _collaboration_with_a_free_testbed(server: Server) -> tuple[int, datetime]:
    with closing(server.open_database()) as db:
        row = db.first(
            "select p.collaboration_id, q.starts_on from collaboration_party p"
            " join collaboration c on c.id = p.collaboration_id and c.stage <> 'closed'"
            " join capability k on k.id = p.capability_id and k.kind = 'testbed'"
            " join capability_period q on q.capability_id = k.id"
            " where c.introduced_at is not null and q.starts_on > ? order by q.id limit 1",
            (datetime.now(UTC).date().isoformat(),),
        )
    assert row is not None
    return row["collaboration_id"], datetime.fromisoformat(row["starts_on"])


def _book(page: Page, collaboration: int, first: datetime, last: datetime) -> None:
    page.goto(f"/collaborations/{collaboration}/work")
    page.get_by_label("Første dag").fill(first.date().isoformat())
    page.get_by_label("Sidste dag").fill(last.date().isoformat())
    page.get_by_role("button", name="Book testmiljøet").click()


def _chase(server: Server) -> str:
    """Return the link in the mail that goes out half a year after operation began."""
    with closing(server.open_database()) as db:
        row = db.first(
            "select s.at from state_step s join outcome u on u.collaboration_id = s.record_id"
            " where s.noun = 'collaboration' and s.state = 'operation'"
        )
        began = to_moment(row["at"] if row else None)
        assert began is not None
        links = Links(server.address, "only-for-tests")
        assert chase_outcomes(db, links=links, now=began + timedelta(days=190)) > 0
        mail = db.first(
            "select m.body_text from outbox_mail m join outcome u on m.key like"
            " 'outcome-%-' || u.party_id || '-' || u.account_id where m.language = 'da'"
        )
    assert mail is not None
    link = re.search(r"http\S+", mail["body_text"])
    assert link is not None
    return link[0]


def _answers(server: Server) -> int:
    with closing(server.open_database()) as db:
        return db["outcome"].count
