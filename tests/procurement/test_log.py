"""The equal-information log: who got what, who may read it, and that nothing of it is lost."""

import sqlite3
from datetime import date, timedelta

import pytest
import tablib

from matchmaker.accounts.account import NotPermittedError
from matchmaker.collaborations.asking import answer_question, ask_hub
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.following import move_stage
from matchmaker.collaborations.inviting import remove_party, replace_party
from matchmaker.procurement import errors
from matchmaker.procurement.contact import Item
from matchmaker.procurement.export import export_log
from matchmaker.procurement.log import Receiver, correct, record_contact, write_down
from matchmaker.procurement.planning import save_plan
from matchmaker.procurement.queries import list_contacts
from matchmaker.screening.screen import PatientDataFound
from tests.collaborations.conftest import LINKS
from tests.collaborations.test_answering import say
from tests.factories import NOW, make_account, make_capability, make_organisation
from tests.procurement.conftest import TENDER, Market

TODAY = date(2026, 11, 23)


def test_each_who_is_shown_the_need_stands_in_the_log(market: Market) -> None:
    world = market.world
    tina = market.party_of(world.tina).organisation_id
    assert market.lines() == [
        ("proposal", world.company),
        ("proposal", tina),
        ("proposal", market.rival),
    ]
    persons = [each.person for each in list_contacts(market.db, market.need, world.staff)]
    assert persons == ["Bente Krag", "Tina Vang", "Jonas Lind"]


def test_the_introduction_and_the_test_come_by_themselves(market: Market) -> None:
    world = market.world
    for account in (world.karen, world.jonas, world.tina):
        say(world, market.first, account)
    save_plan(market.db, market.first.id, TENDER, actor=world.karen, now=NOW)
    move_stage(market.db, market.first.id, "test", actor=world.karen, now=NOW)
    assert len(market.lines("introduction")) == 2
    assert market.lines("test")[0] == ("test", world.company)


def test_a_question_and_its_answer_come_by_themselves_and_once(market: Market) -> None:
    world, party = market.world, market.party_of(market.world.jonas)
    asked = {"actor": world.jonas, "links": LINKS, "now": NOW}
    question = ask_hub(market.db, party.id, "How many beds?", **asked)
    ask_hub(market.db, party.id, "How many beds?", **asked)
    answer_question(market.db, question, "28.", actor=world.staff, links=LINKS, now=NOW)
    assert market.lines()[3:] == [("question", world.company), ("answer", world.company)]
    texts = {each.kind: each.text for each in list_contacts(market.db, market.need, world.staff)}
    assert (texts["question"], texts["answer"]) == ("How many beds?", "28.")


def test_the_same_item_is_one_line_for_each_receiver(market: Market) -> None:
    given = {"item": Item("file", 7), "summary": "Plan", "actor_id": 1, "now": NOW}
    with market.db.atomic():
        both = record_contact(
            market.db, market.need, "document", collaboration_id=market.first.id, **given
        )
        again = record_contact(
            market.db, market.need, "document", collaboration_id=market.first.id, **given
        )
        other = record_contact(
            market.db, market.need, "document", receivers=[Receiver(market.rival)], **given
        )
    assert (len(both), again, len(other)) == (2, [], 1)


def test_a_collaboration_without_a_need_has_no_log(market: Market) -> None:
    assert record_contact(market.db, None, "meeting", actor_id=1, now=NOW) == []


def test_no_line_is_changed_or_removed(market: Market) -> None:
    for statement in (
        "update procurement_contact set summary = 'x'",
        "delete from procurement_contact",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            market.db.execute(statement)


def test_what_happened_elsewhere_is_written_down_by_those_who_keep_the_log(market: Market) -> None:
    world = market.world
    what = (market.db, market.need, "meeting", market.rival, "Visit at the ward", TODAY)
    write_down(*what, actor=world.karen, now=NOW)
    assert market.lines("meeting") == [("meeting", market.rival)]
    with pytest.raises(NotPermittedError):
        write_down(*what, actor=world.jonas, now=NOW)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "proposal"}, errors.ContactKindError),
        ({"happened_on": TODAY + timedelta(days=1)}, errors.ContactDateError),
        ({"summary": " "}, errors.EmptyTextError),
        ({"organisation_id": 999}, errors.NotShownError),
        ({"summary": "Om 010203-1234"}, PatientDataFound),
    ],
)
def test_a_line_that_cannot_be_is_refused(
    market: Market, change: dict[str, object], error: type[Exception]
) -> None:
    line = {
        "kind": "meeting", "organisation_id": market.rival, "summary": "Visit",
        "happened_on": TODAY, **change,
    }  # fmt: skip
    with pytest.raises(error):
        write_down(market.db, market.need, actor=market.world.staff, now=NOW, **line)  # type: ignore[arg-type]
    assert market.lines("meeting") == []


