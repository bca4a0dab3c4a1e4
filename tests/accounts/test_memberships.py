"""Roles: who may give which, and that somebody is always left to speak."""

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.memberships import (
    LastEditorError,
    WrongRoleError,
    end_membership,
    give_role,
    is_last_editor,
)
from matchmaker.accounts.queries import MembershipNotFoundError, get_account, list_editors
from matchmaker.audit.log import list_events
from matchmaker.database import Database
from tests.factories import NOW, make_account, make_hub, make_organisation


def role_of(db: Database, account_id: int, organisation_id: int) -> str | None:
    memberships = get_account(db, account_id).memberships
    return next((m.role for m in memberships if m.organisation_id == organisation_id), None)


def test_an_editor_lets_somebody_in_and_changes_the_role(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    editor, other = make_account(memory_db, org), make_account(memory_db)
    give_role(memory_db, other.id, org, "member", actor=editor, now=NOW)
    give_role(memory_db, other.id, org, "editor", actor=editor, now=NOW)
    assert role_of(memory_db, other.id, org) == "editor"
    membership = get_account(memory_db, other.id).memberships[0]
    events = list_events(memory_db, "membership", membership.id)
    assert [(e.from_state, e.to_state) for e in events] == [(None, "member"), ("member", "editor")]


def test_a_member_gives_no_roles(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    member, other = make_account(memory_db, org, "member"), make_account(memory_db)
    with pytest.raises(NotPermittedError):
        give_role(memory_db, other.id, org, "member", actor=member, now=NOW)


def test_an_editor_of_another_organisation_gives_no_roles(memory_db: Database) -> None:
    org, elsewhere = make_organisation(memory_db), make_organisation(memory_db)
    stranger = make_account(memory_db, elsewhere)
    with pytest.raises(NotPermittedError):
        give_role(memory_db, stranger.id, org, "member", actor=stranger, now=NOW)


@pytest.mark.parametrize(
    ("giver", "role", "is_allowed"),
    [
        ("hub_staff", "hub_staff", False),
        ("hub_staff", "hub_manager", False),
        ("hub_manager", "hub_staff", True),
        ("hub_manager", "hub_manager", True),
        ("hub_manager", "administrator", False),
        ("administrator", "administrator", True),
    ],
)
def test_hub_roles_come_from_hub_managers_and_administrators(
    memory_db: Database, giver: str, role: str, is_allowed: bool
) -> None:
    hub = make_hub(memory_db)
    actor, other = make_account(memory_db, hub, giver), make_account(memory_db)
    if is_allowed:
        give_role(memory_db, other.id, hub, role, actor=actor, now=NOW)
        assert role_of(memory_db, other.id, hub) == role
    else:
        with pytest.raises(NotPermittedError):
            give_role(memory_db, other.id, hub, role, actor=actor, now=NOW)


def test_hub_staff_cannot_demote_their_manager(memory_db: Database) -> None:
    hub = make_hub(memory_db)
    staff = make_account(memory_db, hub, "hub_staff")
    manager = make_account(memory_db, hub, "hub_manager")
    with pytest.raises(NotPermittedError):
        give_role(memory_db, manager.id, hub, "member", actor=staff, now=NOW)
    with pytest.raises(NotPermittedError):
        end_membership(memory_db, manager.id, hub, actor=staff, now=NOW)


def test_hub_roles_fit_hubs_alone(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    with pytest.raises(WrongRoleError):
        give_role(memory_db, make_account(memory_db).id, org, "hub_staff", actor=None, now=NOW)
    with pytest.raises(WrongRoleError):
        give_role(memory_db, make_account(memory_db).id, org, "owner", actor=None, now=NOW)


def test_the_last_editor_cannot_leave_or_step_down(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    editor = make_account(memory_db, org)
    make_account(memory_db, org, "member")
    with pytest.raises(LastEditorError):
        end_membership(memory_db, editor.id, org, actor=editor, now=NOW)
    with pytest.raises(LastEditorError):
        give_role(memory_db, editor.id, org, "member", actor=editor, now=NOW)
    assert role_of(memory_db, editor.id, org) == "editor"


def test_an_editor_whose_account_is_closed_does_not_count(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    editor = make_account(memory_db, org)
    make_account(memory_db, org, active=0)
    assert is_last_editor(memory_db, editor.id, org)


def test_the_last_editor_of_a_department_may_leave_it_to_the_hospital(memory_db: Database) -> None:
    hospital = make_organisation(memory_db, kind="hospital")
    ward = make_organisation(memory_db, kind="department", parent_id=hospital)
    above, nurse = make_account(memory_db, hospital), make_account(memory_db, ward)
    end_membership(memory_db, nurse.id, ward, actor=nurse, now=NOW)
    assert [editor.id for editor in list_editors(memory_db, ward)] == [above.id]


def test_a_member_may_leave_and_come_back(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    editor, member = make_account(memory_db, org), make_account(memory_db, org, "member")
    end_membership(memory_db, member.id, org, actor=member, now=NOW)
    assert role_of(memory_db, member.id, org) is None
    with pytest.raises(MembershipNotFoundError):
        end_membership(memory_db, member.id, org, actor=member, now=NOW)
    give_role(memory_db, member.id, org, "member", actor=editor, now=NOW)
    assert role_of(memory_db, member.id, org) == "member"
