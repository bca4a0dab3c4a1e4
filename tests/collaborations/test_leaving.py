"""What somebody may still see who has left the organisation they were asked for."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from matchmaker.accounts.account import Account
from matchmaker.accounts.actions import deactivate_account, erase_account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import to_text
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.cases import capability_cases
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.listing import for_organisation
from matchmaker.collaborations.mails import read_answer_link
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.reminding import remind_due
from matchmaker.collaborations.rights import own_parties
from matchmaker.collaborations.views import get_proposal
from matchmaker.home.mine import read_my_page
from matchmaker.outbox.links import LinkExpiredError
from tests.collaborations.conftest import LINKS, World
from tests.factories import NOW, make_account, make_need, make_organisation, make_suggestion

Leave = Callable[[World, Account], object]


def _leave(world: World, account: Account) -> None:
    world.db.execute(
        "update membership set ended_at = ? where account_id = ?", (to_text(NOW), account.id)
    )


LEAVES: dict[str, Leave] = {
    "leaves": _leave,
    "is closed": lambda world, account: deactivate_account(
        world.db, account.id, actor=None, now=NOW
    ),
    "is erased": lambda world, account: erase_account(world.db, account.id, actor=account, now=NOW),
}


@pytest.mark.parametrize("leave", LEAVES.values(), ids=LEAVES)
def test_who_has_gone_reads_and_answers_nothing_any_more(world: World, leave: Leave) -> None:
    collaboration = world.invited()
    party = world.party_of(collaboration, world.jonas)
    token = re.search(r"answer/([^?\s]+)", _mail_to(world, world.jonas.email))
    assert token is not None
    assert read_answer_link(world.db, LINKS, token[1]) == party
    leave(world, world.jonas)
    jonas = get_account(world.db, world.jonas.id)
    assert own_parties(jonas, collaboration) == []
    with pytest.raises(LinkExpiredError):
        read_answer_link(world.db, LINKS, token[1])
    with pytest.raises(NotPartyError):
        answer_proposal(world.db, party.id, "yes", actor=jonas, links=LINKS, now=NOW)


@pytest.mark.parametrize("leave", LEAVES.values(), ids=LEAVES)
def test_a_colleague_goes_on_where_the_contact_has_left(world: World, leave: Leave) -> None:
    mia = make_account(world.db, world.company, "editor", name="Mia Holst")
    collaboration = world.invited()
    party = world.party_of(collaboration, world.jonas)
    leave(world, world.jonas)
    later = NOW + timedelta(days=8)
    remind_due(world.db, links=LINKS, now=later)
    assert remind_due(world.db, links=LINKS, now=later) == 0
    for account in (world.karen, world.tina, mia):
        answering = party if account == mia else world.party_of(collaboration, account)
        answer_proposal(world.db, answering.id, "yes", actor=account, links=LINKS, now=later)
    assert get_collaboration(world.db, collaboration.id).stage == "introduced"
    for kind in ("reminder", "introduction"):
        readers = {mail["recipient"] for mail in world.mails(kind)}
        assert readers == {world.karen.email, world.tina.email, mia.email}
    assert "/answer/" not in _mail_to(world, mia.email)


def test_a_signed_in_editor_answers_by_the_link_of_a_contact_who_has_left(world: World) -> None:
    mia = make_account(world.db, world.company, "editor")
    party = world.party_of(world.invited(), world.jonas)
    token = LINKS.sign("answer", party_id=party.id, account_id=party.account_id)
    _leave(world, world.jonas)
    assert read_answer_link(world.db, LINKS, token, reader=mia) == party
    with pytest.raises(LinkExpiredError):
        read_answer_link(world.db, LINKS, token, reader=world.tina)


def test_silence_is_not_asked_about_where_nobody_is_left_to_ask(world: World) -> None:
    world.invited()
    for account in (world.karen, world.jonas, world.tina):
        _leave(world, account)
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(days=8)) == 0


def test_a_plain_member_is_not_told_what_was_proposed_to_the_contact(world: World) -> None:
    world.db["need"].update(world.need, {"state": "submitted"})
    member = make_account(world.db, world.company, "member")
    world.invited()
    assert for_organisation(world.db, [world.company])
    mine = read_my_page(world.db, member, today=NOW.date())
    assert mine.asked == []
    assert [case for each in mine.capabilities for case in each.cases] == []
    jonas = read_my_page(world.db, get_account(world.db, world.jonas.id), today=NOW.date())
    assert len(jonas.asked) == 1
    assert len(jonas.capabilities[0].cases) == 1


def test_a_title_is_masked_for_a_company_as_on_the_board(world: World) -> None:
    title = "Fald hos Ådal Kommune, ring 65 00 11 22"
    town = make_organisation(world.db, kind="municipality", name="Ådal kommune")
    ward = make_organisation(world.db, kind="department", name="Plejen", parent_id=town)
    need = make_need(world.db, ward, title=title, show_organisation=0)
    make_suggestion(world.db, need, world.solution)
    (title_shown,) = (
        case.title for case in capability_cases(world.db, world.solution) if case.need_id == need
    )
    assert title_shown == "Fald hos •••, ring •••"


def test_the_house_above_a_hidden_department_stays_hidden(world: World) -> None:
    town = make_organisation(world.db, kind="municipality", name="Fjordby Kommune")
    world.db["organisation"].update(world.hospital, {"parent_id": town, "kind": "department"})
    world.db["need"].update(world.need, {"target": "Plejehjem i FJORDBY Kommune"})
    collaboration = world.invited(parties=world.hide())
    party = world.party_of(collaboration, world.jonas)
    proposal = get_proposal(world.db, collaboration.id, party.id)
    assert "fjordby" not in str(proposal.others).casefold()


def _mail_to(world: World, address: str) -> str:
    return next(mail["body_text"] for mail in world.mails() if mail["recipient"] == address)
