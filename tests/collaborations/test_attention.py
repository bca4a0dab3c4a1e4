"""Nobody is approached more often than they allow, however many people send at one moment."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.capabilities.capability import USUAL_APPROACHES
from matchmaker.collaborations import errors
from matchmaker.collaborations.attention import read_attention, read_attention_of_testbed
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.inviting import invite, replace_party
from matchmaker.database import Database, open_database
from matchmaker.reviews.actions import review_suggestion
from tests.collaborations.conftest import LINKS, World, make_world
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_need,
    make_organisation,
    make_suggestion,
)

DRAFTS = 5


def make_drafts(world: World, count: int = DRAFTS, *, of_one_need: bool) -> list[int]:
    """Return drafts that all ask the same testbed, about one need or about one each."""
    return [_draft(world, of_one_need=of_one_need) for _ in range(count)]


def _draft(world: World, *, of_one_need: bool) -> int:
    db = world.db
    need = world.need
    if not of_one_need:
        need = make_need(db, world.hospital, hub_id=world.hub, owner_id=world.karen.id)
    company = make_organisation(db)
    seller = make_account(db, company, "editor")
    solution = make_capability(db, company, owner_id=seller.id)
    suggestion = make_suggestion(db, need, solution)
    review_suggestion(db, suggestion, "approve", actor=world.staff, now=NOW, seen_sequence=0)
    draft = world.draft(
        suggestion_ids=(suggestion,),
        parties=(
            PartyDraft(world.karen.id, need_id=need),
            PartyDraft(seller.id, capability_id=solution),
            PartyDraft(world.tina.id, capability_id=world.testbed),
        ),
    )
    return create_draft(db, draft, actor=world.staff, now=NOW)


def used(db: Database, world: World) -> tuple[int, int]:
    testbed = read_attention_of_testbed(db, world.testbed, now=NOW)
    assert testbed is not None
    return read_attention(db, world.need, now=NOW).used, testbed.used


@pytest.mark.parametrize(("of_one_need", "allowed"), [(True, 2), (False, 3)])
def test_staff_who_send_at_the_same_moment_never_pass_the_number(
    tmp_path: Path, of_one_need: bool, allowed: int
) -> None:
    path = tmp_path / "matchmaker.db"
    world = make_world(open_database(path))
    world.db["need"].update(world.need, {"approaches_per_month": 2})
    world.db["capability"].update(world.testbed, {"approaches_per_month": 3})
    drafts = make_drafts(world, of_one_need=of_one_need)
    start, told = threading.Barrier(DRAFTS), []

    def send(draft: int) -> None:
        db = open_database(path)
        start.wait()
        try:
            invite(db, draft, links=LINKS, actor=world.staff, now=NOW)
            told.append("sent")
        except errors.BudgetUsedError:
            told.append("used")
        finally:
            db.close()

    threads = [threading.Thread(target=send, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["sent"] * allowed + ["used"] * (DRAFTS - allowed)
    assert max(used(world.db, world)) == allowed
    world.db.close()


def test_a_testbed_that_says_nothing_is_asked_as_often_as_usual(world: World) -> None:
    world.db["need"].update(world.need, {"approaches_per_month": 20})
    for draft in make_drafts(world, USUAL_APPROACHES, of_one_need=True):
        invite(world.db, draft, links=LINKS, actor=world.staff, now=NOW)
    with pytest.raises(errors.BudgetUsedError) as refused:
        world.invited()
    assert refused.value.title == "Testboliger"


def test_who_takes_anothers_place_has_a_number_too(world: World) -> None:
    lab = make_organisation(world.db, kind="municipality")
    maja = make_account(world.db, lab, "editor")
    place = make_capability(
        world.db, lab, kind="testbed", owner_id=maja.id, approaches_per_month=1
    )  # fmt: skip
    successor = PartyDraft(maja.id, capability_id=place)
    values = {"reason": "capacity", "links": LINKS, "actor": world.staff, "now": NOW}
    drafts = make_drafts(world, 2, of_one_need=True)
    for draft in drafts:
        invite(world.db, draft, links=LINKS, actor=world.staff, now=NOW)
    leaving = [
        world.db.first(
            "select id from collaboration_party where collaboration_id = ? and capability_id = ?",
            (draft, world.testbed),
        )
        for draft in drafts
    ]
    assert leaving[0] is not None
    assert leaving[1] is not None
    replace_party(world.db, drafts[0], leaving[0]["id"], successor, **values)
    with pytest.raises(errors.BudgetUsedError):
        replace_party(world.db, drafts[1], leaving[1]["id"], successor, **values)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    numbers=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    sends=st.lists(st.tuples(st.booleans(), st.integers(0, 45)), min_size=1, max_size=7),
)
def test_whatever_is_sent_and_when_no_month_passes_the_number(
    numbers: tuple[int, int], sends: list[tuple[bool, int]]
) -> None:
    world = make_world(open_database(":memory:"))
    world.db["need"].update(world.need, {"approaches_per_month": numbers[0]})
    world.db["capability"].update(world.testbed, {"approaches_per_month": numbers[1]})
    now = NOW
    for of_one_need, days in sends:
        draft = _draft(world, of_one_need=of_one_need)
        now += timedelta(days=days)
        try:
            invite(world.db, draft, links=LINKS, actor=world.staff, now=now)
        except errors.BudgetUsedError:
            full = read_attention(world.db, world.need, now=now)
            testbed = read_attention_of_testbed(world.db, world.testbed, now=now)
            assert testbed is not None
            assert full.is_used_up or testbed.is_used_up, "a refusal has a cause"
        rows = world.db.rows(
            "select need_id, capability_id, substr(invited_at, 1, 7) as month, count(*) as n"
            " from collaboration_party where invited_at is not null group by 1, 2, 3"
        )
        most = {"need": numbers[0], "testbed": numbers[1]}
        for row in rows:
            if row["need_id"] == world.need:
                assert row["n"] <= most["need"]
            if row["capability_id"] == world.testbed:
                assert row["n"] <= most["testbed"]
    world.db.close()
