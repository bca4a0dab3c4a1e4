"""After the invitation: stages, notes, hand-over, reminders, the end, and what is told of it."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.collaborations import errors, mails
from matchmaker.collaborations.cases import capability_cases
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.following import add_note, close, hand_over, move_stage
from matchmaker.collaborations.history import list_steps_for_party, list_steps_for_staff
from matchmaker.collaborations.inviting import remove_party, replace_party
from matchmaker.collaborations.listing import for_organisation, list_collaborations
from matchmaker.collaborations.progress import need_timeline
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.reminding import remind_due
from matchmaker.collaborations.views import get_dossier, get_proposal
from matchmaker.reviews.actions import reopen_suggestions, review_suggestion
from matchmaker.reviews.standing import get_standing
from matchmaker.screening.screen import PatientDataFound
from tests.collaborations.conftest import LINKS, World
from tests.collaborations.test_answering import everybody_says_yes, say
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_need,
    make_organisation,
    make_suggestion,
)
from tests.query_plans import no_scan_of

TODAY = NOW.date()


def test_a_stage_that_is_noted_twice_is_noted_once(world: World) -> None:
    collaboration = everybody_says_yes(world)
    version = get_collaboration(world.db, collaboration.id).version
    for actor in (world.karen, world.staff):
        move_stage(
            world.db, collaboration.id, "dialogue", version=version, actor=actor, now=NOW
        )  # fmt: skip
    assert get_collaboration(world.db, collaboration.id).version == version + 1
    stranger = make_account(world.db, make_organisation(world.db))
    with pytest.raises(errors.NotPartyError):
        move_stage(world.db, collaboration.id, "dialogue", actor=stranger, now=NOW)


def test_stages_follow_their_order_and_parties_may_move_them(world: World) -> None:
    collaboration = everybody_says_yes(world)
    with pytest.raises(errors.StageError):
        move_stage(world.db, collaboration.id, "operation", actor=world.staff, now=NOW)
    world.plan_purchase(collaboration.id)
    for stage, actor in (
        ("dialogue", world.karen),
        ("test", world.staff),
        ("agreement", world.jonas),
        ("operation", world.staff),
        ("scaled", world.karen),
    ):
        move_stage(world.db, collaboration.id, stage, actor=actor, now=NOW)
    assert get_collaboration(world.db, collaboration.id).stage == "scaled"


def test_a_stranger_moves_nothing(world: World) -> None:
    collaboration = everybody_says_yes(world)
    stranger = make_account(world.db, world.company, "member")
    with pytest.raises(errors.NotPartyError):
        move_stage(world.db, collaboration.id, "dialogue", actor=stranger, now=NOW)


def test_two_who_move_a_stage_at_once_do_not_overwrite_each_other(world: World) -> None:
    collaboration = everybody_says_yes(world)
    seen = {"version": collaboration.version, "now": NOW}
    move_stage(world.db, collaboration.id, "dialogue", actor=world.karen, **seen)
    with pytest.raises(errors.StaleError):
        move_stage(world.db, collaboration.id, "test", actor=world.staff, **seen)


def test_the_others_are_told_of_the_end_without_the_name_of_who_declined(world: World) -> None:
    collaboration = world.invited(parties=world.hide())
    say(world, collaboration, world.karen, "no", reason="capacity")
    with pytest.raises(errors.HiddenNameError):
        close(
            world.db,
            collaboration.id,
            "capacity",
            note="Sygehus Sydfjord has no time.",
            links=LINKS,
            actor=world.staff,
            now=NOW,
        )
    close(
        world.db,
        collaboration.id,
        "capacity",
        note="We come back in spring.",
        links=LINKS,
        actor=world.staff,
        now=NOW,
    )
    mails = world.mails("closed")
    assert {mail["recipient"] for mail in mails} == {world.jonas.email, world.tina.email}
    for mail in mails:
        assert "Sygehus Sydfjord" not in mail["body_text"]
        assert "Karen" not in mail["body_text"]
        assert "We come back in spring." in mail["body_text"]
    english = next(mail for mail in mails if mail["language"] == "en")
    assert "There is no capacity for it right now" in english["body_text"]


def test_closing_needs_a_reason_and_happens_once(world: World) -> None:
    collaboration = world.invited()
    end = {"links": LINKS, "actor": world.staff, "now": NOW}
    for reason in ("", "other"):
        with pytest.raises(errors.ReasonError):
            close(world.db, collaboration.id, reason, **end)
    close(world.db, collaboration.id, "no_answer", **end)
    with pytest.raises(errors.StageError):
        close(world.db, collaboration.id, "no_answer", **end)
    with pytest.raises(errors.AnswerClosedError):
        say(world, collaboration, world.karen)


def test_contacts_stay_closed_when_it_ends_before_the_introduction(world: World) -> None:
    collaboration = world.invited()
    close(world.db, collaboration.id, "no_answer", links=LINKS, actor=world.staff, now=NOW)
    party = world.party_of(collaboration, world.jonas)
    proposal = get_proposal(world.db, collaboration.id, party.id)
    assert [view.contact for view in proposal.others] == [None, None]


def test_notes_have_an_audience(world: World) -> None:
    collaboration = world.invited()
    add_note(world.db, collaboration.id, "hub", "Call Karen.", actor=world.staff, now=NOW)
    for audience in ("hub", "parties"):
        with pytest.raises(errors.NotPartyError):
            add_note(world.db, collaboration.id, audience, "Hi", actor=world.jonas, now=NOW)
    for account in (world.karen, world.jonas, world.tina):
        say(world, collaboration, account)
    add_note(world.db, collaboration.id, "parties", "See you.", actor=world.jonas, now=NOW)
    assert len(get_dossier(world.db, collaboration.id).notes) == 2
    party = world.party_of(collaboration, world.karen)
    shown = get_proposal(world.db, collaboration.id, party.id).notes
    assert [note.text for note in shown] == ["See you."]


def hand_on(world: World, collaboration: Collaboration, hub_id: int, **values: Any) -> None:
    values = {"links": LINKS, "actor": world.staff, "now": NOW, **values}
    hand_over(world.db, collaboration.id, hub_id, **values)


def test_a_collaboration_is_handed_to_another_hub_with_a_note(world: World) -> None:
    collaboration = world.invited()
    for receiver in (world.hub, world.company):
        with pytest.raises(errors.HubError):
            hand_on(world, collaboration, receiver)
    hand_on(world, collaboration, world.other_hub, note="Yours")
    assert list_collaborations(world.db, [world.hub], today=TODAY) == {}
    ((line,),) = list_collaborations(world.db, [world.other_hub], today=TODAY).values()
    assert line.hub_name == "Hub Midtjylland"


def test_the_receiving_hub_gets_one_mail_each_in_its_readers_languages(world: World) -> None:
    bo = make_account(world.db, world.other_hub, "hub_staff", name="Bo Lund", language="da")
    both = make_account(world.db, world.other_hub, "hub_manager", name="Eva Krog")
    make_account(world.db, world.other_hub, "hub_staff", active=0)
    collaboration = world.invited()
    with pytest.raises(PatientDataFound):
        hand_on(world, collaboration, world.other_hub, note="Ring om 010190-1234")
    assert world.mails("collaboration_handed") == []
    hand_on(world, collaboration, world.other_hub, note="Karen waits for a date.")
    danish, english = world.mails("collaboration_handed")
    assert (danish["recipient"], english["recipient"]) == (bo.email, both.email)
    assert danish["subject"] == "Et samarbejde til jeres hub: Liggesår hos kørestolsbrugere"
    assert english["subject"] == "A collaboration for your hub: Liggesår hos kørestolsbrugere"
    for mail in (danish, english):
        assert "Anna Riis" in mail["body_text"]
        assert "Hub Syddanmark" in mail["body_text"]
        assert "Karen waits for a date." in mail["body_text"]
        assert f"http://localhost/collaborations/{collaboration.id}\n" in mail["body_text"]


def test_who_made_the_proposal_is_mailed_alone_when_it_comes_back(world: World) -> None:
    make_account(world.db, world.hub, "hub_staff")
    bo = make_account(world.db, world.other_hub, "hub_staff", name="Bo Lund")
    collaboration = world.invited()
    hand_on(world, collaboration, world.other_hub)
    hand_on(world, collaboration, world.hub, actor=bo)
    hand_on(world, collaboration, world.other_hub)
    told = [mail["recipient"] for mail in world.mails("collaboration_handed")]
    assert told == [bo.email, world.staff.email, bo.email]


def test_handing_over_what_is_closed_leaves_what_was_decided_since(world: World) -> None:
    collaboration, later = world.invited(), NOW + timedelta(hours=1)
    close(world.db, collaboration.id, "no_answer", links=LINKS, actor=world.staff, now=later)
    reopen_suggestions(world.db, world.suggestions, actor=world.staff, now=later + timedelta(1))
    much_later = later + timedelta(days=2)
    hand_on(world, collaboration, world.other_hub, now=much_later)
    states = {get_standing(world.db, each).state for each in world.suggestions}
    assert states == {"suggested"}


def test_a_no_is_answered_to_the_new_hub_after_hand_over(world: World) -> None:
    bo = make_account(world.db, world.other_hub, "hub_staff", name="Bo Lund")
    collaboration = world.invited()
    hand_on(world, collaboration, world.other_hub)
    say(world, collaboration, world.tina, "no", reason="capacity")
    assert [mail["recipient"] for mail in world.mails("declined")] == [bo.email]


def test_later_comes_back_on_its_day_and_once(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    say(world, collaboration, world.jonas)
    say(world, collaboration, world.tina, "later", later_on=TODAY + timedelta(20))
    remind = {"links": LINKS}
    assert remind_due(world.db, now=NOW + timedelta(19), **remind) == 0
    assert remind_due(world.db, now=NOW + timedelta(20), **remind) == 1
    assert remind_due(world.db, now=NOW + timedelta(20), **remind) == 0
    assert [mail["recipient"] for mail in world.mails("reminder")] == [world.tina.email]


def test_silence_is_asked_about_once(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(6)) == 0
    with no_scan_of(world.db, "outbox_mail"):
        assert remind_due(world.db, links=LINKS, now=NOW + timedelta(7)) == 2
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(30)) == 0


def test_the_list_shows_what_waits_for_the_hub(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    say(world, collaboration, world.tina, "no", reason="capacity")
    ((line,),) = list_collaborations(world.db, None, today=TODAY).values()
    assert (line.stage, line.answers, line.asked, line.declined) == ("invited", 1, 3, 1)
    assert line.needs_staff
    assert line.days_waiting(TODAY + timedelta(4)) == 4
    assert list_collaborations(world.db, None, today=TODAY, stages=["draft"]) == {}


def test_an_organisation_lists_what_it_was_invited_to(world: World) -> None:
    collaboration = world.invited()
    (mine,) = for_organisation(world.db, [world.company])
    assert (mine.id, mine.waits_for_me) == (collaboration.id, True)
    say(world, collaboration, world.jonas)
    (mine,) = for_organisation(world.db, [world.company])
    assert (mine.answer, mine.waits_for_me) == ("yes", False)
    assert for_organisation(world.db, [world.hub]) == []


def test_the_log_tells_staff_all_and_a_party_what_concerns_it(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    say(world, collaboration, world.tina, "no", reason="capacity")
    staff = list_steps_for_staff(world.db, get_dossier(world.db, collaboration.id))
    assert [step.code for step in staff] == ["answer_no", "answer_yes", "invite", "create"]
    assert staff[0].actor == "Tina Vang"
    party = world.party_of(collaboration, world.karen)
    shown = list_steps_for_party(world.db, get_proposal(world.db, collaboration.id, party.id))
    assert [(step.code, step.actor) for step in shown] == [("answer_yes", None), ("invite", None)]


def test_the_owner_reads_what_became_of_the_need(world: World) -> None:
    assert [s.code for s in need_timeline(world.db, world.need).steps if s.is_done] == [
        "received",
        "read",
        "looked_at",
    ]
    collaboration = everybody_says_yes(world)
    world.plan_purchase(collaboration.id)
    move_stage(world.db, collaboration.id, "test", actor=world.karen, now=NOW)
    move_stage(world.db, collaboration.id, "agreement", actor=world.karen, now=NOW)
    timeline = need_timeline(world.db, world.need)
    assert {step.code: step.count for step in timeline.steps} == {
        "received": 1,
        "read": 1,
        "looked_at": 2,
        "proposed": 2,
        "met": 1,
        "tested": 1,
        "in_use": 0,
    }
    assert timeline.latest is not None
    assert timeline.latest.code == "tested"
    close(world.db, collaboration.id, "price", links=LINKS, actor=world.staff, now=NOW)
    assert need_timeline(world.db, world.need).closed == (("price", 1),)


def test_a_company_sees_public_needs_and_those_it_was_invited_about(world: World) -> None:
    capability = make_capability(world.db, world.company)
    needs = {}
    for state in ("published", "submitted"):
        needs[state] = make_need(
            world.db, world.hospital, state=state, title=state, show_organisation=0
        )
        make_suggestion(world.db, needs[state], capability)
    (case,) = capability_cases(world.db, capability)
    assert (case.title, case.state, case.organisation_name) == ("published", "waiting", None)


def test_a_company_learns_the_reason_of_a_no_but_not_the_note(world: World) -> None:
    capability = make_capability(world.db, world.company)
    suggestion = make_suggestion(world.db, world.need, capability)
    review_suggestion(
        world.db,
        suggestion,
        "reject",
        actor=world.staff,
        now=NOW,
        seen_sequence=0,
        reason="lacks_evidence",
        note="Between us: weak.",
    )
    (case,) = capability_cases(world.db, capability)
    assert (case.state, case.reason) == ("rejected", "lacks_evidence")
    assert "weak" not in str(case)


def test_an_unpublished_need_is_known_to_who_was_invited_about_it(world: World) -> None:
    world.db["need"].update(world.need, {"state": "submitted"})
    assert capability_cases(world.db, world.solution) == []
    collaboration = world.invited(parties=world.hide())
    (case,) = capability_cases(world.db, world.solution)
    assert (case.state, case.collaboration_id, case.organisation_name) == (
        "invited",
        collaboration.id,
        None,
    )
    for account in (world.karen, world.jonas, world.tina):
        say(world, collaboration, account)
    (case,) = capability_cases(world.db, world.solution)
    assert (case.state, case.organisation_name) == ("introduced", "Sygehus Sydfjord")


def test_a_note_saved_by_two_clicks_is_one_note(world: World) -> None:
    collaboration = world.invited()
    note = (world.db, collaboration.id, "hub", "Ring på mandag")
    first = add_note(*note, actor=world.staff, now=NOW)
    assert add_note(*note, actor=world.staff, now=NOW) == first
    other = add_note(*note[:3], "Ringet", actor=world.staff, now=NOW)
    assert add_note(*note, actor=world.staff, now=NOW) > other


def test_who_was_left_out_is_not_told_that_they_said_no(world: World) -> None:
    collaboration = world.invited()
    party = world.party_of(collaboration, world.tina)
    remove_party(
        world.db, collaboration.id, party.id, reason="price",
        links=LINKS, actor=world.staff, now=NOW,
    )  # fmt: skip
    (case,) = capability_cases(world.db, world.testbed)
    assert (case.state, case.reason, case.is_own_no) == ("closed", "price", False)


def test_who_said_no_reads_their_own_reason_and_not_the_hubs(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.jonas, "no", reason="capacity")
    close(world.db, collaboration.id, "no_answer", links=LINKS, actor=world.staff, now=NOW)
    (case,) = capability_cases(world.db, world.solution)
    assert (case.reason, case.is_own_no) == ("capacity", True)


def test_who_was_just_asked_again_is_not_reminded_of_a_day_that_has_passed(world: World) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    say(world, collaboration, world.jonas, "later", later_on=TODAY + timedelta(5))
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(5)) == 1
    lab = make_organisation(world.db, kind="municipality", name="Bæk Kommune")
    maja = make_account(world.db, lab, "editor")
    place = make_capability(world.db, lab, kind="testbed", owner_id=maja.id)
    replace_party(
        world.db, collaboration.id, world.party_of(collaboration, world.tina).id,
        PartyDraft(maja.id, capability_id=place), reason="capacity",
        links=LINKS, actor=world.staff, now=NOW + timedelta(6),
    )  # fmt: skip
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(7)) == 0
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(13)) == 3
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(40)) == 0


def test_who_answers_while_the_reminders_go_out_gets_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    collaboration = world.invited()
    say(world, collaboration, world.karen)
    send = mails.send_reminder

    def answer_meanwhile(*values: Any, **others: Any) -> None:
        say(world, collaboration, world.tina)
        send(*values, **others)

    monkeypatch.setattr(mails, "send_reminder", answer_meanwhile)
    assert remind_due(world.db, links=LINKS, now=NOW + timedelta(7)) == 1
    assert [mail["recipient"] for mail in world.mails("reminder")] == [world.jonas.email]
