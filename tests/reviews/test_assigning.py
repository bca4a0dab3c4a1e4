"""Who has a case: taking it, handing it to a colleague or to another hub."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.audit.log import list_events
from matchmaker.clock import to_text
from matchmaker.database import Database, open_database
from matchmaker.outbox.links import Links
from matchmaker.reviews.assigning import hand_to_colleague, hand_to_hub, take_case
from matchmaker.reviews.cases import hubs_of_need, read_open_cases
from matchmaker.reviews.owning import CaseTakenError, ColleagueError, ReceiverError, get_holding
from matchmaker.reviews.queries import list_queue
from matchmaker.reviews.standing import get_standing, list_reviews
from matchmaker.screening.screen import PatientDataFound
from tests.factories import NOW, make_account
from tests.reviews.conftest import ReviewCase, make_case
from tests.reviews.test_actions import decide

TODAY = NOW.date()
LINKS = Links("http://localhost", "only-for-tests")


def take(db: Database, case: ReviewCase, actor: Account | None = None, seen: int = 0) -> None:
    take_case(db, case.need, case.hub, seen_sequence=seen, actor=actor or case.anna, now=NOW)


def give(db: Database, case: ReviewCase, receiver: int, seen: int = 0, **values: object) -> None:
    values = {"actor": case.anna, "now": NOW, "links": LINKS, **values}
    hand_to_hub(db, case.need, case.hub, receiver, seen_sequence=seen, **values)  # type: ignore[arg-type]


def owner(db: Database, need: int, hub: int) -> str | None:
    found = get_holding(db, need, hub).owner
    return found.name if found else None


def mails(db: Database) -> list[str]:
    return [
        row["name"]
        for row in db.rows(
            "select a.name from outbox_mail m join account a on a.id = m.account_id"
            " where m.kind = 'case_handed' order by m.id"
        )
    ]


def test_a_case_has_nobody_until_somebody_takes_it(memory_db: Database, case: ReviewCase) -> None:
    assert owner(memory_db, case.need, case.hub) is None
    take(memory_db, case)
    assert owner(memory_db, case.need, case.hub) == "Anna Riis"
    (event,) = list_events(memory_db, "need", case.need)
    assert (event.action, event.actor_id) == ("case.take", case.anna.id)
    assert event.detail["owner_id"] == case.anna.id


def test_taking_ones_own_case_changes_nothing(memory_db: Database, case: ReviewCase) -> None:
    take(memory_db, case)
    take(memory_db, case, seen=1)
    assert get_holding(memory_db, case.need, case.hub).sequence == 1


def test_who_takes_second_is_told_who_was_first(memory_db: Database, case: ReviewCase) -> None:
    eva = make_account(memory_db, case.hub, "hub_staff", name="Eva Holt")
    take(memory_db, case)
    with pytest.raises(CaseTakenError) as error:
        take(memory_db, case, eva)
    assert error.value.last.owner_name == "Anna Riis"
    take(memory_db, case, eva, seen=1)
    assert owner(memory_db, case.need, case.hub) == "Eva Holt"


def test_only_who_works_for_the_hub_takes_its_cases(memory_db: Database, case: ReviewCase) -> None:
    with pytest.raises(NotPermittedError):
        take(memory_db, case, case.bo)
    with pytest.raises(NotPermittedError):
        give(memory_db, case, case.other_hub, actor=case.bo)


def test_a_colleague_gets_the_case_the_note_and_one_mail(
    memory_db: Database, case: ReviewCase
) -> None:
    eva = make_account(memory_db, case.hub, "hub_staff", name="Eva Holt")
    values = {"links": LINKS, "actor": case.anna, "now": NOW}
    hand_to_colleague(
        memory_db, case.need, case.hub, eva.id, note="You know them", seen_sequence=0, **values
    )  # type: ignore[arg-type]
    holding = get_holding(memory_db, case.need, case.hub)
    assert holding.is_owned_by(eva)
    assert holding.history[0].note == "You know them"
    assert mails(memory_db) == ["Eva Holt"]
    body = memory_db.first("select body_text from outbox_mail")
    assert body is not None
    assert "You know them" in body["body_text"]
    assert f"/reviews/needs/{case.need}" in body["body_text"]
    for receiver in (eva.id, case.anna.id, case.bo.id, 999):
        with pytest.raises(ColleagueError):
            hand_to_colleague(memory_db, case.need, case.hub, receiver, seen_sequence=1, **values)  # type: ignore[arg-type]
    assert mails(memory_db) == ["Eva Holt"]


def test_another_hub_gets_everything_and_its_staff_one_mail_each(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    make_account(db, case.other_hub, "hub_manager", name="Gry Vang")
    take(db, case)
    decide(db, case, "reject", 2, reason="price")
    decide(db, case, "defer", 1, defer_until=TODAY + timedelta(days=30))
    give(db, case, case.other_hub, seen=1, note="Closer to you")
    assert list_queue(db, (case.hub,), today=TODAY).needs == 0
    (entry,) = list_queue(db, (case.other_hub,), today=TODAY).entries
    assert (entry.open_count, entry.decided_count) == (1, 2)
    assert get_standing(db, case.suggestions[1]).state == "deferred"
    assert [get_standing(db, s).hub_id for s in case.suggestions] == [case.other_hub] * 3
    assert sorted(mails(db)) == ["Bo Lund", "Gry Vang"]
    actions = [event.action for event in list_events(db, "need", case.need)]
    assert actions == ["case.take", "need.hand_over", "case.hand_over"]
    assert owner(db, case.need, case.other_hub) is None


def test_a_receiver_that_has_a_part_already_keeps_its_owner(
    memory_db: Database, case: ReviewCase
) -> None:
    db = memory_db
    decide(db, case, "refer", refer_to_id=case.other_hub)
    take_case(db, case.need, case.other_hub, seen_sequence=0, actor=case.bo, now=NOW)
    assert hubs_of_need(db, case.need, today=TODAY) == [case.hub, case.other_hub]
    give(db, case, case.other_hub)
    assert owner(db, case.need, case.other_hub) == "Bo Lund"
    assert mails(db) == ["Bo Lund"]
    assert hubs_of_need(db, case.need, today=TODAY) == [case.other_hub]
    assert len(list_reviews(db, case.suggestions[0])) == 1


def test_a_case_that_was_given_away_is_not_given_again(
    memory_db: Database, case: ReviewCase
) -> None:
    give(memory_db, case, case.other_hub)
    with pytest.raises(CaseTakenError) as error:
        give(memory_db, case, case.other_hub)
    assert error.value.last.from_hub_id == case.hub
    with pytest.raises(CaseTakenError):
        take(memory_db, case)
    assert mails(memory_db) == ["Bo Lund"]
    hand_to_hub(
        memory_db, case.need, case.other_hub, case.hub,
        seen_sequence=1, links=LINKS, actor=case.bo, now=NOW,
    )  # fmt: skip
    take(memory_db, case, seen=1)
    assert owner(memory_db, case.need, case.hub) == "Anna Riis"


def test_what_was_referred_can_be_handed_back(memory_db: Database, case: ReviewCase) -> None:
    db = memory_db
    decide(db, case, "refer", refer_to_id=case.other_hub)
    hand_to_hub(
        db, case.need, case.other_hub, case.hub,
        seen_sequence=0, links=LINKS, actor=case.bo, now=NOW,
    )  # fmt: skip
    (entry,) = list_queue(db, None, today=TODAY).entries
    assert (entry.hub_id, entry.open_count) == (case.hub, 3)


@pytest.mark.parametrize("receiver", ["same", "none"])
def test_a_case_goes_to_another_hub_only(
    memory_db: Database, case: ReviewCase, receiver: str
) -> None:
    with pytest.raises(ReceiverError):
        give(memory_db, case, case.hub if receiver == "same" else 999)
    assert get_holding(memory_db, case.need, case.hub).sequence == 0


def test_patient_data_in_the_note_stops_everything(memory_db: Database, case: ReviewCase) -> None:
    with pytest.raises(PatientDataFound):
        give(memory_db, case, case.other_hub, note="CPR 010203-1234")
    assert mails(memory_db) == []
    assert hubs_of_need(memory_db, case.need, today=TODAY) == [case.hub]


def test_the_clock_begins_anew_at_the_hub_that_receives(
    memory_db: Database, case: ReviewCase
) -> None:
    later = NOW + timedelta(days=8)
    give(memory_db, case, case.other_hub, now=later)
    (found,) = read_open_cases(memory_db, None, today=later.date())
    assert (found.hub_id, found.clock.started) == (case.other_hub, later.date())


def test_who_leaves_the_hub_has_its_cases_no_longer(memory_db: Database, case: ReviewCase) -> None:
    take(memory_db, case)
    memory_db.execute(
        "update membership set ended_at = ? where account_id = ?", (to_text(NOW), case.anna.id)
    )
    assert owner(memory_db, case.need, case.hub) is None
    assert len(get_holding(memory_db, case.need, case.hub).history) == 1


def test_two_who_take_a_case_at_once_are_told_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    db = open_database(path)
    case = make_case(db)
    people = [case.anna, make_account(db, case.hub, "hub_staff", name="Eva Holt")]
    start, outcomes = threading.Barrier(2), []

    def take_in_own_connection(person: Account) -> None:
        own = open_database(path)
        start.wait()
        try:
            take(own, case, person)
            outcomes.append("taken")
        except CaseTakenError:
            outcomes.append("told")
        finally:
            own.close()

    threads = [threading.Thread(target=take_in_own_connection, args=(p,)) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken", "told"]
    assert get_holding(db, case.need, case.hub).sequence == 1
    db.close()
