"""Invitations: by those who may, good for a fortnight, accepted once."""

import re
from datetime import timedelta

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.queries import find_account_by_email, get_account
from matchmaker.database import Database
from matchmaker.organisations.invitations import (
    AlreadyMemberError,
    InvitationError,
    accept_as_new,
    accept_invitation,
    invite_colleague,
    read_invitation,
    withdraw_invitation,
)
from matchmaker.organisations.queries import list_open_invitations
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_account, make_hub, make_organisation

LINKS = Links("https://hub.example", "secret")
WHO = "ole@sydfjord.dk"


def invite(db: Database, org: int, role: str = "member", email: str = WHO) -> int:
    actor = make_account(db, org)
    return invite_colleague(db, org, email, role, actor=actor, links=LINKS, now=NOW)


def mailed_token(db: Database) -> str:
    mail = db.first("select * from outbox_mail order by id desc")
    assert mail is not None
    found = re.search(r"/invitations/(\S+)$", mail["body_text"], re.MULTILINE)
    assert found
    return found[1]


def test_a_stranger_accepts_and_has_an_account(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    invite(memory_db, org, "editor", email="Ole@Sydfjord.dk")
    invitation = read_invitation(memory_db, mailed_token(memory_db), links=LINKS, now=NOW)
    ole = accept_as_new(memory_db, invitation, name="Ole Birk", language="da", now=NOW)
    assert ole.email == WHO
    assert get_account(memory_db, ole.id).may_edit(org)
    with pytest.raises(InvitationError):
        read_invitation(memory_db, mailed_token(memory_db), links=LINKS, now=NOW)


def test_somebody_with_an_account_accepts_and_keeps_it(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    ole = make_account(memory_db, email=WHO)
    invite(memory_db, org)
    invitation = read_invitation(memory_db, mailed_token(memory_db), links=LINKS, now=NOW)
    accept_invitation(memory_db, invitation, account=ole, now=NOW)
    assert get_account(memory_db, ole.id).belongs_to(org)


def test_hub_staff_can_become_a_member_of_another_organisation(memory_db: Database) -> None:
    hub, org = make_hub(memory_db), make_organisation(memory_db)
    staff = make_account(memory_db, hub, "hub_staff", email=WHO)
    invite(memory_db, org)
    invitation = read_invitation(memory_db, mailed_token(memory_db), links=LINKS, now=NOW)
    accept_invitation(memory_db, invitation, account=staff, now=NOW)
    assert get_account(memory_db, staff.id).belongs_to(org)


def test_two_people_cannot_use_one_invitation(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    invite(memory_db, org)
    invitation = read_invitation(memory_db, mailed_token(memory_db), links=LINKS, now=NOW)
    accept_as_new(memory_db, invitation, name="Ole", language="da", now=NOW)
    late = make_account(memory_db)
    with pytest.raises(InvitationError):
        accept_invitation(memory_db, invitation, account=late, now=NOW)
    assert not get_account(memory_db, late.id).belongs_to(org)


def test_an_invitation_expires_and_can_be_withdrawn(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    invitation_id = invite(memory_db, org)
    token, editor = mailed_token(memory_db), make_account(memory_db, org)
    with pytest.raises(InvitationError):
        read_invitation(memory_db, token, links=LINKS, now=NOW + timedelta(days=15))
    withdraw_invitation(memory_db, org, invitation_id, actor=editor, now=NOW)
    with pytest.raises(InvitationError):
        read_invitation(memory_db, token, links=LINKS, now=NOW)
    with pytest.raises(InvitationError):
        withdraw_invitation(memory_db, org, invitation_id, actor=editor, now=NOW)


def test_a_new_invitation_replaces_the_old_one(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    invite(memory_db, org)
    first = mailed_token(memory_db)
    invite(memory_db, org, "editor")
    assert [row["role"] for row in list_open_invitations(memory_db, org, now=NOW)] == ["editor"]
    with pytest.raises(InvitationError):
        read_invitation(memory_db, first, links=LINKS, now=NOW)


def test_a_forged_link_opens_nothing(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    invitation_id = invite(memory_db, org)
    forged = Links("https://hub.example", "guess").sign("invitation", invitation_id=invitation_id)
    for token in (forged, "x", LINKS.sign("renew-need", need_id=1)):
        with pytest.raises(InvitationError):
            read_invitation(memory_db, token, links=LINKS, now=NOW)


@pytest.mark.parametrize("role", ["hub_staff", "hub_manager", "administrator"])
def test_an_editor_invites_no_hub_staff(memory_db: Database, role: str) -> None:
    with pytest.raises(NotPermittedError):
        invite(memory_db, make_organisation(memory_db), role)


def test_members_and_strangers_invite_nobody(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    for actor in (make_account(memory_db, org, "member"), make_account(memory_db)):
        with pytest.raises(NotPermittedError):
            invite_colleague(memory_db, org, WHO, "member", actor=actor, links=LINKS, now=NOW)
    assert memory_db["outbox_mail"].count == 0


def test_somebody_who_is_here_is_not_invited(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    make_account(memory_db, org, "member", email=WHO)
    with pytest.raises(AlreadyMemberError):
        invite(memory_db, org)


def test_the_address_is_forgotten_when_the_invitation_is_over(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    invite(memory_db, org)
    invitation = read_invitation(memory_db, mailed_token(memory_db), links=LINKS, now=NOW)
    accept_as_new(memory_db, invitation, name="Ole", language="da", now=NOW)
    assert memory_db.first("select email from invitation") == {"email": ""}
    assert find_account_by_email(memory_db, WHO) is not None
