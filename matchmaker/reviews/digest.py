"""One mail a working day to each member of staff: cases that wait for a first action, tasks due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from babel.dates import format_date

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import danish_day
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import Links
from matchmaker.reviews.cases import OpenCase, read_open_cases
from matchmaker.reviews.second_queries import list_differing
from matchmaker.translations import DATE_LOCALES
from matchmaker.workdays import is_working_day

MOST_LISTED = 10

#: Whether a person wants the mail; who offers a choice passes it on.
Wants = Callable[[Account], bool]


class DueTask(Protocol):
    """What the mail tells of a task that should have been done by today."""

    @property
    def text(self) -> str:
        """What is to be done."""

    @property
    def collaboration(self) -> str:
        """The name of the collaboration."""

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed."""


#: What a person should have done by a day; who keeps the tasks passes it on.
TasksDue = Callable[[Database, Account, date], Sequence[DueTask]]


@dataclass(frozen=True)
class Waiting:
    """What waits for one person: their cases, those of their hubs that nobody has, readings of
    theirs that differ from somebody else's, and their tasks in collaborations."""

    cases: tuple[OpenCase, ...]
    differing: int
    tasks: tuple[DueTask, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.cases and not self.differing and not self.tasks

    def count(self, state: str) -> int:
        return sum(case.clock.state == state for case in self.cases)


def send_digests(
    db: Database,
    *,
    links: Links,
    now: datetime,
    wants: Wants = lambda _account: True,
    tasks_due: TasksDue = lambda _db, _account, _today: (),
) -> int:
    """Return how many people were mailed; on the same day nobody is mailed twice.

    Nobody is mailed on a weekend or holiday, or when nothing waits for them.
    """
    today = danish_day(now)
    if not is_working_day(today):
        return 0
    cases = [c for c in read_open_cases(db, None, today=today) if c.clock.started]
    sent = 0
    for account in _list_all_staff(db):
        waiting = waiting_for(db, account, cases, tasks_due(db, account, today))
        if not waiting.is_empty and wants(account):
            sent += _send(db, account, waiting, today, links=links, now=now)
    return sent


def waiting_for(
    db: Database, account: Account, cases: Sequence[OpenCase], tasks: Sequence[DueTask] = ()
) -> Waiting:
    """Return what of the cases waits for this person, longest waiting first."""
    own = (
        case
        for case in cases
        if (case.owner_id is None and case.hub_id in account.hub_ids) or case.owner_id == account.id
    )
    ordered = sorted(own, key=lambda case: (-case.clock.waited, -case.value, case.need_id))
    differing = len(list_differing(db, reader_id=account.id))
    return Waiting(tuple(ordered), differing, tuple(tasks))


def _list_all_staff(db: Database) -> list[Account]:
    rows = db.rows(
        "select distinct a.id from account a join membership m on m.account_id = a.id"
        " where m.role in ('hub_staff', 'hub_manager', 'administrator')"
        " and m.ended_at is null and a.active = 1"
        " order by a.id"
    )
    return [get_account(db, row["id"]) for row in rows]


def _send(
    db: Database,
    account: Account,
    waiting: Waiting,
    today: date,
    *,
    links: Links,
    now: datetime,
) -> bool:
    listed, tasks = waiting.cases[:MOST_LISTED], waiting.tasks[:MOST_LISTED]
    return enqueue_template(
        db, "review_digest", account, now=now,
        key=f"review-digest-{account.id}-{today.isoformat()}",
        person=account, waiting=waiting, more=len(waiting.cases) - len(listed),
        tasks=tasks, more_tasks=len(waiting.tasks) - len(tasks),
        lines=[_line(db, case, account.language) for case in listed],
        link=links.page("/reviews"), board=links.page("/collaborations"),
        settings=links.page("/profile/mails"),
    )  # fmt: skip


def _line(db: Database, case: OpenCase, language: str) -> dict[str, Any]:
    row = db.first(
        "select n.title, o.name from need n join organisation o on o.id = n.organisation_id"
        " where n.id = ?",
        (case.need_id,),
    )
    due = format_date(case.clock.due_on, "d MMMM", locale=DATE_LOCALES[language])
    return {
        "title": row["title"] if row else "",
        "organisation": row["name"] if row else "",
        "state": case.clock.state,
        "waited": case.clock.waited,
        "due": due,
        "is_own": case.owner_id is not None,
    }
