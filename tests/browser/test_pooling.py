"""Three municipalities have the same problem: the hub asks, two join, one stays out."""

from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from matchmaker.accounts.queries import get_account
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.demo.queries import find_demo_person
from matchmaker.pooling.actions import join, stay_out
from matchmaker.pooling.changes import add_joint_need
from tests.browser.conftest import Server, violations
from tests.factories import join as become_colleague
from tests.factories import make_account, make_need, make_organisation

pytestmark = pytest.mark.browser

TITLE = "Sår opdages for sent"
PLACES = ("Aadal", "Bækby", "Cold")


def test_three_municipalities_are_asked_and_those_who_join_see_each_other(
    own_server: Server, open_as: Callable[..., Page]
) -> None:
    with closing(own_server.open_database()) as db:
        joint_need, needs, owners = _proposed(db)

    staff = open_as(own_server, "hub-staff", "da")
    staff.goto(f"/joint-needs/{joint_need}")
    staff.get_by_label("Det, behovene har til fælles").fill(TITLE)
    staff.locator(f'form[action="/joint-needs/{joint_need}/ask"] button').click()
    expect(staff.get_by_text("Ejerne bliver spurgt på mail.")).to_be_visible()
    assert violations(staff) == []

    # Two others answer: one joins, one stays out.
    with closing(own_server.open_database()) as db:
        second, third = (get_account(db, owner) for owner in owners[1:])
        join(db, joint_need, needs[1], actor=second, now=utc_now())
        stay_out(db, joint_need, needs[2], actor=third, now=utc_now())

    clinician = open_as(own_server, "clinician", "da", 375)
    clinician.goto(f"/needs/{needs[0]}")
    expect(clinician.get_by_role("heading", name="Venter på dit svar")).to_be_visible()
    clinician.goto("/mine")
    clinician.get_by_role("link", name=TITLE, exact=True).click()
    expect(clinician.get_by_text("Sår i Bækby")).to_have_count(0)
    clinician.get_by_role("button", name="Gå med").click()
    expect(clinician.get_by_role("heading", name="Sår i Bækby")).to_be_visible()
    expect(clinician.get_by_text("Sår i Cold")).to_have_count(0)
    assert violations(clinician) == []
    clinician.goto("/mine")
    expect(clinician.get_by_role("link", name=TITLE, exact=True)).to_have_count(0)


def _proposed(db: Database) -> tuple[int, list[int], list[int]]:
    """Return a proposal, its needs, and their owners, of whom the clinician is the first."""
    person, staff = find_demo_person(db, "clinician"), find_demo_person(db, "hub-staff")
    assert person is not None
    assert staff is not None
    hub = get_account(db, staff.account_id).hub_ids[0]
    needs, owners = [], []
    for name in PLACES:
        place = make_organisation(db, kind="municipality", name=f"{name} Kommune")
        if owners:
            owner = make_account(db, place, name=f"Ejer {name}").id
        else:
            owner = person.account_id
            become_colleague(db, owner, place, "editor")
        owners.append(owner)
        needs.append(make_need(db, place, owner_id=owner, hub_id=hub, title=f"Sår i {name}"))
    with db.atomic():
        made = add_joint_need(db, needs, actor_id=None, now=utc_now(), by_hand=1)
    return made, needs, owners
