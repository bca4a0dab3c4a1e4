"""Registering, changing, importing and handing over organisations."""

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.queries import MembershipNotFoundError, get_account
from matchmaker.audit.log import list_events
from matchmaker.database import Database
from matchmaker.organisations.actions import (
    ChangedMeanwhileError,
    CvrTakenError,
    add_department,
    change_organisation,
    hand_over,
    register_organisation,
    upsert_organisation,
)
from matchmaker.organisations.organisation import Details, OrganisationError
from matchmaker.organisations.queries import get_organisation, list_departments
from tests.factories import NOW, make_account, make_hub, make_organisation

NORDHUD = Details("company", "NordHud ApS", cvr="13585628", municipality="0461")


def role_of(db: Database, account_id: int, organisation_id: int) -> str | None:
    memberships = get_account(db, account_id).memberships
    return next((m.role for m in memberships if m.organisation_id == organisation_id), None)


def test_who_registers_an_organisation_edits_it(memory_db: Database) -> None:
    jonas = make_account(memory_db)
    new_id = register_organisation(memory_db, NORDHUD, actor=jonas, now=NOW)
    assert get_organisation(memory_db, new_id).region == "1083"
    assert role_of(memory_db, jonas.id, new_id) == "editor"
    assert list_events(memory_db, "organisation", new_id)[0].action == "organisation.register"


def test_hub_staff_register_for_others_without_joining(memory_db: Database) -> None:
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    new_id = register_organisation(memory_db, Details("cluster", "Klynge"), actor=staff, now=NOW)
    assert role_of(memory_db, staff.id, new_id) is None


@pytest.mark.parametrize("kind", ["hub", "funder", "cluster", "department"])
def test_strangers_do_not_register_hubs(memory_db: Database, kind: str) -> None:
    jonas = make_account(memory_db)
    with pytest.raises(NotPermittedError):
        register_organisation(memory_db, Details(kind, "X"), actor=jonas, now=NOW)


def test_a_cvr_number_is_registered_once(memory_db: Database) -> None:
    first = register_organisation(memory_db, NORDHUD, actor=make_account(memory_db), now=NOW)
    again = Details("company", "Nordhud", cvr="DK 13585628")
    with pytest.raises(CvrTakenError) as caught:
        register_organisation(memory_db, again, actor=make_account(memory_db), now=NOW)
    assert caught.value.organisation.id == first


def test_an_editor_changes_what_the_organisation_says_of_itself(memory_db: Database) -> None:
    jonas = make_account(memory_db)
    new_id = register_organisation(memory_db, NORDHUD, actor=jonas, now=NOW)
    jonas = get_account(memory_db, jonas.id)
    changed = Details("company", "NordHud A/S", cvr="13585628", municipality="0461")
    change_organisation(memory_db, new_id, changed, version=1, actor=jonas, now=NOW)
    assert get_organisation(memory_db, new_id).name == "NordHud A/S"
    assert list_events(memory_db, "organisation", new_id)[-1].detail["fields"] == ["name"]


def test_two_people_saving_at_once_lose_nothing_unseen(memory_db: Database) -> None:
    jonas = make_account(memory_db)
    new_id = register_organisation(memory_db, NORDHUD, actor=jonas, now=NOW)
    jonas = get_account(memory_db, jonas.id)
    change_organisation(memory_db, new_id, NORDHUD, version=1, actor=jonas, now=NOW)
    with pytest.raises(ChangedMeanwhileError):
        change_organisation(memory_db, new_id, NORDHUD, version=1, actor=jonas, now=NOW)


def test_strangers_and_members_change_nothing_and_editors_not_the_kind(
    memory_db: Database,
) -> None:
    org = make_organisation(memory_db)
    member, editor = make_account(memory_db, org, "member"), make_account(memory_db, org)
    for actor in (member, make_account(memory_db)):
        with pytest.raises(NotPermittedError):
            change_organisation(memory_db, org, NORDHUD, version=1, actor=actor, now=NOW)
    with pytest.raises(NotPermittedError):
        change_organisation(memory_db, org, Details("hub", "Hub"), version=1, actor=editor, now=NOW)


def test_departments_stand_under_hospitals(memory_db: Database) -> None:
    hospital = make_organisation(memory_db, kind="hospital")
    editor = make_account(memory_db, hospital)
    ward = add_department(memory_db, hospital, Details("department", "M2"), actor=editor, now=NOW)
    assert [d.id for d in list_departments(memory_db, hospital)] == [ward]
    assert get_account(memory_db, editor.id).may_edit(ward)
    with pytest.raises(OrganisationError):
        add_department(
            memory_db, ward, Details("department", "M3"),
            actor=get_account(memory_db, editor.id), now=NOW,
        )  # fmt: skip


def test_importing_twice_changes_nothing_the_second_time(memory_db: Database) -> None:
    first = upsert_organisation(memory_db, NORDHUD, source="file", external_id="n", now=NOW)
    again = upsert_organisation(memory_db, NORDHUD, source="file", external_id="n", now=NOW)
    assert (first[1], again) == ("created", (first[0], "unchanged"))
    renamed = Details("company", "NordHud A/S", cvr="13585628", municipality="0461")
    changed = upsert_organisation(memory_db, renamed, source="file", external_id="n", now=NOW)
    assert changed == (first[0], "changed")
    with_alias = upsert_organisation(
        memory_db, renamed, source="file", external_id="n", now=NOW, aliases=["NH"]
    )
    assert with_alias == (first[0], "changed")
    assert get_organisation(memory_db, first[0]).aliases == ("NH",)
    assert get_organisation(memory_db, first[0]).version == 3


def test_handing_over_gives_the_role_and_leaves_a_member(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    editor, heir = make_account(memory_db, org), make_account(memory_db, org, "member")
    hand_over(memory_db, org, editor.id, heir.id, actor=editor, now=NOW)
    assert role_of(memory_db, heir.id, org) == "editor"
    assert role_of(memory_db, editor.id, org) == "member"
    assert list_events(memory_db, "organisation", org)[-1].action == "organisation.hand_over"


def test_a_role_is_handed_over_by_its_holder_to_a_colleague(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    editor, member = make_account(memory_db, org), make_account(memory_db, org, "member")
    with pytest.raises(NotPermittedError):
        hand_over(memory_db, org, editor.id, member.id, actor=member, now=NOW)
    with pytest.raises(NotPermittedError):
        hand_over(memory_db, org, member.id, editor.id, actor=member, now=NOW)
    with pytest.raises(MembershipNotFoundError):
        hand_over(memory_db, org, editor.id, make_account(memory_db).id, actor=editor, now=NOW)
    assert role_of(memory_db, editor.id, org) == "editor"


def test_a_hub_manager_can_hand_over_to_a_colleague(memory_db: Database) -> None:
    hub = make_hub(memory_db)
    boss, staff = (
        make_account(memory_db, hub, "hub_manager"),
        make_account(memory_db, hub, "hub_staff"),
    )
    hand_over(memory_db, hub, boss.id, staff.id, actor=boss, now=NOW)
    assert role_of(memory_db, staff.id, hub) == "hub_manager"
    assert role_of(memory_db, boss.id, hub) == "member"
