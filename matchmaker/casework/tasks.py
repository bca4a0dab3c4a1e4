"""What somebody has promised to do in a collaboration, and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.casework.errors import (
    CaseworkNotFoundError,
    ClosedError,
    ResponsibleError,
    StaleError,
    TextMissingError,
)
from matchmaker.casework.seat import Seat, list_people, take_seat
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.screening.screen import refuse_patient_data


@dataclass(frozen=True)
class Task:
    id: int
    collaboration_id: int
    audience: str
    text: str
    due_on: str
    responsible_id: int
    responsible: str
    version: int
    created_at: str
    done_at: str | None
    done_by: str | None

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def is_overdue(self, today: date) -> bool:
        return not self.is_done and self.due_on < today.isoformat()


@dataclass(frozen=True)
class DueTask:
    """A task as its reader's digest lists it."""

    id: int
    text: str
    due_on: str
    is_overdue: bool
    collaboration_id: int
    collaboration: str


@dataclass(frozen=True)
class TaskDraft:
    text: str
    due_on: date
    responsible_id: int
    audience: str


_TASKS = """
    select t.id, t.collaboration_id, t.audience, t.text, t.due_on, t.responsible_id,
        r.name as responsible, t.version, t.created_at, t.done_at, d.name as done_by
    from task t join account r on r.id = t.responsible_id left join account d on d.id = t.done_by
"""


_SAME = """
    select id from task where collaboration_id = :collaboration_id and audience = :audience
        and text = :text and due_on = :due_on and responsible_id = :responsible_id
        and created_by = :created_by and done_at is null
"""


def add_task(
    db: Database, collaboration_id: int, draft: TaskDraft, *, actor: Account, now: datetime
) -> int:
    """Return the id of a new task; the same one twice, as by a second click, is one.

    Raises
    ------
    TextMissingError
        When it does not say what is to be done.
    ResponsibleError
        When the person has no part in the collaboration, or may not read the task.
    NotIntroducedError
        When it is for the parties before they know each other.
    ClosedError
        When the collaboration is closed.
    """
    with db.atomic():
        seat = take_seat(db, collaboration_id, actor)
        row = {
            **_checked(db, seat, draft),
            "collaboration_id": collaboration_id,
            "created_by": actor.id,
        }
        same = db.first(_SAME, row)
        if same is not None:
            return int(same["id"])
        task_id = db.insert_row("task", {**row, "created_at": to_text(now)})
        _record(db, "add", collaboration_id, task_id, actor=actor, now=now, audience=draft.audience)
    return task_id


def change_task(
    db: Database, task_id: int, draft: TaskDraft, *, version: int, actor: Account, now: datetime
) -> None:
    """Say anew what is to be done, by whom and when.

    Raises
    ------
    StaleError
        When somebody changed the task meanwhile.
    TextMissingError, ResponsibleError, NotIntroducedError, ClosedError
        As with :func:`add_task`.
    """
    with db.atomic():
        task, seat = _get_task(db, task_id, actor)
        row = _checked(db, seat, draft)
        if task.version != version:
            raise StaleError
        db["task"].update(task_id, {**row, "version": version + 1})
        _record(
            db, "change", seat.collaboration.id, task_id, actor=actor, now=now,
            audience=draft.audience,
        )  # fmt: skip


def tick_task(db: Database, task_id: int, *, done: bool, actor: Account, now: datetime) -> None:
    """Note that a task is done, or open again after all; twice is once."""
    with db.atomic():
        task, seat = _get_task(db, task_id, actor)
        if task.is_done == done:
            return
        if seat.collaboration.is_closed and not done:
            raise ClosedError
        stamp = {"done_at": to_text(now), "done_by": actor.id} if done else _NOT_DONE
        db["task"].update(task_id, {**stamp, "version": task.version + 1})
        _record(
            db, "done" if done else "reopen", seat.collaboration.id, task_id, actor=actor, now=now,
            audience=task.audience,
        )  # fmt: skip


_NOT_DONE: dict[str, Any] = {"done_at": None, "done_by": None}


def list_tasks(db: Database, seat: Seat) -> list[Task]:
    """Return the tasks that this person may read: open ones first, the earliest on top."""
    marks = ", ".join("?" * len(seat.audiences))
    rows = db.rows(
        f"{_TASKS} where t.collaboration_id = ? and t.audience in ({marks})"
        " order by t.done_at is not null, t.done_at desc, t.due_on, t.id",
        (seat.collaboration.id, *seat.audiences),
    )
    return [Task(**row) for row in rows]


def due_tasks(db: Database, account: Account, today: date) -> list[DueTask]:
    """Return what this person should have done by today, the longest overdue first."""
    rows = db.rows(
        f"{_DUE} and t.responsible_id = ? order by t.due_on, t.id", (today.isoformat(), account.id)
    )
    return [_due(row, today) for row in rows]


_DUE = """
    select t.id, t.text, t.due_on, t.collaboration_id, c.title as collaboration from task t
    join collaboration c on c.id = t.collaboration_id and c.stage <> 'closed'
    where t.done_at is null and t.due_on <= ?
"""


def open_task_counts(
    db: Database, collaboration_ids: Iterable[int], audiences: Iterable[str], today: date
) -> dict[int, tuple[int, int]]:
    """Return how many tasks are open and how many of them overdue, by collaboration."""
    ids, kinds = list(collaboration_ids), list(audiences)
    rows = db.rows(
        "select collaboration_id, count(*) as open, sum(due_on < ?) as overdue from task"
        f" where done_at is null and collaboration_id in ({', '.join('?' * len(ids))})"
        f" and audience in ({', '.join('?' * len(kinds))}) group by collaboration_id",
        (today.isoformat(), *ids, *kinds),
    )
    return {row["collaboration_id"]: (row["open"], row["overdue"]) for row in rows}


def get_task(db: Database, task_id: int, actor: Account) -> tuple[Task, Seat]:
    """Return a task and where its reader sits.

    Raises
    ------
    CaseworkNotFoundError
        When there is none, or its reader may not know of it.
    """
    return _get_task(db, task_id, actor)


def _due(row: dict[str, Any], today: date) -> DueTask:
    return DueTask(**row, is_overdue=row["due_on"] < today.isoformat())


def _get_task(db: Database, task_id: int, actor: Account) -> tuple[Task, Seat]:
    row = db.first(f"{_TASKS} where t.id = ?", (task_id,))
    if row is None:
        raise CaseworkNotFoundError(task_id)
    seat = take_seat(db, row["collaboration_id"], actor)
    if row["audience"] not in seat.audiences:
        raise CaseworkNotFoundError(task_id)
    return Task(**row), seat


def _checked(db: Database, seat: Seat, draft: TaskDraft) -> dict[str, Any]:
    text = draft.text.strip()
    if not text:
        raise TextMissingError("text")
    refuse_patient_data({"text": text})
    seat.check_writes_to(draft.audience)
    people = {person.id: person for person in list_people(db, seat)}
    person = people.get(draft.responsible_id)
    if person is None or (draft.audience == "hub" and not person.is_hub_staff):
        raise ResponsibleError
    return {
        "text": text,
        "due_on": draft.due_on.isoformat(),
        "responsible_id": person.id,
        "audience": draft.audience,
    }


def _record(
    db: Database,
    action: str,
    collaboration_id: int,
    task_id: int,
    *,
    actor: Account,
    now: datetime,
    audience: str,
) -> None:
    log.record(
        db, f"collaboration.task_{action}", "collaboration", collaboration_id,
        actor_id=actor.id, now=now, task_id=task_id, audience=audience,
    )  # fmt: skip
