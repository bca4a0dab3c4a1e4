"""Who has a case: the need at the hub that handles it."""

from dataclasses import dataclass
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.database import Database

_LAST = (
    "a.sequence = (select max(sequence) from case_assignment"
    " where need_id = a.need_id and hub_id = a.hub_id)"
)
#: Who has left the hub, or is erased, owns nothing there any more.
_WORKS_THERE = (
    "exists (select 1 from membership m join account p on p.id = m.account_id and p.active = 1"
    " where m.account_id = a.owner_id and m.organisation_id = a.hub_id and m.ended_at is null"
    " and m.role in ('hub_staff', 'hub_manager', 'administrator'))"
)


class CaseTakenError(Exception):
    """Somebody took or handed on the case after the page was opened; `last` says who."""

    def __init__(self, last: "Assignment") -> None:
        super().__init__(f"the case of need {last.need_id} was given by {last.actor_name}")
        self.last = last


class ColleagueError(ValueError):
    """A case can be handed to another person who works for the hub."""


class ReceiverError(ValueError):
    """A case can be handed to another hub."""


@dataclass(frozen=True)
class Assignment:
    """One time that a case was taken or handed on; they are only ever added."""

    need_id: int
    hub_id: int
    hub_name: str
    sequence: int
    owner_id: int | None
    owner_name: str
    actor_id: int
    actor_name: str
    from_hub_id: int | None
    from_hub_name: str
    note: str
    created_at: str

    @property
    def is_taken(self) -> bool:
        return self.owner_id == self.actor_id


@dataclass(frozen=True)
class Owner:
    account_id: int
    name: str


@dataclass(frozen=True)
class Holding:
    """Who has a case now, and how it came there, newest first."""

    need_id: int
    hub_id: int
    hub_name: str
    owner: Owner | None
    history: tuple[Assignment, ...]

    @property
    def sequence(self) -> int:
        """How often the case was given: the lock for the next time."""
        return self.history[0].sequence if self.history else 0

    def is_owned_by(self, account: Account) -> bool:
        return self.owner is not None and self.owner.account_id == account.id


def get_holding(db: Database, need_id: int, hub_id: int) -> Holding:
    hub = db.first("select name from organisation where id = ?", (hub_id,))
    owner = list_owners(db, need_id).get((need_id, hub_id))
    history = tuple(list_assignments(db, need_id, hub_id))
    return Holding(need_id, hub_id, hub["name"] if hub else "", owner, history)


def list_owners(db: Database, need_id: int | None = None) -> dict[tuple[int, int], Owner]:
    """Return who has which case, by need and hub; cases without an owner are left out."""
    rows = db.execute(
        "select a.need_id, a.hub_id, a.owner_id, o.name from case_assignment a"
        f" join account o on o.id = a.owner_id where {_LAST} and {_WORKS_THERE}"
        " and (:need is null or a.need_id = :need)",
        {"need": need_id},
    )
    return {(need, hub): Owner(account, name) for need, hub, account, name in rows}


def list_assignments(db: Database, need_id: int, hub_id: int) -> list[Assignment]:
    """Return how a case came to who has it, newest first."""
    rows = db.rows(
        "select a.need_id, a.hub_id, h.name as hub_name, a.sequence, a.owner_id,"
        " coalesce(o.name, '') as owner_name, a.actor_id, p.name as actor_name, a.from_hub_id,"
        " coalesce(f.name, '') as from_hub_name, a.note, a.created_at"
        " from case_assignment a join organisation h on h.id = a.hub_id"
        " join account p on p.id = a.actor_id left join account o on o.id = a.owner_id"
        " left join organisation f on f.id = a.from_hub_id"
        " where a.need_id = ? and a.hub_id = ? order by a.sequence desc",
        (need_id, hub_id),
    )
    return [Assignment(**row) for row in rows]


def find_given_away(db: Database, need_id: int, hub_id: int) -> Assignment | None:
    """Return how the case last left a hub for another one, None where it never did."""
    row = db.first(
        "select hub_id, sequence from case_assignment where need_id = ? and from_hub_id = ?"
        " order by created_at desc, sequence desc limit 1",
        (need_id, hub_id),
    )
    if row is None:
        return None
    steps = list_assignments(db, need_id, row["hub_id"])
    return next(step for step in steps if step.sequence == row["sequence"])


def list_staff(db: Database, hub_id: int) -> list[Account]:
    """Return the active people who work for a hub, by name."""
    rows: list[dict[str, Any]] = db.rows(
        "select distinct a.id, a.name from account a join membership m on m.account_id = a.id"
        " where m.organisation_id = ? and m.ended_at is null and a.active = 1"
        " and m.role in ('hub_staff', 'hub_manager', 'administrator') order by a.name, a.id",
        (hub_id,),
    )
    return [get_account(db, row["id"]) for row in rows]
