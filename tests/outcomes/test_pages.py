"""The question in the mail: two clicks, and nothing by opening alone."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.outcomes.links import sign_reader
from matchmaker.outcomes.queries import list_outcomes
from tests.casework.conftest import Table, introduce
from tests.collaborations.conftest import LINKS, make_world
from tests.conftest import text_of
from tests.factories import join

Page = Callable[..., Element]
SignIn = Callable[[Account], None]


@pytest.fixture
def stored(db: Database) -> Table:
    return introduce(make_world(db))


def address(table: Table) -> str:
    karen = table.world.karen
    party = table.world.party_of(table.collaboration, karen)
    return f"/outcomes/answer/{sign_reader(LINKS, party, karen)}"


def test_opening_the_link_stores_nothing_and_one_click_stores_the_answer(
    stored: Table, client: FlaskClient, page: Page
) -> None:
    path = address(stored)
    assert "Hvad kom der ud af det?" in text_of(page(path))
    assert "Du svarer for Sygehus Sydfjord" in text_of(page(path))
    client.get(f"{path}?click=in_use")
    client.head(path)
    assert list_outcomes(stored.db, stored.id) == []
    assert client.post(path, data={"click": "in_use"}).status_code == 302
    (outcome,) = list_outcomes(stored.db, stored.id)
    assert (outcome.state, outcome.author) == ("in_use", "Karen Holm")
    assert "Dit svar: Det er i brug" in text_of(page(path))


def test_the_four_parts_can_be_told_too(stored: Table, client: FlaskClient, page: Page) -> None:
    path = address(stored)
    told = {"state": "stopped", "technology": "Den var svær at rense", "is_public": "y"}
    assert client.post(path, data=told).status_code == 302
    (outcome,) = list_outcomes(stored.db, stored.id)
    assert (outcome.parts, outcome.is_public) == ((("technology", told["technology"]),), True)
    client.get("/about?lang=da")
    response = client.post(path, data={"state": "stopped", "citizen": "Borger 010203-1234"})
    assert response.status_code == 422
    assert "CPR-nummer" in response.text
    assert client.post(path, data={"click": "bankrupt"}).status_code == 422


def test_a_changed_link_is_no_key(stored: Table, client: FlaskClient) -> None:
    assert client.get(f"{address(stored)}x").status_code == 404


def test_staff_and_parties_read_all_answers_and_strangers_none(
    stored: Table, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    client.post(address(stored), data={"state": "in_use", "economy": "Sparer 2 timer om ugen"})
    for reader in (stored.world.staff, stored.world.jonas):
        sign_in(reader)
        assert "Sparer 2 timer om ugen" in text_of(page(f"/outcomes/{stored.id}"))
    sign_in(stored.stranger)
    assert client.get(f"/outcomes/{stored.id}").status_code == 404
    sign_in(stored.world.staff)
    client.post(f"/outcomes/{stored.id}", data={"state": "under_way"})
    assert list_outcomes(stored.db, stored.id)[0].party_id is None


def test_who_speaks_for_two_parties_answers_for_each(
    stored: Table, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    world = stored.world
    join(
        stored.db,
        world.karen.id,
        world.party_of(stored.collaboration, world.tina).organisation_id,
        "editor",
    )
    own = [world.party_of(stored.collaboration, person).id for person in (world.karen, world.tina)]
    foreign = world.party_of(stored.collaboration, world.jonas).id
    sign_in(world.karen)
    path = f"/outcomes/{stored.id}"
    shown = page(path)
    assert "Du svarer for Sygehus Sydfjord" in text_of(shown)
    links = [link.get("href") for link in shown.iter() if "party=" in (link.get("href") or "")]
    assert links == [f"{path}?party={own[1]}#tell"]
    assert "Du svarer for Ådal Kommune (Testboliger)." in text_of(page(f"{path}?party={own[1]}"))
    for party, state in zip(own, ("in_use", "stopped"), strict=True):
        # Whoever has told nothing yet is asked first, and the form says for whom it is.
        assert f"{path}?party={party}" in [each.get("action") for each in page(path).iter()]
        answer = client.post(f"{path}?party={party}", data={"state": state})
        assert answer.location == f"{path}?party={party}"
    told = {(each.party_id, each.state) for each in list_outcomes(stored.db, stored.id)}
    assert told == {(own[0], "in_use"), (own[1], "stopped")}
    assert client.post(f"{path}?party={foreign}", data={"state": "in_use"}).status_code == 404
    sign_in(world.jonas)
    assert "Du svarer for" not in text_of(page(path))


def test_a_doubt_about_the_first_answer_is_asked_where_it_is_seen(
    stored: Table, client: FlaskClient
) -> None:
    told = {"state": "in_use", "citizen": "Vores borger Inger Madsen, født 3. maj 1941, er glad"}
    response = client.post(address(stored), data=told)
    assert response.status_code == 422
    assert "no_patient_data" in response.text
    assert '<details class="close-drawer" open>' in response.text
    assert client.post(address(stored), data={**told, "no_patient_data": "y"}).status_code == 302
