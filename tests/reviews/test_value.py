"""The order of the queue: what a look is worth, and the lists that follow from it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.reviews.assigning import take_case
from matchmaker.reviews.cases import read_open_cases
from matchmaker.reviews.queries import find_next_case, list_queue
from matchmaker.reviews.value import MOST_WAITING, Look, value_of_look
from tests.factories import NOW, make_need, make_organisation
from tests.reviews.conftest import ReviewCase
from tests.reviews.test_actions import decide
from tests.reviews.test_queries import add_need

TODAY = NOW.date()
CHANCES = st.floats(0, 1)


@given(CHANCES, CHANCES)
def test_a_likelier_pair_is_worth_more_once_the_need_is_known(one: float, other: float) -> None:
    low, high = sorted((one, other))
    worth = [value_of_look(Look(chance, decided=3)) for chance in (low, high)]
    assert worth[0] <= worth[1]


@given(CHANCES, st.integers(0, 50), st.integers(0, 50), st.integers(-5, 400))
def test_waiting_and_urgency_only_add(chance: float, fewer: int, more: int, days: int) -> None:
    shorter, longer = sorted((fewer, more))
    plain = value_of_look(Look(chance, waited=shorter))
    assert plain <= value_of_look(Look(chance, waited=longer))
    assert plain <= value_of_look(Look(chance, waited=shorter, days_left=days))


def test_doubt_is_worth_a_look_and_less_the_more_was_decided() -> None:
    assert Look(0.5).doubt == 1
    assert Look(0.5, decided=4).doubt < Look(0.5, decided=1).doubt < Look(0.5).doubt
    assert Look(None).doubt == 1
    assert value_of_look(Look(None)) > value_of_look(Look(0.1))


def test_a_need_that_ends_soon_is_urgent() -> None:
    assert [Look(0.5, days_left=days).urgency for days in (60, 30, 15, 0, -3)] == [0, 0, 0.5, 1, 1]


def test_waiting_has_an_end() -> None:
    assert Look(0.5, waited=500).waiting == MOST_WAITING


def test_an_unlikely_case_comes_up_when_it_has_waited(
    memory_db: Database, case: ReviewCase
) -> None:
    old = add_need(memory_db, case, probability=0.4, created_at=to_text(NOW - timedelta(days=20)))
    assert [c.need_id for c in read_open_cases(memory_db, None, today=TODAY)] == [old, case.need]


def test_a_need_that_ends_next_week_comes_before_a_likelier_one(
    memory_db: Database, case: ReviewCase
) -> None:
    ending = add_need(memory_db, case, probability=0.6)
    memory_db["need"].update(ending, {"expires_at": to_text(NOW + timedelta(days=7))})
    assert [c.need_id for c in read_open_cases(memory_db, None, today=TODAY)] == [ending, case.need]


def test_a_need_without_any_suggestion_waits_until_somebody_takes_it(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    lonely = make_need(db, make_organisation(db, kind="hospital"), hub_id=case.hub)
    assert lonely not in {c.need_id for c in read_open_cases(db, None, today=TODAY)}
    db["matched_profile"].insert(
        {
            "kind": "need", "profile_id": lonely, "text_hash": "h", "encoder": "e",
            "language": "da", "matched_at": to_text(NOW),
        }
    )  # fmt: skip
    (entry,) = [e for e in list_queue(db, (case.hub,), today=TODAY).entries if e.need_id == lonely]
    assert (entry.best_id, entry.open_count, entry.clock.started) == (None, 0, TODAY)
    take_case(db, lonely, case.hub, seen_sequence=0, actor=case.anna, now=NOW)
    assert lonely not in {c.need_id for c in read_open_cases(db, None, today=TODAY)}


def test_my_cases_are_those_i_own(memory_db: Database, case: ReviewCase) -> None:
    add_need(memory_db, case)
    take_case(memory_db, case.need, case.hub, seen_sequence=0, actor=case.anna, now=NOW)
    (entry,) = list_queue(memory_db, None, today=TODAY, owner_id=case.anna.id).entries
    assert (entry.need_id, entry.owner_name) == (case.need, "Anna Riis")
    assert list_queue(memory_db, None, today=TODAY, owner_id=case.bo.id).needs == 0
    assert list_queue(memory_db, (case.hub,), today=TODAY).needs == 2


def test_the_next_case_is_the_best_of_the_others(memory_db: Database, case: ReviewCase) -> None:
    other = add_need(memory_db, case, probability=0.3)
    following = find_next_case(memory_db, None, today=TODAY, after=case.need)
    assert following is not None
    assert following.need_id == other


def test_the_clock_of_a_case_runs_until_a_decision_and_again_for_what_comes_later(
    memory_db: Database, case: ReviewCase
) -> None:
    def started() -> object:
        (found,) = read_open_cases(memory_db, None, today=TODAY + timedelta(days=9))
        return found.clock.started

    assert started() == TODAY
    decide(memory_db, case, "approve", now=NOW + timedelta(hours=1))
    assert started() is None
    memory_db["suggestion"].update(
        case.suggestions[2], {"created_at": to_text(NOW + timedelta(days=2))}
    )
    assert started() == TODAY + timedelta(days=2)


def test_a_pair_that_comes_back_after_a_no_waits_from_the_day_it_is_back(
    memory_db: Database, case: ReviewCase
) -> None:
    db, back = memory_db, NOW + timedelta(days=7)
    for place in range(3):
        decide(db, case, "approve", place, now=NOW + timedelta(hours=1))
    proposed = db.insert_row(
        "collaboration",
        {
            "hub_id": case.hub, "title": "Puder", "language": "da", "introduction": "",
            "stage": "closed", "created_by": case.anna.id,
            "invited_at": to_text(NOW + timedelta(hours=2)),
            "created_at": to_text(NOW + timedelta(hours=2)),
            "updated_at": to_text(NOW + timedelta(hours=3)),
        },
    )  # fmt: skip
    db["collaboration_suggestion"].insert(
        {
            "collaboration_id": proposed, "suggestion_id": case.suggestions[0],
            "released_at": to_text(back),
        }
    )  # fmt: skip
    (found,) = read_open_cases(db, None, today=back.date())
    assert (found.waiting_since, found.clock.started) == (to_text(back), back.date())


def test_undoing_is_no_action_and_a_deferral_stops_the_clock_until_its_day(
    memory_db: Database, case: ReviewCase
) -> None:
    until = TODAY + timedelta(days=3)
    decide(memory_db, case, "defer", defer_until=until, now=NOW + timedelta(hours=1))
    (found,) = read_open_cases(memory_db, None, today=TODAY)
    assert found.clock.state == "stopped"
    (found,) = read_open_cases(memory_db, None, today=until)
    assert found.clock.started == until
    later = NOW + timedelta(hours=2)
    decide(memory_db, case, "approve", 1, now=NOW + timedelta(hours=1))
    decide(memory_db, case, "reopen", 1, now=later)
    (found,) = read_open_cases(memory_db, None, today=TODAY)
    assert found.clock.started == TODAY
