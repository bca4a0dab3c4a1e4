"""A conflict of interest that comes up after the invitation holds the introduction back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.clock import utc_now
from matchmaker.collaborations import errors
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.board import Filters, read_list
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.disclosure import list_disclosures
from matchmaker.collaborations.history import list_steps_for_party
from matchmaker.collaborations.introducing import introduce
from matchmaker.collaborations.inviting import remove_party
from matchmaker.collaborations.listing import list_collaborations
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.views import get_proposal
from matchmaker.conflicts.actions import declare_conflict, end_conflict
from matchmaker.conflicts.conflict import Declaration
from matchmaker.database import Database
from tests.collaborations.conftest import LINKS, World, make_world
from tests.conftest import text_of
from tests.factories import NOW, make_account

TODAY = NOW.date()


def declare(world: World, kind: str = "organisations", **values: Any) -> int:
    if kind == "organisations":
        values = {"other_id": world.company, **values}
    starts_on = values.pop("starts_on", TODAY)
    declaration = Declaration(kind, world.hospital, "Owns a share", starts_on, **values)
    return declare_conflict(world.db, declaration, actor=world.staff, links=LINKS, now=NOW)


def say(
    world: World, asked: Collaboration, *people: Account, says: str = "yes", **more: Any
) -> None:
    for person in people:
        party = world.party_of(asked, person)
        values = {"actor": person, "links": LINKS, "now": NOW, **more}
        answer_proposal(world.db, party.id, says, **values)


def all_agree(world: World, asked: Collaboration, **more: Any) -> Collaboration:
    say(world, asked, world.karen, world.jonas, world.tina, **more)
    return get_collaboration(world.db, asked.id)


def actions(world: World, collaboration_id: int) -> list[str]:
    events = list_events(world.db, "collaboration", collaboration_id)
    return [event.action.removeprefix("collaboration.") for event in events]


def start(world: World, asked: Collaboration, **values: Any) -> None:
    values = {"actor": world.staff, "links": LINKS, "now": NOW, **values}
    introduce(world.db, asked.id, **values)


def test_the_answers_stand_and_nobody_is_introduced(world: World) -> None:
    asked = world.invited()
    declare(world)
    after = all_agree(world, asked)
    assert (after.stage, after.introduced_at) == ("invited", None)
    assert {party.answer_in(after.circle) for party in after.parties} == {"yes"}
    assert world.mails("introduction") == []
    for party in after.parties:
        others = get_proposal(world.db, after.id, party.id).others
        assert {view.contact for view in others} == {None}


def test_a_conflict_that_begins_after_the_invitation_counts_from_its_day(world: World) -> None:
    declare(world, starts_on=TODAY + timedelta(days=3))
    assert all_agree(world, world.invited(), now=NOW + timedelta(days=3)).is_held_back


def test_somebody_tied_to_the_other_side_is_not_introduced_either(world: World) -> None:
    asked = world.invited()
    declare(world, "person", account_id=world.jonas.id)
    assert all_agree(world, asked).is_held_back


def test_staff_are_told_once_who_must_not_meet_and_the_parties_are_not(world: World) -> None:
    asked = world.invited()
    declare(world)
    all_agree(world, asked)
    say(world, asked, world.tina)
    (mail,) = world.mails("held_back")
    assert mail["recipient"] == world.staff.email
    assert "Sygehus Sydfjord and Nordhud ApS have a conflict of interest." in mail["body_text"]
    assert f"/collaborations/{asked.id}" in mail["body_text"]
    assert actions(world, asked.id)[-2:] == ["answer_yes", "hold_back"]
    (event,) = [e for e in list_events(world.db, "collaboration", asked.id) if "hold" in e.action]
    ids = {"one_id": world.hospital, "other_id": world.company}
    assert event.detail["conflicts"] == [{"kind": "organisations", **ids}]
    karen = get_proposal(world.db, asked.id, world.party_of(asked, world.karen).id)
    assert "hold_back" not in {step.code for step in list_steps_for_party(world.db, karen)}


def test_it_waits_for_the_hub_with_a_clock(world: World) -> None:
    asked = world.invited()
    declare(world)
    all_agree(world, asked)
    ((line,),) = list_collaborations(world.db, None, today=TODAY).values()
    assert line.is_held_back
    assert line.needs_staff

    def overdue(days: int) -> list[int]:
        filters, today = Filters(overdue=True), TODAY + timedelta(days=days)
        return [card.id for card in read_list(world.db, filters, today=today).cards]

    assert (overdue(3), overdue(15)) == ([], [asked.id])


def test_staff_introduce_when_it_has_ended_and_twice_is_once(world: World) -> None:
    asked = world.invited()
    conflict = declare(world)
    held = all_agree(world, asked)
    with pytest.raises(errors.ConflictError):
        start(world, asked)
    end_conflict(world.db, conflict, actor=world.staff, now=NOW)
    with pytest.raises(errors.StaleError):
        start(world, asked, version=held.version - 1)
    for _click in range(2):
        start(world, asked, version=held.version)
    assert get_collaboration(world.db, asked.id).stage == "introduced"
    assert len(world.mails("introduction")) == 3
    assert actions(world, asked.id)[-3:] == ["hold_back", "accept", "introduce"]


def test_staff_with_a_tie_do_not_introduce(world: World) -> None:
    asked = world.invited()
    conflict = declare(world)
    all_agree(world, asked)
    end_conflict(world.db, conflict, actor=world.staff, now=NOW)
    declare(world, "person", account_id=world.staff.id)
    with pytest.raises(errors.ConflictError) as refused:
        start(world, asked)
    assert refused.value.kind == "staff"
    bent = make_account(world.db, world.hub, "hub_staff")
    start(world, asked, actor=bent)


def test_nothing_is_introduced_that_was_not_agreed_or_is_closed(world: World) -> None:
    asked = world.invited()
    say(world, asked, world.karen, world.jonas)
    with pytest.raises(errors.StageError):
        start(world, asked)


def test_who_takes_the_yes_back_lifts_it_and_a_new_yes_introduces(world: World) -> None:
    asked = world.invited()
    conflict = declare(world)
    all_agree(world, asked)
    say(world, asked, world.tina, says="later", later_on=TODAY + timedelta(days=5))
    end_conflict(world.db, conflict, actor=world.staff, now=NOW)
    with pytest.raises(errors.StageError):
        start(world, asked)
    say(world, asked, world.tina)
    assert get_collaboration(world.db, asked.id).stage == "introduced"


def test_going_on_without_a_party_looks_for_conflicts_too(world: World) -> None:
    asked = world.invited()
    conflict = declare(world)
    say(world, asked, world.karen, world.jonas)
    leaving = world.party_of(asked, world.tina).id
    values: dict[str, Any] = {"links": LINKS, "actor": world.staff, "now": NOW}
    remove_party(world.db, asked.id, leaving, reason="too_early", **values)
    assert get_collaboration(world.db, asked.id).is_held_back
    assert len(world.mails("held_back")) == 1
    end_conflict(world.db, conflict, actor=world.staff, now=NOW)
    start(world, asked)


def test_a_conflict_keeps_the_name_behind_a_confidential_need_hidden(world: World) -> None:
    blind = {"confidential": 1, "blind_problem": "Vi opdager liggesår for sent."}
    world.db["need"].update(world.need, blind)
    asked = world.invited()
    conflict = declare(world)
    all_agree(world, asked)
    jonas = world.party_of(asked, world.jonas).id
    assert get_proposal(world.db, asked.id, jonas).others[0].organisation_name is None
    assert {step.what for step in list_disclosures(world.db, asked.id)} == {"problem"}
    end_conflict(world.db, conflict, actor=world.staff, now=NOW)
    start(world, asked)
    assert get_proposal(world.db, asked.id, jonas).others[0].organisation_name == "Sygehus Sydfjord"
    steps = [step.what for step in list_disclosures(world.db, asked.id)]
    assert steps == ["problem"] * 2 + ["organisation"] * 2 + ["names"] * 2


def test_staff_read_what_to_do_and_introduce_with_one_button(
    db: Database,
    client: FlaskClient,
    sign_in: Callable[[Account], None],
    page: Callable[..., Element],
) -> None:
    world = make_world(db)
    sign_in(world.staff)
    asked = world.invited()
    # The pages go by the real day.
    conflict = declare(world, starts_on=TODAY - timedelta(days=999))
    address = f"/collaborations/{asked.id}"
    assert "Der er kommet en interessekonflikt til" in text_of(page(address))
    version = {"version": str(all_agree(world, asked).version)}
    shown = text_of(page(address))
    assert "Sygehus Sydfjord og Nordhud ApS har en interessekonflikt." in shown
    assert "Luk samarbejdet nedenfor, eller afslut konflikten" in shown
    assert "Præsentér dem" not in shown
    assert "en interessekonflikt står i vejen" in text_of(page(f"{address}/log"))
    for listed in ("/collaborations", "/collaborations?view=list", "/mine"):
        assert "Holdt tilbage" in text_of(page(listed))
    client.post(f"{address}/introduce", data=version)
    assert "Sygehus Sydfjord og Nordhud ApS har en interessekonflikt." in text_of(page(address))
    end_conflict(db, conflict, actor=world.staff, now=utc_now())
    assert "Præsentér dem" in text_of(page(address))
    sign_in(world.karen)
    assert client.post(f"{address}/introduce", data=version).status_code == 403
    sign_in(world.staff)
    for _click in range(2):
        client.post(f"{address}/introduce", data=version)
        assert "The parties have been introduced to each other." in client.get(address).text
    page(address)
    assert get_collaboration(db, asked.id).stage == "introduced"
