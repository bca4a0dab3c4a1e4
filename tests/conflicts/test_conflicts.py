"""Who must not meet whom: declared, in force for a time, ended, and forgotten with the person."""

from datetime import date, timedelta

import pytest

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.accounts.queries import get_account
from matchmaker.audit.log import list_events
from matchmaker.clock import to_text
from matchmaker.conflicts.actions import declare_conflict, end_conflict, look_at_conflict
from matchmaker.conflicts.conflict import (
    ConflictDeclarationError,
    Conflicts,
    Declaration,
    Stake,
)
from matchmaker.conflicts.queries import list_conflicts, list_own, read_conflicts
from matchmaker.database import Database
from matchmaker.organisations.forgetting import erase_person
from tests.collaborations.conftest import LINKS
from tests.factories import NOW, make_account, make_hub, make_organisation

TODAY = NOW.date()


def house(*ids: int, people: tuple[int, ...] = ()) -> Stake:
    return Stake(frozenset(ids), frozenset(people))


@pytest.fixture
def staff(memory_db: Database) -> Account:
    return make_account(memory_db, make_hub(memory_db), "hub_staff")


def declare(db: Database, actor: Account, kind: str, one: int, other: int | None = None,
            **values: object) -> int:  # fmt: skip
    declaration = Declaration(
        kind,
        one,
        "Sits on the board",
        TODAY,
        **{"other_id": other, **values},  # type: ignore[arg-type]
    )
    return declare_conflict(db, declaration, actor=actor, links=LINKS, now=NOW)


def test_a_conflict_reaches_owners_and_the_owned_but_not_departments_beside_it() -> None:
    held = Conflicts(owners={2: frozenset({1}), 3: frozenset({2})}, opposed={9: frozenset({2})})
    assert held.why_apart(house(9), house(2)) == "organisations"
    assert held.why_apart(house(9), house(3)) == "organisations", "what it owns"
    assert held.why_apart(house(9), house(1)) == "organisations", "what owns it"
    assert held.why_apart(house(1), house(3)) == "ownership", "over two steps"
    assert held.why_apart(house(90, 9), house(20, 2)) == "organisations", "parts of both houses"
    assert held.why_apart(house(8), house(2)) is None
    beside = Conflicts(opposed={9: frozenset({20}), 20: frozenset({9})})
    assert beside.why_apart(house(9), house(20, 2)) == "organisations"
    assert beside.why_apart(house(9), house(21, 2)) is None, "another department of the same house"


def test_two_public_owners_of_one_company_may_still_meet() -> None:
    held = Conflicts(owners={5: frozenset({1, 2})})
    assert held.why_apart(house(1), house(2)) is None
    assert held.why_apart(house(1), house(5)) == "ownership"


def test_a_persons_tie_counts_on_either_side() -> None:
    held = Conflicts(ties={7: frozenset({2})}, owners={3: frozenset({2})})
    assert held.why_apart(house(1, people=(7,)), house(2)) == "person"
    assert held.why_apart(house(2), house(1, people=(7,))) == "person"
    assert held.why_apart(house(1, people=(7,)), house(3)) == "person"
    assert held.why_apart(house(1, people=(8,)), house(2)) is None


def test_a_conflict_holds_from_its_first_to_its_last_day(
    memory_db: Database, staff: Account
) -> None:
    one, other = make_organisation(memory_db), make_organisation(memory_db)
    declaration = Declaration(
        "organisations", one, "They sue each other", TODAY, other_id=other,
        ends_on=TODAY + timedelta(days=2),
    )  # fmt: skip
    declare_conflict(memory_db, declaration, actor=staff, links=LINKS, now=NOW)

    def holds(day: date) -> bool:
        found = read_conflicts(memory_db, today=day)
        return found.why_apart(house(one), house(other)) is not None

    days = [TODAY + timedelta(days=number) for number in (-1, 0, 2, 3)]
    assert [holds(day) for day in days] == [False, True, True, False]


def test_the_same_declared_twice_is_one_and_ended_it_holds_no_more(
    memory_db: Database, staff: Account
) -> None:
    one, other = make_organisation(memory_db), make_organisation(memory_db)
    first = declare(memory_db, staff, "organisations", one, other)
    assert declare(memory_db, staff, "organisations", one, other) == first
    for _again in range(2):
        end_conflict(memory_db, first, actor=staff, now=NOW)
    assert read_conflicts(memory_db, today=TODAY).is_empty
    actions = [event.action for event in list_events(memory_db, "conflict", first)]
    assert actions == ["conflict.declare", "conflict.end"]
    assert [conflict.ended_at is not None for conflict in list_conflicts(memory_db)] == [True]


