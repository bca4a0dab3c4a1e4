"""Asking from the page of what was told to all: for the proposal that is still open."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.following import close
from matchmaker.collaborations.inviting import invite
from matchmaker.database import Database
from matchmaker.reviews.actions import review_suggestion
from tests.collaborations.conftest import LINKS
from tests.factories import NOW, make_capability, make_suggestion
from tests.procurement.conftest import Market, make_market


@pytest.fixture
def market(db: Database, sign_in: Callable[[Account], None]) -> Market:
    market = make_market(db)
    sign_in(market.world.jonas)
    return market


def ask_once_more(market: Market) -> int:
    """Invite Nordhud to a second proposal about the same need."""
    world = market.world
    capability = make_capability(market.db, world.company, owner_id=world.jonas.id, title="Seng")
    suggestion = make_suggestion(market.db, world.need, capability, position=4)
    review_suggestion(market.db, suggestion, "approve", actor=world.staff, now=NOW, seen_sequence=0)
    parties = (
        PartyDraft(world.karen.id, need_id=world.need),
        PartyDraft(world.jonas.id, capability_id=capability),
    )
    draft = Draft("Senge", "da", "Her er noget at tale om.", (suggestion,), parties)
    market.db["need"].update(world.need, {"approaches_per_month": 9})
    made = create_draft(market.db, draft, actor=world.staff, now=NOW)
    invite(market.db, made, links=LINKS, actor=world.staff, now=NOW)
    return made


def test_a_question_goes_with_the_proposal_that_is_open(
    market: Market, client: FlaskClient
) -> None:
    address = f"/procurement/needs/{market.need}/questions"
    closed = ask_once_more(market)
    close(market.db, closed, "price", links=LINKS, actor=market.world.staff, now=NOW)
    assert client.post(address, data={"question": "Hvor mange senge?"}).status_code == 302
    (asked,) = market.db.rows("select party_id from collaboration_question")
    assert asked["party_id"] == market.party_of(market.world.jonas).id


def test_nothing_is_asked_where_all_is_closed(market: Market, client: FlaskClient) -> None:
    address = f"/procurement/needs/{market.need}/questions"
    assert 'name="question"' in client.get(address).text
    close(market.db, market.first.id, "price", links=LINKS, actor=market.world.staff, now=NOW)
    assert 'name="question"' not in client.get(address).text
