"""Blind second readings: who may read, what stays hidden, what differs is settled by both."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.reviews.agreement import Agreement
from matchmaker.reviews.review import ReasonMissingError
from matchmaker.reviews.second import (
    NotWaitingError,
    Sample,
    SettledError,
    is_blind,
    list_waiting,
    note_shown,
    read_again,
    settle_reading,
)
from matchmaker.reviews.second_queries import (
    count_agreement,
    find_reading,
    knows_decision,
    list_differing,
)
from matchmaker.reviews.standing import get_standing, list_reviews
from tests.conftest import text_of
from tests.factories import NOW, make_account
from tests.reviews.conftest import ReviewCase, make_case
from tests.reviews.test_actions import decide

LATER = NOW + timedelta(hours=1)
ALL = Sample(100, LATER)


def again(
    db: Database, case: ReviewCase, decision: str, actor: Account | None = None, **values: object
) -> None:
    values = {"sample": ALL, "actor": actor or case.bo, "now": LATER, **values}
    read_again(db, case.suggestions[0], decision, **values)  # type: ignore[arg-type]


def test_the_share_that_is_read_twice_is_the_one_asked_for() -> None:
    chosen = [Sample(10, NOW).includes(number) for number in range(10_000)]
    assert 900 < sum(chosen) < 1100
    assert chosen == [Sample(10, NOW).includes(number) for number in range(10_000)]
    more = [Sample(20, NOW).includes(number) for number in range(10_000)]
    assert all(twice for once, twice in zip(chosen, more, strict=True) if once)


def test_a_decision_waits_for_anybody_but_who_made_it(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    assert list_waiting(db, case.bo, ALL) == []
    decide(db, case, "approve")
    decide(db, case, "refer", 1, refer_to_id=case.other_hub)
    assert list_waiting(db, case.bo, ALL) == [case.suggestions[0]]
    assert list_waiting(db, case.anna, ALL) == []
    assert list_waiting(db, case.bo, ALL, (case.other_hub,)) == []
    assert list_waiting(db, case.bo, Sample(0, LATER)) == []
    assert list_waiting(db, case.bo, Sample(100, NOW + timedelta(days=31))) == []


def test_a_second_reading_changes_nothing_and_tells_both_decisions(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    decide(db, case, "approve")
    assert is_blind(db, case.suggestions[0], case.bo, ALL)
    again(db, case, "approve", note="Agreed")
    assert not is_blind(db, case.suggestions[0], case.bo, ALL)
    assert get_standing(db, case.suggestions[0]).sequence == 1
    reading = find_reading(db, case.suggestions[0])
    assert reading is not None
    assert reading.agrees
    assert (reading.first.name, reading.second.name) == ("Anna Riis", "Bo Lund")
    assert list_differing(db) == []
    with pytest.raises(SettledError):
        settle_reading(db, case.suggestions[0], "reject", actor=case.anna, now=LATER)


def test_nobody_reads_second_what_is_not_theirs_to_read(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    with pytest.raises(NotWaitingError):
        again(db, case, "approve")
    decide(db, case, "approve")
    for decision, actor in (("approve", case.anna), ("defer", case.bo)):
        with pytest.raises(NotWaitingError):
            again(db, case, decision, actor)
    with pytest.raises(ReasonMissingError):
        again(db, case, "reject")
    decide(db, case, "reopen")
    with pytest.raises(NotWaitingError):
        again(db, case, "approve")


def test_what_differs_is_settled_by_one_of_the_two(memory_db: Database, case: ReviewCase) -> None:
    db = memory_db
    decide(db, case, "approve")
    again(db, case, "reject", reason="price", note="Twice the budget")
    stranger = make_account(db, case.hub, "hub_staff")
    assert [r.suggestion_id for r in list_differing(db, reader_id=case.anna.id)] == [
        case.suggestions[0]
    ]
    assert list_differing(db, reader_id=stranger.id) == []
    with pytest.raises(NotPermittedError):
        settle_reading(db, case.suggestions[0], "reject", actor=stranger, now=LATER)
    settle_reading(db, case.suggestions[0], "reject", actor=case.anna, now=LATER)
    assert [r.decision for r in list_reviews(db, case.suggestions[0])] == [
        "approve",
        "reopen",
        "reject",
    ]
    assert list_reviews(db, case.suggestions[0])[-1].reason == "price"
    assert list_differing(db) == []
    with pytest.raises(SettledError):
        settle_reading(db, case.suggestions[0], "approve", actor=case.bo, now=LATER)


def test_a_no_for_now_that_holds_brings_the_pair_back_later(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve")
    again(memory_db, case, "reject", reason="not_now")
    settle_reading(memory_db, case.suggestions[0], "reject", actor=case.anna, now=LATER)
    standing = get_standing(memory_db, case.suggestions[0])
    assert (standing.decision, standing.defer_until) == ("defer", "2026-12-07")
    assert list_differing(memory_db) == []


@pytest.mark.parametrize("keep", ["approve", "reject"])
def test_what_has_been_taken_down_can_be_settled(
    memory_db: Database, case: ReviewCase, keep: str
) -> None:
    decide(memory_db, case, "approve")
    again(memory_db, case, "reject", reason="price")
    decide(memory_db, case, "reopen")
    memory_db["need"].update(case.need, {"state": "closed"})
    settle_reading(memory_db, case.suggestions[0], keep, actor=case.anna, now=LATER)
    assert list_differing(memory_db) == []
    assert len(list_reviews(memory_db, case.suggestions[0])) == 2


def test_settling_for_the_first_decision_leaves_it_alone(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "reject", reason="price")
    again(memory_db, case, "approve")
    settle_reading(memory_db, case.suggestions[0], "reject", actor=case.bo, now=LATER)
    assert len(list_reviews(memory_db, case.suggestions[0])) == 1


def test_agreement_is_counted_with_how_many_it_rests_on(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve")
    again(memory_db, case, "reject", reason="price")
    found = count_agreement(memory_db, since=NOW)
    assert (found.n, found.first_yes, found.per_cent) == (1, 1, 0)
    assert count_agreement(memory_db, since=LATER + timedelta(days=1)).n == 0


def test_who_knew_the_first_decision_does_not_count_as_blind(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    decide(db, case, "approve")
    (first,) = list_reviews(db, case.suggestions[0])
    for _twice in range(2):
        note_shown(db, first, actor=case.bo, now=LATER)
    again(db, case, "approve")
    assert count_agreement(db, since=NOW).n == 0
    assert find_reading(db, case.suggestions[0]) is not None


def test_a_decision_that_a_collaboration_has_told_of_is_not_read_blind(
    memory_db: Database, case: ReviewCase
) -> None:
    db, moment = memory_db, to_text(NOW)
    row = {"hub_id": case.hub, "title": "x", "introduction": "x", "language": "da"}
    row |= {"created_by": case.anna.id, "updated_at": moment, "stage": "closed"}
    before = db.insert_row("collaboration", {**row, "created_at": "2026-01-01T00:00:00Z"})
    decide(db, case, "approve")
    pair = {"suggestion_id": case.suggestions[0]}
    db["collaboration_suggestion"].insert({**pair, "collaboration_id": before})
    (review,) = db.rows("select id from review")
    assert not knows_decision(db, review["id"], case.bo.id)
    made = db.insert_row("collaboration", {**row, "created_at": moment})
    db["collaboration_suggestion"].insert({**pair, "collaboration_id": made})
    again(db, case, "approve")
    assert count_agreement(db, since=NOW).n == 0


@given(*[st.integers(1, 40)] * 4)
def test_kappa_is_that_of_scikit_learn(yes: int, first: int, second: int, no: int) -> None:
    pairs = [(1, 1)] * yes + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * no
    expected = cohen_kappa_score(*zip(*pairs, strict=True))
    assert Agreement(yes, first, second, no).kappa == pytest.approx(expected)


def test_kappa_is_not_defined_where_everybody_always_says_the_same() -> None:
    assert Agreement(both_yes=9).kappa is None
    assert Agreement().kappa is None
    assert Agreement().per_cent is None


@pytest.fixture
def stored(
    app: Flask, db: Database, sign_in: Callable[[Account], None], monkeypatch: pytest.MonkeyPatch
) -> ReviewCase:
    """A suggestion that Anna approved, and Bo signed in, where everything is read twice."""
    monkeypatch.setattr(Sample, "includes", lambda _sample, _id: True)
    monkeypatch.setattr(Sample, "since", "2000-01-01")
    case = make_case(db)
    decide(db, case, "approve", note="A secret for now")
    sign_in(case.bo)
    return case


def test_the_second_reader_sees_nothing_of_the_first_decision_until_they_decide(
    stored: ReviewCase, client: FlaskClient, page: Callable[..., Element]
) -> None:
    first = stored.suggestions[0]
    before = client.get(f"/reviews/suggestions/{first}")
    assert before.location.endswith(f"/reviews/second/{first}")
    for path in (f"/reviews/second/{first}", f"/reviews/needs/{stored.need}"):
        text = text_of(page(path))
        assert "secret" not in text
        assert "Godkendt" not in text
        assert "Anna" not in text
    answer = client.post(before.location, data={"decision": "reject", "reason": ""})
    assert answer.status_code == 422
    client.post(before.location, data={"decision": "reject", "reason": "price"})
    shown = text_of(page(f"/reviews/second/{first}"))
    assert "secret" in shown
    assert "Anna Riis" in shown
    assert "Bo Lund" in text_of(page("/reviews/agreement"))
    client.post(f"/reviews/second/{first}/settle", data={"keep": "approve"})
    assert "Afgjort" in text_of(page(f"/reviews/second/{first}"))


def test_who_decided_first_sees_the_page_as_ever(
    stored: ReviewCase, client: FlaskClient, sign_in: Callable[[Account], None]
) -> None:
    sign_in(stored.anna)
    assert client.get(f"/reviews/suggestions/{stored.suggestions[0]}").status_code == 200


@pytest.mark.parametrize(("reason", "status"), [("", 409), ("unheard of", 422)])
def test_who_was_overtaken_has_seen_the_decision(
    stored: ReviewCase, client: FlaskClient, db: Database, reason: str, status: int
) -> None:
    form = {"decision": "approve", "seen": "0", "refer_to": "0", "reason": reason}
    answer = client.post(f"/reviews/suggestions/{stored.suggestions[0]}", data=form)
    assert answer.status_code == status
    assert "Anna Riis" in answer.get_data(as_text=True)
    again = {"decision": "approve", "reason": ""}
    client.post(f"/reviews/second/{stored.suggestions[0]}", data=again)
    assert find_reading(db, stored.suggestions[0]) is not None
    assert count_agreement(db, since=NOW - timedelta(days=9999)).n == 0
