"""What is measured: how much has been seen, how long a review takes, how soon somebody acted."""

from datetime import date, timedelta

import pytest

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.reviews.assigning import hand_to_hub, take_case
from matchmaker.reviews.coverage import read_coverage, share_seen
from matchmaker.reviews.pace import read_pace
from matchmaker.reviews.reporting import clock_report
from tests.factories import NOW, make_need, make_organisation
from tests.reviews.conftest import ReviewCase
from tests.reviews.test_actions import decide
from tests.reviews.test_assigning import LINKS

TODAY = NOW.date()


def test_the_share_seen_counts_what_lies_below_the_list() -> None:
    assert share_seen(seen=[0.5], listed=[0.5, 0.3], below=0.2) == pytest.approx(0.5)
    assert share_seen(seen=[0.5], listed=[0.5], below=0.0) == 1


def test_nothing_is_said_without_a_probability_or_without_what_lies_below() -> None:
    assert share_seen(seen=[0.9], listed=[0.9, None], below=0.1) is None
    assert share_seen(seen=[0.9], listed=[0.9], below=None) is None
    assert share_seen(seen=[0.0], listed=[0.0], below=0.0) is None


def test_nearly_all_is_seen_when_what_is_left_is_unlikely(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    assert read_coverage(db, case.need).share is None
    db["expected_matches"].insert({"need_id": case.need, "below": 0.0, "at": to_text(NOW)})
    db["suggestion"].update(case.suggestions[2], {"probability": 0.05})
    decide(db, case, "approve")
    assert not read_coverage(db, case.need).is_enough
    decide(db, case, "reject", 1, reason="price")
    found = read_coverage(db, case.need)
    assert (found.is_enough, found.per_cent) == (True, 96)
    db["expected_matches"].update(case.need, {"below": 0.5})
    assert not read_coverage(db, case.need).is_enough
    decide(db, case, "reopen", 1)
    assert read_coverage(db, case.need).share == pytest.approx(0.8 / 1.85)


def test_a_review_takes_from_the_page_being_shown_to_the_decision(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve", shown_at=NOW - timedelta(seconds=40))
    assert read_pace(memory_db, since=NOW - timedelta(days=1)).median_seconds == 40


def test_a_page_that_was_loaded_ahead_counts_from_the_decision_before(
    memory_db: Database, case: ReviewCase
) -> None:
    ahead = NOW - timedelta(seconds=30)
    decide(memory_db, case, "approve", shown_at=NOW - timedelta(seconds=50))
    decide(memory_db, case, "approve", 1, shown_at=ahead, now=NOW + timedelta(seconds=20))
    found = read_pace(memory_db, since=NOW - timedelta(days=1))
    assert (found.reviews, found.median_seconds) == (2, 35)


def test_who_was_called_away_and_who_is_not_timed_count_for_nothing(
    memory_db: Database, case: ReviewCase
) -> None:
    decide(memory_db, case, "approve", shown_at=NOW - timedelta(hours=2))
    decide(memory_db, case, "approve", 1)
    assert read_pace(memory_db, since=NOW - timedelta(days=1)).reviews == 0


def test_the_report_counts_first_actions_by_working_days(
    memory_db: Database, case: ReviewCase
) -> None:
    """NOW is a Monday: four working days end on Friday, six on the Tuesday after."""
    db = memory_db
    late, overdue, waiting, gone = (
        make_need(db, make_organisation(db, kind="hospital"), hub_id=case.hub) for _ in range(4)
    )
    db["need"].update(gone, {"state": "closed"})
    decide(db, case, "reject", reason="price", now=NOW + timedelta(days=4))
    for need, days in ((late, 7), (overdue, 8)):
        at = NOW + timedelta(days=days)
        take_case(db, need, case.hub, seen_sequence=0, actor=case.anna, now=at)
    report = clock_report(db, (case.hub,), today=TODAY + timedelta(days=21))
    assert [
        [found.need_id for found in part]
        for part in (report.in_time, report.late, report.overdue, report.waiting, report.gone)
    ] == [[case.need], [late], [overdue], [waiting], [gone]]
    assert report.waiting_overdue == report.waiting
    assert report.median_days == 5
    assert clock_report(db, (case.other_hub,), today=TODAY).cases == ()


def test_the_report_is_of_a_period_in_danish_days(memory_db: Database, case: ReviewCase) -> None:
    just_past_midnight = "2026-11-22T23:30:00Z"
    memory_db["need"].update(case.need, {"published_at": just_past_midnight})
    monday = date(2026, 11, 23)

    def count(since: date, until: date) -> int:
        return len(clock_report(memory_db, None, today=monday, since=since, until=until).cases)

    assert count(monday, monday) == 1
    assert count(date(2026, 11, 1), date(2026, 11, 22)) == 0


def test_a_case_that_was_handed_over_counts_from_there(
    memory_db: Database, case: ReviewCase
) -> None:
    later = NOW + timedelta(days=14)
    decide(memory_db, case, "approve")
    hand_to_hub(
        memory_db, case.need, case.hub, case.other_hub,
        seen_sequence=0, links=LINKS, actor=case.anna, now=later,
    )  # fmt: skip
    (found,) = clock_report(memory_db, (case.other_hub,), today=later.date()).cases
    assert (found.clock.started, found.is_acted_on) == (later.date(), False)
