"""Tasks: who may read them, who may be asked, and when they are overdue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matchmaker.casework.errors import (
    CaseworkNotFoundError,
    ClosedError,
    NotIntroducedError,
    ResponsibleError,
    StaleError,
    TextMissingError,
)
from matchmaker.casework.seat import take_seat
from matchmaker.casework.tasks import (
    TaskDraft,
    add_task,
    change_task,
    due_tasks,
    list_tasks,
    open_task_counts,
    tick_task,
)
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.following import close
from matchmaker.screening.screen import PatientDataFound
from tests.casework.conftest import LATER, TODAY, Table
from tests.collaborations.conftest import LINKS
from tests.factories import NOW


def draft(table: Table, **values: object) -> TaskDraft:
    made = TaskDraft("Send databehandleraftalen", TODAY, table.world.jonas.id, "parties")
    return replace(made, **values)  # type: ignore[arg-type]


def test_a_task_is_read_by_all_who_take_part_and_done_once(table: Table) -> None:
    world = table.world
    task = add_task(table.db, table.id, draft(table), actor=world.karen, now=NOW)
    for reader in (world.staff, world.karen, world.tina):
        (seen,) = list_tasks(table.db, take_seat(table.db, table.id, reader))
        assert (seen.id, seen.responsible, seen.is_done) == (task, "Jonas Lind", False)
    for _twice in range(2):
        tick_task(table.db, task, done=True, actor=world.jonas, now=LATER)
    (seen,) = list_tasks(table.db, take_seat(table.db, table.id, world.karen))
    assert (seen.done_by, seen.is_done) == ("Jonas Lind", True)
    done = table.db.rows("select * from audit_event where action = 'collaboration.task_done'")
    assert len(done) == 1
    tick_task(table.db, task, done=False, actor=world.staff, now=LATER)
    assert not list_tasks(table.db, take_seat(table.db, table.id, world.karen))[0].is_done


def test_what_the_hub_keeps_to_itself_is_not_there_for_the_parties(table: Table) -> None:
    world = table.world
    made = draft(table, audience="hub", responsible_id=world.staff.id)
    task = add_task(table.db, table.id, made, actor=world.staff, now=NOW)
    assert list_tasks(table.db, take_seat(table.db, table.id, world.karen)) == []
    with pytest.raises(CaseworkNotFoundError):
        tick_task(table.db, task, done=True, actor=world.karen, now=NOW)
    with pytest.raises(NotPartyError):
        add_task(table.db, table.id, made, actor=world.karen, now=NOW)


def test_only_somebody_who_may_read_a_task_can_be_asked_to_do_it(table: Table) -> None:
    world = table.world
    for wrong in ({"audience": "hub"}, {"responsible_id": table.stranger.id}):
        with pytest.raises(ResponsibleError):
            add_task(table.db, table.id, draft(table, **wrong), actor=world.staff, now=NOW)


def test_strangers_and_people_before_the_introduction_are_kept_out(table: Table) -> None:
    with pytest.raises(NotPartyError):
        take_seat(table.db, table.id, table.stranger)
    table.db["collaboration"].update(table.id, {"introduced_at": None, "stage": "invited"})
    with pytest.raises(NotPartyError):
        take_seat(table.db, table.id, table.world.karen)
    made = draft(table, responsible_id=table.world.staff.id)
    with pytest.raises(NotIntroducedError):
        add_task(table.db, table.id, made, actor=table.world.staff, now=NOW)


def test_a_task_says_something_and_nothing_about_a_patient(table: Table) -> None:
    with pytest.raises(TextMissingError):
        add_task(table.db, table.id, draft(table, text="  "), actor=table.world.staff, now=NOW)
    made = draft(table, text="Ring til 010203-1234")
    with pytest.raises(PatientDataFound):
        add_task(table.db, table.id, made, actor=table.world.staff, now=NOW)
    assert table.db["task"].count == 0


def test_of_two_who_change_a_task_the_second_is_told(table: Table) -> None:
    world = table.world
    task = add_task(table.db, table.id, draft(table), actor=world.karen, now=NOW)
    made = draft(table, due_on=TODAY + timedelta(days=7))
    change_task(table.db, task, made, version=1, actor=world.karen, now=NOW)
    with pytest.raises(StaleError):
        change_task(table.db, task, draft(table), version=1, actor=world.jonas, now=NOW)


def test_the_digest_lists_what_is_due_of_ones_own_until_it_is_done_or_all_is_closed(
    table: Table,
) -> None:
    world = table.world
    days = (TODAY - timedelta(days=3), TODAY, TODAY + timedelta(days=1))
    for day in days:
        made = draft(table, due_on=day, responsible_id=world.staff.id)
        add_task(table.db, table.id, made, actor=world.karen, now=NOW)
    due = due_tasks(table.db, world.staff, TODAY)
    assert [(task.due_on, task.is_overdue) for task in due] == [
        ("2026-11-20", True),
        ("2026-11-23", False),
    ]
    assert due_tasks(table.db, world.jonas, TODAY) == []
    assert open_task_counts(table.db, [table.id], ("parties",), TODAY) == {table.id: (3, 1)}
    tick_task(table.db, due[0].id, done=True, actor=world.staff, now=NOW)
    assert len(due_tasks(table.db, world.staff, TODAY)) == 1
    close(table.db, table.id, "finished", links=LINKS, actor=world.staff, now=NOW)
    assert due_tasks(table.db, world.staff, date(2027, 1, 1)) == []
    with pytest.raises(ClosedError):
        add_task(table.db, table.id, draft(table), actor=world.staff, now=NOW)


def test_a_second_click_adds_no_second_task(table: Table) -> None:
    made, karen = draft(table), table.world.karen
    task = add_task(table.db, table.id, made, actor=karen, now=NOW)
    assert add_task(table.db, table.id, made, actor=karen, now=LATER) == task
    tick_task(table.db, task, done=True, actor=karen, now=LATER)
    assert add_task(table.db, table.id, made, actor=karen, now=LATER) != task
