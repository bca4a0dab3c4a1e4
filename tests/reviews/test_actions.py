"""Deciding on suggestions."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from matchmaker.audit.log import list_events
from matchmaker.database import Database, open_database
from matchmaker.reviews.actions import reopen_suggestions, review_suggestion, undo_decision
from matchmaker.reviews.review import (
    AlreadyReviewedError,
    DeferralError,
    NotOpenError,
    ReasonMissingError,
    ReferralError,
    WithdrawnError,
)
from matchmaker.reviews.standing import get_standing, list_reviews
from tests.factories import NOW
from tests.reviews.conftest import ReviewCase, make_case

TODAY = NOW.date()


def decide(db: Database, case: ReviewCase, decision: str, place: int = 0, **values: object) -> None:
    suggestion = case.suggestions[place]
    values = {"actor": case.anna, "now": NOW, **values}
    values.setdefault("seen_sequence", get_standing(db, suggestion).sequence)
    review_suggestion(db, suggestion, decision, **values)  # type: ignore[arg-type]


def state(db: Database, case: ReviewCase, place: int = 0) -> str:
    return get_standing(db, case.suggestions[place]).state


def test_a_suggestion_nobody_decided_on_is_open(memory_db: Database, case: ReviewCase) -> None:
    standing = get_standing(memory_db, case.suggestions[0])
    assert (standing.state, standing.sequence, standing.hub_id) == ("suggested", 0, case.hub)
    assert standing.is_open(TODAY)


def test_each_decision_leads_to_its_state(memory_db: Database, case: ReviewCase) -> None:
    decide(memory_db, case, "approve")
    decide(memory_db, case, "reject", 1, reason="price")
    decide(memory_db, case, "defer", 2, defer_until=TODAY + timedelta(7))
    assert [state(memory_db, case, place) for place in range(3)] == [
        "approved",
        "rejected",
        "deferred",
    ]


def test_a_decision_keeps_what_was_shown_and_is_logged(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "reject", 1, reason="price", note="Twice the budget.")
    row = memory_db.first("select position, score, note from review")
    assert row == {"position": 2, "score": pytest.approx(0.7), "note": "Twice the budget."}
    event = list_events(memory_db, "suggestion", case.suggestions[1])[-1]
    assert (event.action, event.from_state, event.to_state) == (
        "review.reject",
        "suggested",
        "rejected",
    )
    assert "budget" not in str(event.detail)


def test_who_comes_second_is_told_what_the_first_decided(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "reject", reason="too_early")
    with pytest.raises(AlreadyReviewedError) as error:
        decide(memory_db, case, "approve", actor=case.bo, seen_sequence=0)
    assert (error.value.last.account_name, error.value.last.reason) == ("Anna Riis", "too_early")
    assert state(memory_db, case) == "rejected"


def test_a_decision_that_nobody_made_cannot_have_been_seen(
    memory_db: Database, case: ReviewCase
) -> None:
    with pytest.raises(NotOpenError):
        decide(memory_db, case, "approve", seen_sequence=3)


def test_a_no_needs_a_reason_and_other_needs_words(memory_db: Database, case: ReviewCase) -> None:
    for values in ({}, {"reason": "no such reason"}, {"reason": "other", "note": "  "}):
        with pytest.raises(ReasonMissingError):
            decide(memory_db, case, "reject", **values)
    decide(memory_db, case, "reject", reason="other", note="They stopped selling it.")


@pytest.mark.parametrize("until", [None, TODAY, TODAY - timedelta(1)])
def test_a_deferral_names_a_day_to_come(
    memory_db: Database, case: ReviewCase, until: date | None
) -> None:
    with pytest.raises(DeferralError):
        decide(memory_db, case, "defer", defer_until=until)


def test_a_deferred_suggestion_comes_back_on_its_day(memory_db: Database, case: ReviewCase) -> None:
    until = TODAY + timedelta(14)
    decide(memory_db, case, "defer", defer_until=until)
    standing = get_standing(memory_db, case.suggestions[0])
    assert not standing.is_open(until - timedelta(1))
    assert standing.is_open(until)


def test_a_stale_undo_leaves_the_decision_of_a_colleague(
    memory_db: Database, case: ReviewCase
) -> None:
    suggestion, bo = case.suggestions[0], case.bo
    decide(memory_db, case, "approve")
    reopen_suggestions(memory_db, [suggestion], actor=bo, now=NOW)
    decide(memory_db, case, "reject", reason="price", actor=bo)
    for seen in (1, None):
        with pytest.raises(AlreadyReviewedError) as overtaken:
            undo_decision(memory_db, suggestion, actor=case.anna, now=NOW, seen_sequence=seen)
        assert overtaken.value.last.account_id == bo.id
    assert state(memory_db, case) == "rejected"
    assert undo_decision(memory_db, suggestion, actor=case.anna, now=NOW, seen_sequence=3)
    assert not undo_decision(memory_db, suggestion, actor=case.anna, now=NOW, seen_sequence=4)


def test_a_referral_moves_the_suggestion_and_undo_gives_it_back(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "refer", refer_to_id=case.other_hub)
    assert get_standing(memory_db, case.suggestions[0]).hub_id == case.other_hub
    decide(memory_db, case, "reopen")
    assert get_standing(memory_db, case.suggestions[0]).hub_id == case.hub


def test_undoing_a_decision_of_the_other_hub_leaves_the_case_there(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "refer", refer_to_id=case.other_hub)
    decide(memory_db, case, "approve", actor=case.bo)
    decide(memory_db, case, "reopen", actor=case.bo)
    standing = get_standing(memory_db, case.suggestions[0])
    assert (standing.state, standing.hub_id) == ("suggested", case.other_hub)


def test_a_suggestion_cannot_be_referred_to_where_it_is_or_to_no_hub(
    memory_db: Database, case: ReviewCase
) -> None:
    for receiver in (case.hub, None, 999):
        with pytest.raises(ReferralError):
            decide(memory_db, case, "refer", refer_to_id=receiver)


def test_a_decided_suggestion_is_reopened_before_it_is_decided_anew(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve")
    with pytest.raises(NotOpenError):
        decide(memory_db, case, "reject", reason="price")
    decide(memory_db, case, "reopen")
    decide(memory_db, case, "reject", reason="price")
    assert state(memory_db, case) == "rejected"


def test_what_is_open_cannot_be_reopened(memory_db: Database, case: ReviewCase) -> None:
    with pytest.raises(NotOpenError):
        decide(memory_db, case, "reopen")


def test_nothing_is_decided_on_a_need_that_has_been_taken_down(
    memory_db: Database, case: ReviewCase
) -> None:
    memory_db["need"].update(case.need, {"state": "paused"})
    with pytest.raises(WithdrawnError):
        decide(memory_db, case, "approve")


def test_several_are_reopened_at_once_and_open_ones_are_left_alone(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve")
    decide(memory_db, case, "reject", 1, reason="price")
    count = reopen_suggestions(memory_db, case.suggestions, actor=case.bo, now=NOW)
    assert count == 2
    assert {state(memory_db, case, place) for place in range(3)} == {"suggested"}


def test_two_reviewers_at_once_make_one_decision(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    db = open_database(path)
    case = make_case(db)
    start, outcomes = threading.Barrier(2), []

    def decide_in_own_connection(decision: str, reason: str | None) -> None:
        own = open_database(path)
        start.wait()
        try:
            review_suggestion(
                own,
                case.suggestions[0],
                decision,
                actor=case.anna,
                now=NOW,
                seen_sequence=0,
                reason=reason,
            )
            outcomes.append("stored")
        except AlreadyReviewedError:
            outcomes.append("told")
        finally:
            own.close()

    threads = [
        threading.Thread(target=decide_in_own_connection, args=arguments)
        for arguments in (("approve", None), ("reject", "price"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stored", "told"]
    assert len(list_reviews(db, case.suggestions[0])) == 1
    db.close()