def test_a_mistake_gets_a_line_of_its_own_once(market: Market) -> None:
    staff = market.world.staff
    line = write_down(
        market.db, market.need, "paid", market.rival, "Report", TODAY, actor=staff, now=NOW
    )
    correct(market.db, market.need, line, actor=staff, now=NOW)
    with pytest.raises(errors.AlreadyCorrectedError):
        correct(market.db, market.need, line, actor=staff, now=NOW)
    proposal = list_contacts(market.db, market.need, staff)[-1]
    with pytest.raises(errors.AlreadyCorrectedError):
        correct(market.db, market.need, proposal.id, actor=staff, now=NOW)
    found = {each.kind: each for each in list_contacts(market.db, market.need, staff)}
    assert found["paid"].corrected_at
    assert not found["paid"].can_be_corrected


def test_the_owner_reads_no_name_before_it_is_open_and_no_private_question(market: Market) -> None:
    world, party = market.world, market.party_of(market.bente)
    ask_hub(market.db, party.id, "Vi i Rivalen spørger", actor=market.bente, links=LINKS, now=NOW)
    shown = list_contacts(market.db, market.need, world.karen)
    assert {each.organisation_name for each in shown} == {None, "Nordhud ApS", "Ådal Kommune"}
    assert "Rivalen" not in str(shown)
    assert "Bente" not in str(shown)
    for account in (world.karen, market.bente):
        say(world, market.second, account)
    assert "Rivalen A/S" in str(list_contacts(market.db, market.need, world.karen))


def test_who_left_before_the_introduction_stays_unnamed(market: Market) -> None:
    world, leaving = market.world, market.party_of(market.world.tina)
    market.db["collaboration_party"].update(leaving.id, {"show_organisation": 0})
    for account, answer in ((world.karen, "yes"), (world.tina, "no"), (world.jonas, "yes")):
        reason = "capacity" if answer == "no" else None
        say(world, market.first, account, answer, reason=reason)
    remove_party(market.db, market.first.id, leaving.id, links=LINKS, actor=world.staff, now=NOW)
    shown = list_contacts(market.db, market.need, world.karen)
    assert "Nordhud ApS" in {each.organisation_name for each in shown}
    assert "Ådal" not in str(shown)


def test_a_company_reads_no_log(market: Market) -> None:
    with pytest.raises(NotPermittedError):
        list_contacts(market.db, market.need, market.world.jonas)


def test_who_takes_anothers_place_is_shown_the_need_too(market: Market) -> None:
    lab = make_organisation(market.db, name="Lab")
    lena = make_account(market.db, lab, "editor")
    successor = PartyDraft(lena.id, capability_id=make_capability(market.db, lab, owner_id=lena.id))
    leaving = market.party_of(market.world.tina)
    say(market.world, market.first, market.world.tina, "no", reason="capacity")
    replace_party(
        market.db, market.first.id, leaving.id, successor,
        links=LINKS, actor=market.world.staff, now=NOW,
    )  # fmt: skip
    assert market.lines()[-1] == ("proposal", lab)


def test_a_second_click_writes_nothing_down_again(market: Market) -> None:
    values = (market.db, market.need, "meeting", market.rival, "Visit at the ward", TODAY)
    who = {"actor": market.world.karen, "now": NOW}
    first = write_down(*values, **who)
    assert write_down(*values, **who) == first
    assert len(market.lines("meeting")) == 1
    correct(market.db, market.need, first, **who)
    assert write_down(*values, **who) != first


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_has_every_line_oldest_first_and_no_formula(market: Market, kind: str) -> None:
    staff = market.world.staff
    write_down(
        market.db, market.need, "document", market.rival, "=1+1", TODAY, actor=staff, now=NOW
    )
    header = [f"column {number}" for number in range(10)]
    contacts = list_contacts(market.db, market.need, staff)
    content = export_log(contacts, header, "hidden", kind)
    if kind == "csv":
        content_read = tablib.Dataset().load(content.decode("utf-8-sig"), "csv", delimiter=";")
    else:
        content_read = tablib.Dataset().load(content, "xlsx")
    assert content_read.headers == header
    assert [int(row[0]) for row in content_read] == [1, 2, 3, 4]
    assert str(content_read[3][6]).lstrip("'") == "=1+1"
    assert str(content_read[3][6]) != "=1+1"
