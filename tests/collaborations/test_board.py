"""The board and the list: what stands where, what is overdue, and how much is asked for it."""

from collections.abc import Callable
from datetime import date, timedelta
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.clock import to_text
from matchmaker.collaborations.board import (
    CARDS_IN_COLUMN,
    LINES_ON_PAGE,
    SORTS,
    Filters,
    count_stages,
    read_board,
    read_list,
)
from matchmaker.collaborations.following import move_stage
from matchmaker.database import Database
from tests.collaborations.conftest import World, make_world
from tests.conftest import text_of
from tests.factories import NOW

TODAY = date(2026, 11, 23)
ALL = Filters()


def put(world: World, stage: str, **values: object) -> int:
    """Insert a collaboration at a stage, with its parties."""
    row = {
        "hub_id": world.hub, "title": "Tryksår", "language": "da", "introduction": "Hej",
        "stage": stage, "created_by": world.staff.id, "created_at": to_text(NOW),
        "updated_at": to_text(NOW), "introduced_at": to_text(NOW), "invited_at": to_text(NOW),
        **values,
    }  # fmt: skip
    collaboration = world.db.insert_row("collaboration", row)
    parties = ((world.hospital, world.karen.id, world.need, None),
               (world.company, world.jonas.id, None, world.solution))  # fmt: skip
    for organisation, account, need, capability in parties:
        world.db["collaboration_party"].insert(
            {
                "collaboration_id": collaboration, "organisation_id": organisation,
                "account_id": account, "need_id": need, "capability_id": capability,
                "invited_at": to_text(NOW),
            }
        )  # fmt: skip
    return collaboration


def give_task(world: World, collaboration: int, due_on: date, account: Account) -> None:
    world.db["task"].insert(
        {
            "collaboration_id": collaboration, "audience": "hub", "text": "Ring", "version": 1,
            "due_on": due_on.isoformat(), "responsible_id": account.id,
            "created_by": account.id, "created_at": to_text(NOW),
        }
    )  # fmt: skip


def test_every_open_stage_has_its_column_and_closed_ones_none(world: World) -> None:
    first = put(world, "dialogue")
    put(world, "closed", close_reason="finished")
    board = read_board(world.db, ALL, today=TODAY)
    assert [column.stage for column in board] == [
        "draft", "invited", "introduced", "dialogue", "test", "agreement", "operation", "scaled",
    ]  # fmt: skip
    cards = {column.stage: [card.id for card in column.cards] for column in board if column.cards}
    assert cards == {"dialogue": [first]}
    assert count_stages(world.db, ALL, today=TODAY) == {"dialogue": 1, "closed": 1}
    (card,) = board[3].cards
    assert card.parties == "Sygehus Sydfjord · Nordhud ApS"
    assert card.next_stages == ("test", "agreement")


def test_mine_are_those_i_proposed_and_those_where_i_have_something_to_do(world: World) -> None:
    mine = put(world, "test")
    other = put(world, "test", created_by=world.karen.id)
    elsewhere = put(world, "test", created_by=world.karen.id, hub_id=world.other_hub)
    own = Filters(mine=world.staff.id)

    def ids(filters: Filters) -> set[int]:
        return {card.id for card in read_list(world.db, filters, today=TODAY).cards}

    assert ids(own) == {mine}
    assert ids(Filters(hub_ids=(world.hub,))) == {mine, other}
    assert ids(ALL) == {mine, other, elsewhere}
    give_task(world, elsewhere, TODAY, world.staff)
    assert ids(own) == {mine, elsewhere}


def test_overdue_is_a_task_past_its_day_or_a_step_of_the_hub_after_six_working_days(
    world: World,
) -> None:
    late = put(world, "test")
    give_task(world, late, TODAY - timedelta(days=1), world.staff)
    due_today = put(world, "test")
    give_task(world, due_today, TODAY, world.staff)
    old = to_text(NOW - timedelta(days=10))
    draft = put(world, "draft", created_at=old, updated_at=old)
    fresh = put(world, "draft", created_at=to_text(NOW - timedelta(days=5)))
    found = read_list(world.db, Filters(overdue=True), today=TODAY)
    assert {card.id for card in found.cards} == {late, draft}
    assert found.total == 2
    assert fresh not in {card.id for card in found.cards}


