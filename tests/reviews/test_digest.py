"""The daily mail to staff: once a working day, only when something waits, each reads their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.reviews.assigning import hand_to_colleague, take_case
from matchmaker.reviews.digest import MOST_LISTED, DueTask, send_digests
from matchmaker.reviews.second import Sample, read_again
from tests.factories import NOW, make_account
from tests.reviews.conftest import ReviewCase
from tests.reviews.test_actions import decide
from tests.reviews.test_queries import add_need

LINKS = Links("http://localhost", "only-for-tests")


@dataclass(frozen=True)
class Promise:
    text: str
    collaboration: str
    is_overdue: bool


def promises(_db: Database, account: Account, today: date) -> Sequence[DueTask]:
    """Anna has one of today and one of before, others have none."""
    if account.name != "Anna Riis":
        return ()
    return (
        Promise("Sende referat", "Stille nætter", is_overdue=True),
        Promise(f"Ringe {today:%d.%m.}", "Lettere løft", is_overdue=False),
    )


def send(db: Database, now: datetime = NOW) -> int:
    return send_digests(db, links=LINKS, now=now)


def mails(db: Database) -> list[dict[str, str]]:
    return db.rows(
        "select a.name, m.subject, m.body_text from outbox_mail m"
        " join account a on a.id = m.account_id where m.kind = 'review_digest' order by m.id"
    )


def test_staff_read_what_waits_at_their_hub_once_a_day(
    memory_db: Database, case: ReviewCase
) -> None:
    assert send(memory_db) == 1
    assert send(memory_db, NOW + timedelta(hours=3)) == 0
    (mail,) = mails(memory_db)
    assert mail["name"] == "Anna Riis"
    assert mail["subject"] == "1 case waits for a first action"
    assert "Liggesår hos kørestolsbrugere (Sygehus Sydfjord): due 27 November" in mail["body_text"]
    assert send(memory_db, NOW + timedelta(days=1)) == 1


@pytest.mark.parametrize("day", [(2026, 11, 28), (2026, 11, 29), (2026, 12, 25), (2027, 3, 26)])
def test_nobody_is_mailed_on_a_day_off(
    memory_db: Database, case: ReviewCase, day: tuple[int, int, int]
) -> None:
    assert send(memory_db, datetime(*day, 9, tzinfo=UTC)) == 0


def test_the_day_is_the_danish_one(memory_db: Database, case: ReviewCase) -> None:
    friday_night = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    sunday_night = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert [send(memory_db, at) for at in (friday_night, sunday_night)] == [0, 1]


def test_nothing_is_sent_when_nothing_waits(memory_db: Database, case: ReviewCase) -> None:
    decide(memory_db, case, "approve", now=NOW + timedelta(minutes=1))
    assert send(memory_db, NOW + timedelta(days=10)) == 0


def test_a_case_with_an_owner_is_told_to_its_owner_alone(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    make_account(db, case.hub, "hub_manager", name="Eva Holt")
    take_case(db, case.need, case.hub, seen_sequence=0, actor=case.anna, now=NOW)
    # What comes after the action makes the clock run again.
    db["suggestion"].update(case.suggestions[2], {"created_at": "2026-11-24T08:00:00Z"})
    later = datetime(2026, 12, 3, 8, tzinfo=UTC)
    assert send(db, later) == 1
    (mail,) = mails(db)
    assert mail["name"] == "Anna Riis"
    assert mail["subject"] == "1 case is overdue"
    assert "overdue, 7 working days, yours" in mail["body_text"]


def test_an_administrator_is_told_of_their_own_cases_alone(
    memory_db: Database, case: ReviewCase
) -> None:
    head = make_account(memory_db, case.hub, "administrator", name="Ida Krog")
    add_need(memory_db, case)
    take_case(memory_db, case.need, case.hub, seen_sequence=0, actor=case.anna, now=NOW)
    memory_db["suggestion"].update(case.suggestions[2], {"created_at": "2026-11-24T08:00:00Z"})
    hand_to_colleague(
        memory_db, case.need, case.hub, head.id,
        seen_sequence=1, links=LINKS, actor=case.anna, now=NOW,
    )  # fmt: skip
    assert send(memory_db, datetime(2026, 11, 25, 8, tzinfo=UTC)) == 2
    assert [(mail["name"], mail["subject"]) for mail in mails(memory_db)] == [
        ("Anna Riis", "1 case waits for a first action"),
        ("Ida Krog", "1 case waits for a first action"),
    ]


def test_a_long_list_is_cut_and_says_so(memory_db: Database, case: ReviewCase) -> None:
    for _ in range(MOST_LISTED + 2):
        add_need(memory_db, case)
    send(memory_db)
    body = mails(memory_db)[0]["body_text"]
    assert body.count("–") == MOST_LISTED
    assert "And 3 more." in body


def test_who_does_not_want_the_mail_gets_none(memory_db: Database, case: ReviewCase) -> None:
    sent = send_digests(memory_db, links=LINKS, now=NOW, wants=lambda account: account != case.anna)
    assert sent == 0


def test_two_readers_who_differ_are_both_told(memory_db: Database, case: ReviewCase) -> None:
    decide(memory_db, case, "approve", now=NOW + timedelta(minutes=1))
    later = NOW + timedelta(hours=1)
    read_again(
        memory_db, case.suggestions[0], "reject",
        sample=Sample(100, later), reason="price", actor=case.bo, now=later,
    )  # fmt: skip
    assert send(memory_db, later) == 2
    assert {mail["subject"] for mail in mails(memory_db)} == {"1 decision is seen differently"}


def test_tasks_that_are_due_are_in_the_mail(memory_db: Database, case: ReviewCase) -> None:
    decide(memory_db, case, "approve", now=NOW + timedelta(minutes=1))
    tomorrow = NOW + timedelta(days=1)
    assert send_digests(memory_db, links=LINKS, now=tomorrow, tasks_due=promises) == 1
    (mail,) = mails(memory_db)
    assert mail["subject"] == "2 tasks of yours are due"
    assert "– Sende referat (Stille nætter): overdue" in mail["body_text"]
    assert "(Lettere løft): due today" in mail["body_text"]
    assert "http://localhost/collaborations" in mail["body_text"]
