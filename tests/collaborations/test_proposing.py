"""Putting a proposal together and sending it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.collaborations import errors
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.attention import read_attention
from matchmaker.collaborations.candidates import list_contacts, list_offers, list_partners
from matchmaker.collaborations.cases import capability_cases
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.drafting import create_draft, draft_of, edit_draft
from matchmaker.collaborations.following import close
from matchmaker.collaborations.inviting import invite, remove_party, replace_party
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.standing import get_standing
from tests.collaborations.conftest import LINKS, World
from tests.factories import (
    NOW,
    join,
    make_account,
    make_capability,
    make_need,
    make_organisation,
    make_suggestion,
)


def create(world: World, **values: object) -> int:
    return create_draft(world.db, world.draft(**values), actor=world.staff, now=NOW)


def send(world: World, collaboration: int, now: datetime = NOW) -> None:
    invite(world.db, collaboration, links=LINKS, actor=world.staff, now=now)


def test_a_draft_takes_its_suggestions_and_mails_nobody(world: World) -> None:
    collaboration = get_collaboration(world.db, create(world))
    assert collaboration.stage == "draft"
    assert [party.account_name for party in collaboration.parties] == [
        "Karen Holm",
        "Jonas Lind",
        "Tina Vang",
    ]
    assert {get_standing(world.db, s).state for s in world.suggestions} == {"proposed"}
    assert world.mails() == []


def test_a_suggestion_is_proposed_once(world: World) -> None:
    create(world)
    with pytest.raises(errors.NotApprovedError):
        create(world)


def test_a_thrown_away_draft_gives_its_suggestions_back(world: World) -> None:
    collaboration = create(world)
    close(world.db, collaboration, "not_now", links=LINKS, actor=world.staff, now=NOW)
    assert {get_standing(world.db, s).state for s in world.suggestions} == {"approved"}
    assert world.mails() == []


def test_only_approved_suggestions_of_one_need_are_proposed(world: World) -> None:
    other = make_need(world.db, world.hospital)
    foreign = make_suggestion(world.db, other, world.solution)
    open_one = make_suggestion(world.db, world.need, make_capability(world.db, world.company))
    for wrong in (foreign, open_one):
        with pytest.raises(errors.CollaborationError):
            create(world, suggestion_ids=(*world.suggestions, wrong))


def test_a_need_and_something_that_answers_it_are_both_there(world: World) -> None:
    need, solution, _testbed = world.draft().parties
    for parties in ((need,), (solution,), (need, need, solution)):
        with pytest.raises(errors.PartyMissingError):
            create(world, parties=parties, suggestion_ids=world.suggestions[:1])


def test_a_party_without_suggestion_is_a_testbed_or_expertise(world: World) -> None:
    university = make_organisation(world.db, kind="research_institution")
    extra = {}
    for kind in ("expertise", "solution"):
        person = make_account(world.db, university, "editor")
        capability = make_capability(world.db, university, kind=kind, owner_id=person.id)
        extra[kind] = PartyDraft(person.id, capability_id=capability)
    parties = world.draft().parties
    with pytest.raises(errors.NotApprovedError):
        create(world, parties=(*parties, extra["solution"]))
    create(world, parties=(*parties, extra["expertise"]))


def test_the_same_house_on_both_sides_is_refused_but_may_lend_a_testbed(world: World) -> None:
    ward = make_organisation(world.db, kind="department", parent_id=world.hospital)
    person = make_account(world.db, ward, "editor")
    for kind in ("testbed", "service"):
        capability = make_capability(world.db, ward, kind=kind, owner_id=person.id)
        suggestion = make_suggestion(world.db, world.need, capability)
        world.db["review"].insert(
            {
                "suggestion_id": suggestion,
                "sequence": 1,
                "account_id": world.staff.id,
                "decision": "approve",
                "created_at": "2026-11-23T09:00:00Z",
            }
        )
        values = {
            "suggestion_ids": (suggestion,),
            "parties": (world.draft().parties[0], PartyDraft(person.id, capability_id=capability)),
        }
        if kind == "testbed":
            create(world, **values)
        else:
            with pytest.raises(errors.SameOrganisationError):
                create(world, **values)


def test_a_contact_speaks_for_the_organisation(world: World) -> None:
    member = make_account(world.db, world.hospital, "member")
    for stranger in (member, world.jonas, world.staff):
        first, *others = world.draft().parties
        with pytest.raises(errors.ContactError):
            create(world, parties=(replace(first, account_id=stranger.id), *others))


def test_owner_and_editors_also_of_the_house_above_can_be_asked(world: World) -> None:
    ward = make_organisation(world.db, kind="department", parent_id=world.hospital)
    nurse = make_account(world.db, ward, "member", name="Nurse")
    make_account(world.db, ward, "member", name="Nobody")
    names = [contact.name for contact in list_contacts(world.db, ward, nurse.id)]
    assert names == ["Nurse", "Karen Holm"]


def test_nobody_answers_for_two_parties(world: World) -> None:
    join(world.db, world.jonas.id, world.hospital, "editor")
    first, *others = world.draft().parties
    with pytest.raises(errors.DoubledContactError):
        create(world, parties=(replace(first, account_id=world.jonas.id), *others))


def test_the_text_gives_away_no_hidden_name_person_or_address(world: World) -> None:
    for words in ("sygehus sydfjord", "Karen Holm", world.karen.email, "65 00 11 22"):
        with pytest.raises(errors.HiddenNameError) as error:
            create(world, parties=world.hide(), introduction=f"Hilsen fra {words}.")
        assert error.value.words.casefold() == words.casefold()
    create(world, introduction="Sygehus Sydfjord vil gerne møde jer.")


@pytest.mark.parametrize("field", ["title", "introduction"])
def test_the_texts_are_not_empty(world: World, field: str) -> None:
    with pytest.raises(errors.TextMissingError):
        create(world, **{field: "  "})


def test_a_draft_is_edited_by_one_person_at_a_time(world: World) -> None:
    collaboration = create(world)
    draft = world.draft(title="Nyt navn")
    edit_draft(world.db, collaboration, draft, version=1, actor=world.staff, now=NOW)
    with pytest.raises(errors.StaleError):
        edit_draft(world.db, collaboration, draft, version=1, actor=world.staff, now=NOW)
    changed = get_collaboration(world.db, collaboration)
    assert (changed.title, len(changed.parties)) == ("Nyt navn", 3)
    assert draft_of(changed, world.suggestions).parties == draft.parties


def test_each_party_gets_one_mail_with_a_link_of_their_own(world: World) -> None:
    collaboration = world.invited()
    assert collaboration.stage == "invited"
    mails = world.mails("proposal")
    assert sorted(mail["recipient"] for mail in mails) == sorted(
        account.email for account in (world.karen, world.jonas, world.tina)
    )
    links = {part for mail in mails for part in mail["body_text"].split() if "/answer/" in part}
    assert len(links) == 3
    assert {mail["language"] for mail in mails} == {"da", "en"}
    with pytest.raises(errors.StageError):
        send(world, collaboration.id)


def test_a_proposal_mail_names_no_person_but_its_reader(world: World) -> None:
    world.invited(parties=world.hide())
    mail = next(m for m in world.mails("proposal") if m["recipient"] == world.jonas.email)
    for words in ("Karen", "Sygehus Sydfjord", world.karen.email, "65 00 11 22"):
        assert words not in mail["body_text"]
    assert "a hospital in the Region of Southern Denmark" in mail["body_text"]


@pytest.mark.parametrize(
    ("table", "state"), [("need", "paused"), ("need", "closed"), ("capability", "paused")]
)
def test_what_was_taken_down_is_not_proposed(world: World, table: str, state: str) -> None:
    collaboration = create(world)
    row = world.need if table == "need" else world.solution
    world.db[table].update(row, {"state": state})
    with pytest.raises(errors.ProfileNotOpenError):
        send(world, collaboration)
    assert get_collaboration(world.db, collaboration).stage == "draft"


def test_a_contact_who_left_is_not_asked(world: World) -> None:
    collaboration = create(world)
    world.db["membership"].update(
        world.karen.memberships[0].id, {"ended_at": "2026-11-23T10:00:00Z"}
    )
    with pytest.raises(errors.ContactError):
        send(world, collaboration)


def test_a_need_is_proposed_no_more_often_than_its_owner_allows(world: World) -> None:
    months = [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]
    drafts = []
    for _month in months:
        capability = make_capability(world.db, world.company, owner_id=world.jonas.id)
        suggestion = make_suggestion(world.db, world.need, capability)
        row = {"suggestion_id": suggestion, "sequence": 1, "account_id": world.staff.id}
        world.db["review"].insert(
            {**row, "decision": "approve", "created_at": "2026-11-23T09:00:00Z"}
        )
        parties = (
            world.draft().parties[0],
            PartyDraft(world.jonas.id, capability_id=capability),
        )
        drafts.append(create(world, suggestion_ids=(suggestion,), parties=parties))
    send(world, drafts[0], months[0])
    send(world, drafts[1], months[1])
    with pytest.raises(errors.BudgetUsedError) as error:
        send(world, drafts[2], months[2])
    assert (error.value.used, error.value.allowed) == (2, 2)
    # In Denmark it is December an hour before it is by UTC.
    send(world, drafts[2], datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert read_attention(world.db, world.need, now=NOW).used == 2


def test_offers_and_partners_are_listed_for_the_form(world: World) -> None:
    offers = list_offers(world.db, world.need, list(world.suggestions))
    assert [offer.kind for offer in offers] == ["need", "solution", "testbed"]
    assert offers[0].contacts[0].name == "Karen Holm"
    ((partner, label),) = list_partners(world.db, world.need, today=NOW.date())
    assert partner == world.testbed
    assert "Ådal Kommune" in label


def test_a_party_that_declined_is_replaced_and_the_others_are_asked_again(world: World) -> None:
    before = world.invited()
    for account, answer in ((world.karen, "yes"), (world.tina, "no")):
        party = world.party_of(before, account)
        answer_proposal(
            world.db, party.id, answer, actor=account, links=LINKS, now=NOW, reason="capacity"
        )
    lab = make_organisation(world.db, kind="municipality", name="Bæk Kommune")
    maja = make_account(world.db, lab, "editor", name="Maja Bech")
    place = make_capability(world.db, lab, kind="testbed", owner_id=maja.id)
    leaving = world.party_of(before, world.tina)
    replace_party(
        world.db,
        before.id,
        leaving.id,
        PartyDraft(maja.id, capability_id=place),
        links=LINKS,
        actor=world.staff,
        now=NOW,
    )
    after = get_collaboration(world.db, before.id)
    assert [party.account_name for party in after.parties] == [
        "Karen Holm",
        "Jonas Lind",
        "Maja Bech",
    ]
    for account in (world.jonas, maja):
        party = world.party_of(after, account)
        answer_proposal(world.db, party.id, "yes", actor=account, links=LINKS, now=NOW)
    assert get_collaboration(world.db, before.id).stage == "invited"
    answer_proposal(
        world.db,
        world.party_of(after, world.karen).id,
        "yes",
        actor=world.karen,
        links=LINKS,
        now=NOW,
    )
    assert get_collaboration(world.db, before.id).stage == "introduced"
    assert len(world.mails("asked_again")) == 2
    assert world.mails("left_out") == []


def test_going_on_without_the_last_silent_party_introduces_the_others(world: World) -> None:
    before = world.invited()
    for account in (world.karen, world.jonas):
        party = world.party_of(before, account)
        answer_proposal(world.db, party.id, "yes", actor=account, links=LINKS, now=NOW)
    silent = world.party_of(before, world.tina)
    remove_party(
        world.db, before.id, silent.id, reason="capacity",
        links=LINKS, actor=world.staff, now=NOW,
    )  # fmt: skip
    assert get_collaboration(world.db, before.id).stage == "introduced"
    assert [mail["recipient"] for mail in world.mails("left_out")] == [world.tina.email]
    assert len(world.mails("introduction")) == 2


def test_the_need_and_the_last_capability_stay(world: World) -> None:
    collaboration = world.invited()
    remove = {"reason": "price", "links": LINKS, "actor": world.staff, "now": NOW}
    with pytest.raises(errors.PartyMissingError):
        remove_party(
            world.db, collaboration.id, world.party_of(collaboration, world.karen).id, **remove
        )
    remove_party(world.db, collaboration.id, world.party_of(collaboration, world.tina).id, **remove)
    with pytest.raises(errors.PartyMissingError):
        remove_party(
            world.db, collaboration.id, world.party_of(collaboration, world.jonas).id, **remove
        )


def test_who_takes_anothers_place_is_not_proposed_a_second_time(world: World) -> None:
    before = world.invited()
    lab = make_organisation(world.db, kind="municipality", name="Bæk Kommune")
    maja = make_account(world.db, lab, "editor", name="Maja Bech")
    place = make_capability(world.db, lab, kind="testbed", owner_id=maja.id)
    suggestion = make_suggestion(world.db, world.need, place, position=3)
    review_suggestion(world.db, suggestion, "approve", actor=world.staff, now=NOW, seen_sequence=0)
    replace_party(
        world.db, before.id, world.party_of(before, world.tina).id,
        PartyDraft(maja.id, capability_id=place), reason="capacity",
        links=LINKS, actor=world.staff, now=NOW,
    )  # fmt: skip
    assert get_standing(world.db, suggestion).state == "proposed"
    (case,) = capability_cases(world.db, place)
    assert (case.state, case.collaboration_id) == ("invited", before.id)


def test_the_house_above_what_is_hidden_stands_in_no_text(world: World) -> None:
    town = make_organisation(world.db, kind="municipality", name="Fjordby Kommune")
    world.db["organisation"].update(world.hospital, {"parent_id": town, "kind": "department"})
    draft = world.draft(parties=world.hide(), introduction="Plejen i Fjordby Kommune søger hjælp.")
    with pytest.raises(errors.HiddenNameError):
        create_draft(world.db, draft, actor=world.staff, now=NOW)
    collaboration = world.invited(parties=world.hide())
    with pytest.raises(errors.HiddenNameError):
        close(
            world.db, collaboration.id, "price", note="Fjordby Kommune har ikke råd.",
            links=LINKS, actor=world.staff, now=NOW,
        )  # fmt: skip


def test_a_house_that_shows_itself_as_testbed_may_be_named(world: World) -> None:
    lab = world.db["capability"].get(world.testbed)["organisation_id"]
    world.db["organisation"].update(world.hospital, {"parent_id": lab, "kind": "department"})
    draft = world.draft(parties=world.hide(), introduction="Ådal Kommune lægger boliger til.")
    assert create_draft(world.db, draft, actor=world.staff, now=NOW)
