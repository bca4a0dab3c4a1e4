"""The queue and its order."""

from datetime import timedelta

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.reviews.queries import (
    find_next_case,
    find_next_suggestion,
    get_case,
    list_queue,
    place_in_case,
)
from matchmaker.reviews.sides import get_suggestion
from tests.factories import NOW, make_capability, make_need, make_organisation, make_suggestion
from tests.reviews.conftest import ReviewCase
from tests.reviews.test_actions import decide

TODAY = NOW.date()


def add_need(db: Database, case: ReviewCase, hub: int | None = None, **suggestion: object) -> int:
    need = make_need(db, make_organisation(db, kind="municipality"), hub_id=hub or case.hub)
    make_suggestion(db, need, make_capability(db, make_organisation(db)), **suggestion)
    return need


def needs_in(db: Database, hubs: tuple[int, ...] | None) -> list[int]:
    return [entry.need_id for entry in list_queue(db, hubs, today=TODAY).entries]


def test_the_queue_groups_by_need_with_its_best_suggestion(
    memory_db: Database, case: ReviewCase
) -> None:
    (entry,) = list_queue(memory_db, (case.hub,), today=TODAY).entries
    assert (entry.need_id, entry.open_count, entry.probability) == (case.need, 3, 0.8)
    assert entry.best_id == case.suggestions[0]


def test_of_cases_that_came_together_the_likeliest_comes_first(
    memory_db: Database, case: ReviewCase
) -> None:
    unranked = add_need(memory_db, case, probability=None, score=0.99)
    likelier = add_need(memory_db, case, probability=0.9, score=0.1)
    assert needs_in(memory_db, (case.hub,)) == [likelier, case.need, unranked]


def test_of_equals_the_one_that_waited_longest_comes_first(
    memory_db: Database, case: ReviewCase
) -> None:
    young = add_need(memory_db, case, probability=0.95, score=0.5)
    old = add_need(
        memory_db,
        case,
        probability=0.95,
        score=0.5,
        created_at=to_text(NOW - timedelta(days=9)),
    )
    assert needs_in(memory_db, None) == [old, young, case.need]


def test_staff_see_the_cases_of_their_hub_unless_they_ask_for_all(
    memory_db: Database, case: ReviewCase
) -> None:
    there = add_need(memory_db, case, hub=case.other_hub, probability=0.4)
    assert needs_in(memory_db, (case.hub,)) == [case.need]
    assert needs_in(memory_db, (case.other_hub,)) == [there]
    assert needs_in(memory_db, None) == [case.need, there]


def test_a_referred_suggestion_stands_in_the_other_hubs_queue(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "refer", refer_to_id=case.other_hub)
    (here,) = list_queue(memory_db, (case.hub,), today=TODAY).entries
    (there,) = list_queue(memory_db, (case.other_hub,), today=TODAY).entries
    assert (here.open_count, there.open_count, there.best_id) == (2, 1, case.suggestions[0])


def test_decided_and_withdrawn_suggestions_leave_the_queue(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve")
    memory_db["suggestion"].update(case.suggestions[1], {"withdrawn_at": to_text(NOW)})
    (entry,) = list_queue(memory_db, None, today=TODAY).entries
    assert (entry.open_count, entry.decided_count, entry.best_id) == (1, 1, case.suggestions[2])


def test_a_deferred_suggestion_is_back_on_its_day(memory_db: Database, case: ReviewCase) -> None:
    until = TODAY + timedelta(days=3)
    decide(memory_db, case, "defer", defer_until=until)
    assert list_queue(memory_db, None, today=TODAY).suggestions == 2
    assert list_queue(memory_db, None, today=until).suggestions == 3


def test_the_next_suggestion_is_the_next_open_one_and_then_the_first(
    memory_db: Database, case: ReviewCase
) -> None:
    first, second, third = case.suggestions

    def following(after: int) -> int | None:
        return find_next_suggestion(memory_db, case.need, None, today=TODAY, after=after)

    assert following(first) == second
    decide(memory_db, case, "approve", 1)
    assert following(first) == third
    assert following(third) == first
    decide(memory_db, case, "reject", 0, reason="price")
    decide(memory_db, case, "reject", 2, reason="price")
    assert following(third) is None
    assert find_next_case(memory_db, None, today=TODAY) is None


def test_a_case_lists_every_suggestion_with_its_state(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve", 1, note="Good fit")
    shown = get_case(memory_db, case.need, today=TODAY)
    assert [line.id for line in shown.lines] == list(case.suggestions)
    assert shown.count() == {"suggested": 2, "approved": 1}
    assert shown.lines[1].last is not None
    assert shown.lines[1].last.note == "Good fit"
    assert place_in_case(memory_db, case.need, case.suggestions[1]).number == 2


def test_the_page_of_a_suggestion_has_both_texts_with_marks(
    memory_db: Database, case: ReviewCase
) -> None:
    memory_db["suggestion"].update(
        case.suggestions[0],
        {
            "evidence": '{"pairs": [{"score": 0.8,'
            ' "need": {"field": "problem", "start": 3, "end": 10, "text": "opdager"},'
            ' "capability": {"field": "description", "start": 2, "end": 9, "text": "cushion"}}]}'
        },
    )
    view = get_suggestion(memory_db, case.suggestions[0], today=TODAY)
    problem = dict(view.need.texts)["problem"]
    assert (problem[1].text, problem[1].numbers) == ("opdager", (1,))
    description = dict(view.capability.texts)["description"]
    assert (description[1].text, description[1].numbers) == ("cushion", (1,))


def test_the_queue_stays_fast_with_three_hundred_needs(memory_db: Database) -> None:
    """Counts steps of SQLite rather than time, so that a busy machine does not fail it."""
    hub_case = make_need(memory_db, make_organisation(memory_db))
    hub = memory_db.first("select hub_id from need where id = ?", (hub_case,))
    assert hub is not None
    company = make_organisation(memory_db)
    capabilities = [make_capability(memory_db, company) for _ in range(20)]
    for _ in range(300):
        need = make_need(memory_db, company, hub_id=hub["hub_id"])
        for capability in capabilities:
            make_suggestion(memory_db, need, capability)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    memory_db.conn.set_progress_handler(count, 1000)
    assert list_queue(memory_db, None, today=TODAY).needs == 300
    memory_db.conn.set_progress_handler(None, 0)
    assert steps < 5_000
