"""What came of a collaboration, as those who were in it tell."""

import calendar
from dataclasses import dataclass
from datetime import date

#: Months after the introduction, or after operation began, at which the parties are asked.
ROUNDS = (6, 12, 24)
STATES = ("in_use", "under_way", "stopped", "nothing")
#: Who says one of these is not asked again: nothing more is to come.
FINAL_STATES = ("stopped", "nothing")
#: What a result is told in.
PARTS = ("citizen", "organisation", "technology", "economy")


class OutcomeError(Exception):
    """The base of what the pages turn into messages."""


class OutcomeStateError(OutcomeError):
    """The answer is none of `STATES`."""


class TooEarlyError(OutcomeError):
    """Nothing can have come of it: the parties have not been introduced."""


@dataclass(frozen=True)
class Outcome:
    """One answer; a later one of the same party stands beside it, not in its place."""

    id: int
    collaboration_id: int
    sequence: int
    party_id: int | None
    account_id: int
    author: str
    organisation_name: str | None
    state: str
    citizen: str
    organisation: str
    technology: str
    economy: str
    is_public: bool
    created_at: str

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return what was told of each part, those without words left out."""
        told = ((name, getattr(self, name)) for name in PARTS)
        return tuple((name, text) for name, text in told if text)


@dataclass(frozen=True)
class OutcomeDraft:
    """An answer as it is given; parts that are None stay as the party told them last."""

    state: str
    citizen: str | None = None
    organisation: str | None = None
    technology: str | None = None
    economy: str | None = None
    is_public: bool | None = None


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day.

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def due_round(since: date, today: date, *, late_days: int) -> int | None:
    """Return the months of the round that is due, the newest one; a long missed one is let be.

    >>> due_round(date(2026, 1, 10), date(2026, 7, 10), late_days=90)
    6
    """
    passed = [months for months in ROUNDS if add_months(since, months) <= today]
    if not passed or (today - add_months(since, passed[-1])).days > late_days:
        return None
    return passed[-1]