def test_people_declare_for_themselves_and_their_own_house_alone(memory_db: Database) -> None:
    mine, theirs, third = (make_organisation(memory_db) for _ in range(3))
    me = make_account(memory_db, mine, "editor")
    somebody = make_account(memory_db, theirs, "editor")
    tie = declare(memory_db, me, "person", theirs, account_id=me.id)
    declare(memory_db, me, "ownership", theirs, mine)
    with pytest.raises(NotPermittedError):
        declare(memory_db, me, "person", theirs, account_id=somebody.id)
    with pytest.raises(NotPermittedError):
        declare(memory_db, me, "organisations", theirs, third)
    with pytest.raises(NotPermittedError):
        end_conflict(memory_db, tie, actor=somebody, now=NOW)
    assert len(list_own(memory_db, me.id)) == 2
    assert list_own(memory_db, somebody.id) == []


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("organisations", {}, "other"),
        ("organisations", {"other_id": 1}, "other"),
        ("person", {}, "person"),
        ("person", {"account_id": 1, "other_id": 2}, "other"),
        ("ownership", {"other_id": 2, "ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ("rumour", {"other_id": 2}, "kind"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    kind: str, values: dict[str, object], field: str
) -> None:
    with pytest.raises(ConflictDeclarationError) as refused:
        Declaration(kind, 1, "Because", TODAY, **values).check()  # type: ignore[arg-type]
    assert refused.value.field == field


def test_an_erased_persons_ties_are_forgotten(memory_db: Database, staff: Account) -> None:
    company = make_organisation(memory_db)
    person = make_account(memory_db, make_organisation(memory_db), "editor")
    declare(memory_db, person, "person", company, account_id=person.id)
    erase_person(memory_db, person.id, actor=person, now=NOW)
    assert list_conflicts(memory_db) == []


def test_who_has_left_the_organisation_ends_nothing_for_it(
    memory_db: Database, staff: Account
) -> None:
    own_house, other = make_organisation(memory_db), make_organisation(memory_db)
    jonas = make_account(memory_db, own_house, "editor")
    declaration = Declaration("organisations", own_house, "A seat on the board", NOW.date(), other)
    conflict = declare_conflict(memory_db, declaration, actor=jonas, links=LINKS, now=NOW)
    own = Declaration("person", other, "Shares", NOW.date(), account_id=jonas.id)
    tie = declare_conflict(memory_db, own, actor=jonas, links=LINKS, now=NOW)
    memory_db["membership"].update(jonas.memberships[0].id, {"ended_at": to_text(NOW)})
    jonas = get_account(memory_db, jonas.id)
    with pytest.raises(NotPermittedError):
        end_conflict(memory_db, conflict, actor=jonas, now=NOW)
    end_conflict(memory_db, tie, actor=jonas, now=NOW)


def test_an_ownership_declared_from_outside_is_told_once_and_waits_to_be_looked_at(
    memory_db: Database, staff: Account
) -> None:
    mine = make_organisation(memory_db, name="Nordhud ApS")
    theirs = make_organisation(memory_db, name="Sydhud ApS")
    me = make_account(memory_db, mine, "editor", name="Jonas Lind")
    other = make_account(memory_db, theirs, "editor", language="da")
    make_account(memory_db, theirs, "member")
    conflict = declare(memory_db, me, "ownership", theirs, mine)
    assert declare(memory_db, me, "ownership", theirs, mine) == conflict
    end_conflict(memory_db, conflict, actor=me, now=NOW)
    again = declare(memory_db, me, "ownership", theirs, mine)
    assert read_conflicts(memory_db, today=TODAY).owners, "it holds at once"
    mails = {
        mail["recipient"]: mail
        for mail in memory_db.rows("select * from outbox_mail where kind = 'ownership_declared'")
    }
    assert memory_db["outbox_mail"].count == len(mails) == 2
    assert set(mails) == {staff.email, other.email}
    for word in ("Jonas Lind", "Nordhud ApS", "Sydhud ApS"):
        assert all(word in mail["body_text"] for mail in mails.values())
    assert "Hvis det er forkert" in mails[other.email]["body_text"]
    assert "http://localhost/conflicts" in mails[staff.email]["body_text"]
    assert not any("board" in mail["body_text"] for mail in mails.values()), "the reason"
    assert [each.awaits_look for each in list_conflicts(memory_db)] == [True, True]
    with pytest.raises(NotPermittedError):
        look_at_conflict(memory_db, again, actor=me, now=NOW)
    for _again in range(2):
        look_at_conflict(memory_db, again, actor=staff, now=NOW)
    assert [each.awaits_look for each in list_conflicts(memory_db)] == [False, True]
    actions = [event.action for event in list_events(memory_db, "conflict", again)]
    assert actions == ["conflict.declare", "conflict.look"]


@pytest.mark.parametrize("has_editor", [False, True])
def test_an_ownership_of_a_department_is_told_to_its_editors_and_to_those_above_it(
    memory_db: Database, staff: Account, has_editor: bool
) -> None:
    mine, hospital = (make_organisation(memory_db) for _ in range(2))
    ward = make_organisation(memory_db, kind="department", parent_id=hospital)
    told = {staff.email, make_account(memory_db, hospital).email}
    make_account(memory_db, hospital, active=0)
    make_account(memory_db, ward, "member")
    if has_editor:
        told.add(make_account(memory_db, ward).email)
    declare(memory_db, make_account(memory_db, mine), "ownership", ward, mine)
    mails = memory_db.rows("select recipient from outbox_mail")
    assert len(mails) == len(told)
    assert {mail["recipient"] for mail in mails} == told


def test_what_staff_declare_or_who_speaks_for_both_is_told_to_nobody(
    memory_db: Database, staff: Account
) -> None:
    mine = make_organisation(memory_db)
    department = make_organisation(memory_db, parent_id=mine)
    me = make_account(memory_db, mine, "editor")
    declare(memory_db, me, "ownership", department, mine)
    declare(memory_db, staff, "ownership", mine, make_organisation(memory_db))
    declare(memory_db, me, "organisations", mine, make_organisation(memory_db))
    assert memory_db["outbox_mail"].count == 0
    assert not any(each.awaits_look for each in list_conflicts(memory_db))
