"""The review desk in a browser: two at once, the keyboard alone, a case for another hub."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from operator import itemgetter
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, _serve

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the walks of this file, each of which has a need of its own."""
    folder = tmp_path_factory.mktemp("queue")
    shutil.copytree(demo_folder, folder / "data")
    yield from _serve(folder / "data", folder / "server.log")


def open_suggestions(server: Server, place: int) -> tuple[int, list[int]]:
    """Return a need of Hub Syddanmark with what is open on it, best first."""
    with closing(server.open_database()) as db:
        rows = db.execute(
            "select s.need_id, s.id from suggestion s join need n on n.id = s.need_id"
            " join organisation h on h.id = n.hub_id and h.name = 'Hub Syddanmark'"
            " join capability c on c.id = s.capability_id and c.state = 'published'"
            " where n.state = 'published' and s.withdrawn_at is null"
            " and not exists (select 1 from review where suggestion_id = s.id)"
            " and not exists (select 1 from collaboration_suggestion where suggestion_id = s.id)"
            " order by s.need_id, s.probability desc, s.score desc, s.id"
        ).fetchall()
    groups = itertools.groupby(rows, itemgetter(0))
    needs = [(need, [row[1] for row in group]) for need, group in groups]
    return [found for found in needs if len(found[1]) >= 4][place]


def decisions(server: Server, suggestion_id: int) -> list[str]:
    with closing(server.open_database()) as db:
        rows = db.rows(
            "select decision from review where suggestion_id = ? order by sequence",
            (suggestion_id,),
        )
    return [row["decision"] for row in rows]


def test_two_staff_decide_the_same_case_and_nothing_typed_is_lost(
    server: Server, open_as: Open
) -> None:
    _need, (suggestion, *_rest) = open_suggestions(server, 0)
    first, second = (open_as(server, who, "en") for who in ("hub-staff", "hub-manager"))
    for page in (first, second):
        page.goto(f"/reviews/suggestions/{suggestion}")
    second.get_by_label("Reason").select_option("price")
    second.get_by_label("Note for colleagues").fill("Twice what they can pay")
    first.get_by_role("button", name="Approve").click()
    expect(first.get_by_text("You approved the suggestion.")).to_be_visible()

    second.get_by_role("button", name="Reject").click()
    expect(second.get_by_role("alert")).to_contain_text("Katrine Holm Ejby approved it")
    expect(second.get_by_label("Note for colleagues")).to_have_value("Twice what they can pay")
    expect(second.get_by_label("Reason")).to_have_value("price")
    assert decisions(server, suggestion) == ["approve"]
    second.get_by_role("button", name="Reject").click()
    expect(second.get_by_text("You rejected the suggestion.")).to_be_visible()
    assert decisions(server, suggestion) == ["approve", "reopen", "reject"]


def test_a_review_needs_no_mouse(server: Server, open_as: Open) -> None:
    _need, (suggestion, following, *_rest) = open_suggestions(server, 1)
    page = open_as(server, "hub-staff", "en")
    page.goto("/reviews")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Do these two fit?")).to_be_visible()

    page.goto(f"/reviews/suggestions/{suggestion}", wait_until="networkidle")
    page.keyboard.press("n")
    page.keyboard.type("Too dear, j and a are only letters here")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("The price")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You rejected the suggestion.")).to_be_visible()
    assert f"/suggestions/{following}" in page.url

    page.keyboard.press("u")
    expect(page.get_by_text("The decision is undone.")).to_be_visible()
    assert decisions(server, suggestion) == ["reject", "reopen"]
    page.keyboard.press("a")
    expect(page.get_by_text("You approved the suggestion.")).to_be_visible()
    _turn_the_keys_off(page)
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert decisions(server, following) == []


def _turn_the_keys_off(page: Page) -> None:
    """Open the help, which says how, by its key, and go to the switch."""
    page.keyboard.press("?")
    expect(page.get_by_text("leave a field, so that the keys work again")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Shortcuts are on")).not_to_be_checked()


def test_a_case_is_handed_to_another_hub_with_all_that_belongs_to_it(
    server: Server, open_as: Open
) -> None:
    need, (suggestion, *_rest) = open_suggestions(server, 2)
    _move_manager_to_the_other_hub(server)
    staff, there = (open_as(server, who, "en") for who in ("hub-staff", "hub-manager"))
    staff.goto(f"/reviews/suggestions/{suggestion}")
    staff.get_by_role("button", name="Approve").click()
    staff.goto(f"/reviews/needs/{need}")
    staff.get_by_role("button", name="Take the case").click()
    expect(staff.get_by_role("status")).to_contain_text("The case is yours.")
    staff.get_by_text("Hand it on").click()
    staff.get_by_label("Note to the receiver").fill("The ward has moved to Aarhus")
    staff.get_by_label("Other hub").select_option(label="Hub Midtjylland")
    staff.get_by_role("button", name="Hand to the hub").click()
    expect(staff.get_by_role("status")).to_contain_text("Hub Midtjylland has the case now.")

    there.goto("/mails")
    # Demo mails of all are open to managers: the hub's three got one each, in their language.
    expect(there.get_by_role("link", name="En sag til dig")).to_have_count(3)
    there.get_by_role("link", name="En sag til dig").first.click()
    there.get_by_role("article").get_by_role("link").click()
    expect(there.get_by_text("Nobody at Hub Midtjylland yet.")).to_be_visible()
    there.get_by_text("1 step so far").click()
    expect(there.get_by_text("The ward has moved to Aarhus")).to_be_visible()
    there.get_by_role("button", name="Take the case").click()
    expect(there.get_by_role("status")).to_contain_text("The case is yours.")
    assert decisions(server, suggestion) == ["approve"]


def _move_manager_to_the_other_hub(server: Server) -> None:
    with closing(server.open_database()) as db, db.atomic():
        db.execute(
            "update membership set organisation_id ="
            " (select id from organisation where name = 'Hub Midtjylland')"
            " where account_id = (select id from account where name = 'Søren Dalgas Lund')"
        )
