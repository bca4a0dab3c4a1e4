"""What keeps two sides apart, what comes back to the declined, and a confidential need's steps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from matchmaker.capabilities.actions import change as change_capability
from matchmaker.capabilities.actions import publish, save_draft
from matchmaker.capabilities.capability import Offer
from matchmaker.collaborations import errors
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.disclosure import list_disclosures
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.following import close
from matchmaker.collaborations.inviting import invite, remove_party
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.releasing import release_passed
from matchmaker.collaborations.views import get_dossier, get_proposal
from matchmaker.conflicts.actions import declare_conflict, end_conflict
from matchmaker.conflicts.conflict import Declaration
from matchmaker.matching.remembered import list_refusals
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.apart import list_apart
from matchmaker.reviews.standing import get_standing
from tests.collaborations.conftest import LINKS, World
from tests.factories import NOW, make_suggestion
from tests.query_plans import no_scan_of

TODAY = NOW.date()
LATER = NOW + timedelta(days=40)


def answer(world: World, collaboration: Collaboration, person: str, said: str, **more: Any) -> None:
    account = getattr(world, person)
    party = world.party_of(get_collaboration(world.db, collaboration.id), account)
    values = {"actor": account, "links": LINKS, "now": NOW, **more}
    answer_proposal(world.db, party.id, said, **values)


def end(world: World, collaboration: Collaboration, reason: str = "no_answer") -> None:
    close(world.db, collaboration.id, reason, links=LINKS, actor=world.staff, now=NOW)


def alone(world: World) -> dict[str, Any]:
    return {"parties": world.draft().parties[:2], "suggestion_ids": world.suggestions[:1]}


# Remembered no's


def test_a_no_of_the_need_keeps_all_it_was_said_to_apart(world: World) -> None:
    asked = world.invited()
    answer(world, asked, "karen", "no", reason="price")
    refused = list_refusals(world.db, today=TODAY)
    assert {(r.capability_id, r.side) for r in refused} == {
        (world.solution, "need"),
        (world.testbed, "need"),
    }


def test_a_no_of_a_company_is_about_itself_and_a_changed_mind_lifts_it(world: World) -> None:
    asked = world.invited()
    answer(world, asked, "jonas", "no", reason="capacity")
    assert [r.capability_id for r in list_refusals(world.db, today=TODAY)] == [world.solution]
    answer(world, asked, "jonas", "yes")
    assert list_refusals(world.db, today=TODAY) == []


def test_what_was_refused_cannot_be_proposed_again_and_staff_see_why(world: World) -> None:
    asked = world.invited(**alone(world))
    answer(world, asked, "karen", "no", reason="not_the_problem")
    end(world, asked, "not_the_problem")
    with pytest.raises(errors.RefusedError) as refused:
        create_draft(world.db, world.draft(**alone(world)), actor=world.staff, now=LATER)
    assert refused.value.reason == "not_the_problem"
    (kept,) = list_apart(world.db, world.need, today=TODAY)
    assert kept.refusal is not None
    assert (kept.refusal.side, kept.refusal.reason) == ("need", "not_the_problem")


def test_not_now_names_a_day_and_the_pair_comes_back_on_it(world: World) -> None:
    asked = world.invited(**alone(world))
    with pytest.raises(errors.LaterDateError):
        answer(world, asked, "karen", "no", reason="not_now")
    answer(world, asked, "karen", "no", reason="not_now", later_on=LATER.date())
    end(world, asked, "not_now")
    suggestion = world.suggestions[0]
    assert release_passed(world.db, now=LATER - timedelta(days=1)) == 0
    assert get_standing(world.db, suggestion).state == "proposed"
    assert release_passed(world.db, now=LATER) == 1
    assert release_passed(world.db, now=LATER) == 0
    assert get_standing(world.db, suggestion).is_open(LATER.date())
    assert list_refusals(world.db, today=LATER.date()) == []


def test_lacking_evidence_is_asked_again_when_the_evidence_is_there(world: World) -> None:
    offer = Offer("solution", "Cushion", "Spreads the load.")
    made = save_draft(
        world.db, offer, organisation_id=world.company, actor=world.jonas, now=NOW
    )  # fmt: skip
    publish(world.db, made, actor=world.jonas, now=NOW)
    _suggest_and_refuse(world, made, "lacks_evidence")

    def save(changed: Offer, version: int) -> None:
        at = NOW + timedelta(hours=version)
        change_capability(
            world.db, made, changed, version=version, actor=world.jonas, now=at
        )  # fmt: skip

    save(replace(offer, title="The cushion"), 1)
    assert len(list_refusals(world.db, today=LATER.date())) == 1, "another title shows nothing new"
    save(replace(offer, evidence="A trial with 40 residents."), 2)
    assert list_refusals(world.db, today=LATER.date()) == []


def _suggest_and_refuse(world: World, capability_id: int, reason: str) -> None:
    suggestion = make_suggestion(world.db, world.need, capability_id)
    review_suggestion(
        world.db, suggestion, "approve", actor=world.staff, now=NOW, seen_sequence=0
    )  # fmt: skip
    parties = (
        PartyDraft(world.karen.id, need_id=world.need),
        PartyDraft(world.jonas.id, capability_id=capability_id),
    )
    asked = world.invited(parties=parties, suggestion_ids=(suggestion,))
    answer(world, asked, "karen", "no", reason=reason)


# Conflicts


def _declare(world: World, kind: str, one: int, **values: Any) -> int:
    declaration = Declaration(kind, one, "Owns a share", TODAY, **values)
    return declare_conflict(world.db, declaration, actor=world.staff, links=LINKS, now=NOW)


def test_a_conflict_declared_after_the_draft_stops_the_invitation(world: World) -> None:
    draft = create_draft(world.db, world.draft(), actor=world.staff, now=NOW)
    conflict = _declare(world, "organisations", world.hospital, other_id=world.company)
    with pytest.raises(errors.ConflictError) as refused:
        invite(world.db, draft, links=LINKS, actor=world.staff, now=NOW)
    assert set(refused.value.names) == {"Sygehus Sydfjord", "Nordhud ApS"}
    assert world.mails() == []
    end_conflict(world.db, conflict, actor=world.staff, now=NOW)
    invite(world.db, draft, links=LINKS, actor=world.staff, now=NOW)


@pytest.mark.parametrize("side", ["jonas", "karen"])
def test_a_contact_tied_to_the_other_side_cannot_be_asked(world: World, side: str) -> None:
    other = {"jonas": world.hospital, "karen": world.company}[side]
    _declare(world, "person", other, account_id=getattr(world, side).id)
    with pytest.raises(errors.ConflictError) as refused:
        world.invited()
    assert refused.value.kind == "person"


def test_staff_with_a_tie_leave_it_to_a_colleague(world: World) -> None:
    _declare(world, "person", world.company, account_id=world.staff.id)
    with pytest.raises(errors.ConflictError) as refused:
        world.invited()
    assert refused.value.kind == "staff"


# What comes back to the declined


def test_the_declined_company_is_told_what_would_change_it(world: World) -> None:
    asked = world.invited(**alone(world))
    answer(world, asked, "karen", "no", reason="lacks_evidence", note="Karen finds it flimsy.")
    end(world, asked, "lacks_evidence")
    (mail,) = world.mails("closed")
    assert mail["recipient"] == world.jonas.email
    assert f"/capabilities/{world.solution}/edit#evidence" in mail["body_text"]
    assert "state evidence, or the CE marking and class" in mail["body_text"]
    assert "Karen" not in mail["body_text"]
    assert "flimsy" not in mail["body_text"]


def test_the_owner_of_the_need_is_told_too_and_the_one_who_said_no_is_not(world: World) -> None:
    asked = world.invited(**alone(world))
    answer(world, asked, "jonas", "no", reason="not_the_problem")
    end(world, asked, "not_the_problem")
    (mail,) = world.mails("closed")
    assert mail["recipient"] == world.karen.email
    assert f"/needs/{world.need}/edit#problem" in mail["body_text"]
    assert "Nordhud" not in mail["body_text"]


def test_who_is_left_out_by_the_hub_is_told_why(world: World) -> None:
    asked = world.invited()
    leaving = world.party_of(asked, world.tina)
    values: dict[str, Any] = {"links": LINKS, "actor": world.staff, "now": NOW}
    with pytest.raises(errors.ReasonError):
        remove_party(world.db, asked.id, leaving.id, **values)
    remove_party(world.db, asked.id, leaving.id, reason="too_early", **values)
    (mail,) = world.mails("left_out")
    assert f"/capabilities/{world.testbed}/edit#past_projects" in mail["body_text"]


# A confidential need, opened step by step


@pytest.fixture
def blind(world: World) -> World:
    world.db["need"].update(
        world.need, {"confidential": 1, "blind_problem": "Vi opdager liggesår for sent."}
    )
    return world


def _read(world: World, collaboration: Collaboration, person: str) -> Any:
    party = world.party_of(collaboration, getattr(world, person))
    return get_proposal(world.db, collaboration.id, party.id)


def test_a_confidential_need_opens_as_its_owner_consents(blind: World) -> None:
    asked = blind.invited(**alone(blind))
    first = _read(blind, asked, "jonas").others[0]
    assert first.texts == (("problem", "Vi opdager liggesår for sent."),)
    assert (first.organisation_name, first.region, first.contact) == (None, None, None)
    assert [step.what for step in list_disclosures(blind.db, asked.id)] == ["problem"]

    answer(blind, asked, "karen", "yes")
    second = _read(blind, asked, "jonas").others[0]
    assert second.organisation_name == "Sygehus Sydfjord"
    assert second.contact is None

    answer(blind, asked, "jonas", "yes")
    third = _read(blind, asked, "jonas").others[0]
    assert third.contact.name == "Karen Holm"
    steps = list_disclosures(blind.db, asked.id)
    assert [(step.what, step.consented_by) for step in steps] == [
        ("problem", "Karen Holm"),
        ("organisation", "Karen Holm"),
        ("names", "Karen Holm"),
    ]


def test_what_was_opened_before_is_found_without_reading_all(blind: World) -> None:
    asked = blind.invited(**alone(blind))
    with no_scan_of(blind.db, "disclosure"):
        answer(blind, asked, "karen", "yes")
    assert len(list_disclosures(blind.db, asked.id)) == 2


def test_the_company_saying_yes_first_opens_nothing(blind: World) -> None:
    asked = blind.invited(**alone(blind))
    answer(blind, asked, "jonas", "yes")
    assert _read(blind, asked, "jonas").others[0].organisation_name is None


def test_an_owner_who_takes_the_yes_back_is_hidden_again_and_the_step_stays_logged(
    blind: World,
) -> None:
    asked = blind.invited(**alone(blind))
    answer(blind, asked, "karen", "yes")
    answer(blind, asked, "karen", "no", reason="price")
    assert _read(blind, asked, "jonas").others[0].organisation_name is None
    assert len(list_disclosures(blind.db, asked.id)) == 2


def test_no_mail_before_the_yes_holds_the_organisation(blind: World) -> None:
    blind.invited(**alone(blind))
    mail = next(m for m in blind.mails("proposal") if m["recipient"] == blind.jonas.email)
    assert "Sydfjord" not in mail["body_text"] + mail["subject"]
    assert "kørestol" not in mail["body_text"].replace(blind.draft().title, "")


def test_no_text_of_the_hub_may_give_it_away(blind: World) -> None:
    for text in ("Sygehus Sydfjord søger", "Det er Sydfjord, der søger"):
        with pytest.raises(errors.HiddenNameError):
            blind.invited(**alone(blind), introduction=text)


def test_staff_see_everything_all_along(blind: World) -> None:
    asked = blind.invited(**alone(blind))
    view = get_dossier(blind.db, asked.id).views[0]
    assert view.organisation_name == "Sygehus Sydfjord"
