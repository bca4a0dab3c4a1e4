"""Answers, introduction, questions."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.collaborations import errors
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.asking import answer_question, ask_hub
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.queries import get_collaboration, get_party
from matchmaker.collaborations.views import get_dossier, get_proposal
from matchmaker.database import open_database
from tests.collaborations.conftest import LINKS, World, make_world
from tests.factories import NOW, make_account


def say(
    world: World,
    collaboration: Collaboration,
    account: Account,
    answer: str = "yes",
    **values: object,
) -> None:
    party = world.party_of(collaboration, account)
    answer_proposal(
        world.db,
        party.id,
        answer,
        actor=account,
        links=LINKS,
        now=NOW,
        **values,  # type: ignore[arg-type]
    )


def everybody_says_yes(world: World, **values: object) -> Collaboration:
    collaboration = world.invited(**values)
    for account in (world.karen, world.jonas, world.tina):
        say(world, collaboration, account)
    return get_collaboration(world.db, collaboration.id)


def test_nobody_sees_a_contact_before_the_last_yes(world: World) -> None:
    collaboration = world.invited(parties=world.hide())
    say(world, collaboration, world.karen)
    say(world, collaboration, world.jonas)
    proposal = get_proposal(
        world.db, collaboration.id, world.party_of(collaboration, world.jonas).id
    )
    need = proposal.others[0]
    assert (need.contact, need.organisation_name, proposal.me.contact) == (None, None, None)
    assert {view.contact for view in get_dossier(world.db, collaboration.id).views} == {None}
    texts = dict(need.texts)
    assert "approach" not in texts
    assert texts["tried"] == "••• har prøvet vendeplaner."


def test_the_last_yes_introduces_all_in_one_step(world: World) -> None:
    collaboration = everybody_says_yes(world, parties=world.hide())
    assert (collaboration.stage, collaboration.contacts_are_open) == ("introduced", True)
    proposal = get_proposal(
        world.db, collaboration.id, world.party_of(collaboration, world.jonas).id
    )
    contact = proposal.others[0].contact
    assert contact is not None
    assert (contact.name, contact.phone) == ("Karen Holm", "65 00 11 22")
    assert proposal.others[0].organisation_name == "Sygehus Sydfjord"
    assert "approach" in dict(proposal.others[0].texts)
    stages = [
        (event.from_state, event.to_state)
        for event in list_events(world.db, "collaboration", collaboration.id)
        if event.from_state != event.to_state
    ]
    assert stages == [
        (None, "draft"),
        ("draft", "invited"),
        ("invited", "accepted"),
        ("accepted", "introduced"),
    ]


def test_each_gets_one_introduction_mail_with_everybody_in_it(world: World) -> None:
    everybody_says_yes(world)
    mails = world.mails("introduction")
    assert len(mails) == 3
    for mail in mails:
        for account in (world.karen, world.jonas, world.tina):
            assert account.name in mail["body_text"]
            assert account.email in mail["body_text"]
    danish = next(mail for mail in mails if mail["recipient"] == world.tina.email)
    assert danish["language"] == "da"


def test_a_second_click_is_harmless_also_after_the_introduction(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    say(world, collaboration, world.karen)
    assert world.db.first("select count(*) as n from interest") == {"n": 1}
    say(world, collaboration, world.jonas)
    say(world, collaboration, world.tina)
    say(world, collaboration, world.tina)
    assert len(world.mails("introduction")) == 3


def test_a_mind_can_be_changed_until_the_introduction(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen, "no", reason="capacity")
    say(world, collaboration, world.karen, "later", later_on=NOW.date() + timedelta(30))
    say(world, collaboration, world.karen)
    party = get_party(world.db, world.party_of(collaboration, world.karen).id)
    assert party.last is not None
    assert (party.last.sequence, party.last.answer, party.last.reason) == (3, "yes", None)
    say(world, collaboration, world.jonas)
    say(world, collaboration, world.tina)
    with pytest.raises(errors.AnswerClosedError):
        say(world, collaboration, world.karen, "no", reason="capacity")


def test_a_no_has_a_reason_and_tells_the_hub_alone(world: World) -> None:
    collaboration = world.invited()
    for values in ({}, {"reason": "bad"}, {"reason": "other"}):
        with pytest.raises(errors.ReasonError):
            say(world, collaboration, world.jonas, "no", **values)
    say(world, collaboration, world.jonas, "no", reason="other", note="We are moving.")
    (mail,) = world.mails("declined")
    assert mail["recipient"] == world.staff.email
    assert "We are moving." in mail["body_text"]
    assert get_collaboration(world.db, collaboration.id).someone_declined


@pytest.mark.parametrize("days", [None, 0, -1])
def test_later_names_a_day_to_come(world: World, days: int | None) -> None:
    collaboration = world.invited()
    later_on = None if days is None else NOW.date() + timedelta(days)
    with pytest.raises(errors.LaterDateError):
        say(world, collaboration, world.jonas, "later", later_on=later_on)


def test_only_who_speaks_for_a_party_answers_for_it(world: World) -> None:
    collaboration = world.invited()
    party = world.party_of(collaboration, world.jonas)
    member = make_account(world.db, world.company, "member")
    for stranger in (world.karen, member, world.staff):
        with pytest.raises(errors.NotPartyError):
            answer_proposal(world.db, party.id, "yes", actor=stranger, links=LINKS, now=NOW)
    colleague = make_account(world.db, world.company, "editor")
    answer_proposal(world.db, party.id, "yes", actor=colleague, links=LINKS, now=NOW)


def test_a_question_goes_to_the_hub_and_its_answer_comes_back(world: World) -> None:
    collaboration = world.invited()
    party = world.party_of(collaboration, world.jonas)
    asked = {"actor": world.jonas, "links": LINKS, "now": NOW}
    question = ask_hub(world.db, party.id, "How many beds is it?", **asked)
    assert ask_hub(world.db, party.id, "How many beds is it?", **asked) == question
    (mail,) = world.mails("question")
    assert mail["recipient"] == world.staff.email
    answer_question(world.db, question, "About 28.", actor=world.staff, links=LINKS, now=NOW)
    (reply,) = world.mails("answer")
    assert (reply["recipient"], "About 28." in reply["body_text"]) == (world.jonas.email, True)
    shown = get_proposal(world.db, collaboration.id, party.id).questions
    assert [q.answer for q in shown] == ["About 28."]
    others = get_proposal(world.db, collaboration.id, world.party_of(collaboration, world.karen).id)
    assert others.questions == ()


def test_a_question_is_answered_once_and_gives_nobody_away(world: World) -> None:
    collaboration = world.invited()
    party = world.party_of(collaboration, world.jonas)
    question = ask_hub(world.db, party.id, "Who is it?", actor=world.jonas, links=LINKS, now=NOW)
    answer = {"actor": world.staff, "links": LINKS, "now": NOW}
    with pytest.raises(errors.HiddenNameError):
        answer_question(world.db, question, "It is Karen Holm.", **answer)
    with pytest.raises(errors.TextMissingError):
        answer_question(world.db, question, " ", **answer)
    answer_question(world.db, question, "You will hear.", **answer)
    with pytest.raises(errors.AlreadyAnsweredError) as error:
        answer_question(world.db, question, "Soon.", **answer)
    assert error.value.answer == "You will hear."


def test_the_last_two_yes_at_once_introduce_once(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    world = make_world(open_database(path))
    collaboration = world.invited()
    say(world, collaboration, world.tina)
    start, failures = threading.Barrier(2), []

    def say_yes(account: Account) -> None:
        own = open_database(path)
        start.wait()
        try:
            party = world.party_of(collaboration, account)
            answer_proposal(own, party.id, "yes", actor=account, links=LINKS, now=NOW)
        except errors.CollaborationError as error:
            failures.append(error)
        finally:
            own.close()

    threads = [
        threading.Thread(target=say_yes, args=(account,)) for account in (world.karen, world.jonas)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert get_collaboration(world.db, collaboration.id).stage == "introduced"
    assert len(world.mails("introduction")) == 3
    world.db.close()