@pytest.mark.parametrize("sort", SORTS)
def test_the_list_comes_in_pages_in_the_order_asked_for(world: World, sort: str) -> None:
    with world.db.atomic():
        for number in range(LINES_ON_PAGE + 10):
            made = put(world, "test" if number % 2 else "dialogue", title=f"Titel {number:03d}")
            give_task(world, made, TODAY + timedelta(days=number % 7), world.staff)
    pages = [read_list(world.db, ALL, today=TODAY, sort=sort, page=page) for page in (1, 2, 99)]
    assert [len(page.cards) for page in pages] == [LINES_ON_PAGE, 10, 10]
    ids = [card.id for page in pages[:2] for card in page.cards]
    assert len(set(ids)) == LINES_ON_PAGE + 10
    if sort == "title":
        titles = [card.title for page in pages[:2] for card in page.cards]
        assert titles == sorted(titles)


def test_many_collaborations_take_no_more_questions_than_one(world: World) -> None:
    def questions() -> int:
        asked: list[str] = []
        world.db.conn.set_trace_callback(asked.append)
        read_board(world.db, ALL, today=TODAY)
        read_list(world.db, ALL, today=TODAY)
        world.db.conn.set_trace_callback(None)
        return len([sql for sql in asked if sql.lstrip().startswith(("select", "with"))])

    put(world, "test")
    few = questions()
    with world.db.atomic():
        for _number in range(CARDS_IN_COLUMN + 5):
            put(world, "test")
    assert questions() == few
    column = read_board(world.db, ALL, today=TODAY)[4]
    assert (len(column.cards), column.more) == (CARDS_IN_COLUMN, 6)


@pytest.fixture
def stored(db: Database, sign_in: Callable[[Account], None]) -> World:
    world = make_world(db)
    sign_in(world.staff)
    return world


def test_a_card_is_moved_with_a_button_and_stays_in_sight(
    stored: World, client: FlaskClient, page: Callable[..., Element]
) -> None:
    collaboration = put(stored, "introduced")
    assert "Tryksår" in text_of(page("/collaborations"))
    response = client.post(
        f"/collaborations/{collaboration}/move",
        data={"stage": "dialogue", "version": "1", "back": "board", "hub": "all"},
    )
    assert response.location == f"/collaborations?hub=all#card-{collaboration}"
    assert stored.db["collaboration"].get(collaboration)["stage"] == "dialogue"


def test_the_list_is_filtered_and_sorted_by_its_address(
    stored: World, client: FlaskClient, page: Callable[..., Element]
) -> None:
    put(stored, "introduced", title="Introduceret")
    put(stored, "closed", title="Afsluttet", close_reason="finished")
    shown = text_of(page("/collaborations?view=list&sort=title"))
    assert "Introduceret" in shown
    assert "Afsluttet" not in text_of(page("/collaborations?hub=own"))
    shown = text_of(page("/collaborations?stage=closed&hub=all"))
    assert "Afsluttet" in shown
    assert "Introduceret" not in shown
    for nonsense in ("stage=x&sort=y&hub=z&page=-3&view=list", "page=999999&view=list"):
        assert client.get(f"/collaborations?{nonsense}").status_code == 200


def test_a_card_that_moved_meanwhile_is_not_moved_again(stored: World, client: FlaskClient) -> None:
    collaboration = put(stored, "introduced")
    move_stage(stored.db, collaboration, "dialogue", actor=stored.staff, now=NOW)
    client.post(
        f"/collaborations/{collaboration}/move",
        data={"stage": "agreement", "version": "1", "back": "board"},
    )
    assert stored.db["collaboration"].get(collaboration)["stage"] == "dialogue"


def test_a_question_of_today_is_not_overdue_however_old_the_stage(world: World) -> None:
    old = NOW - timedelta(days=60)
    made = put(world, "dialogue", created_at=to_text(old))
    party = world.db.rows(
        "select id from collaboration_party where collaboration_id = ? order by id", (made,)
    )[1]["id"]
    question = {"party_id": party, "asked_by": world.jonas.id, "question": "Hvor mange?"}
    overdue = Filters(overdue=True)
    world.db["collaboration_question"].insert({**question, "asked_at": to_text(NOW)})
    assert read_list(world.db, overdue, today=TODAY).total == 0
    world.db["collaboration_question"].insert({**question, "asked_at": to_text(old)})
    assert read_list(world.db, overdue, today=TODAY).total == 1


def test_days_are_those_of_denmark_also_after_midnight(world: World) -> None:
    # Half past midnight on the 23rd in Denmark.
    night = "2026-11-22T23:30:00Z"
    put(world, "draft", created_at=night)
    (card,) = read_list(world.db, ALL, today=TODAY).cards
    assert card.days_waiting(TODAY) == 0
    # Half past midnight on the first day that is not late yet.
    world.db["collaboration"].update(card.id, {"created_at": "2026-11-13T23:30:00Z"})
    assert read_list(world.db, Filters(overdue=True), today=TODAY).total == 0
