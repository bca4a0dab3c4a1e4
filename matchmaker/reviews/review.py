"""A staff member's decision on a suggestion, and the state that follows from the last one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.reasons import REASONS

DECISIONS = ("approve", "reject", "defer", "refer", "reopen")
STATES = ("suggested", "approved", "rejected", "deferred", "referred", "proposed")

_STATE_AFTER = {
    None: "suggested",
    "approve": "approved",
    "reject": "rejected",
    "defer": "deferred",
    "refer": "referred",
    "reopen": "suggested",
}


class ReviewError(Exception):
    """The decision cannot be stored; nothing was changed."""


class SuggestionNotFoundError(LookupError):
    """No suggestion has this id."""


class AlreadyReviewedError(ReviewError):
    """Somebody decided after the page was opened; `last` says who, what and when."""

    def __init__(self, last: "Review") -> None:
        super().__init__(f"suggestion {last.suggestion_id} was decided by {last.account_name}")
        self.last = last


class NotOpenError(ReviewError):
    """The suggestion is in a state that this decision does not follow upon."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the suggestion is {state}")
        self.state = state


class WithdrawnError(ReviewError):
    """The need or the capability is no longer open, or the ranking took the suggestion back."""


class ReasonMissingError(ReviewError):
    """A no has a reason from the list, and "other" says it in words."""


class DeferralError(ReviewError):
    """A deferred suggestion comes back on a day after today."""


class ReferralError(ReviewError):
    """A suggestion can be referred to another hub only."""


@dataclass(frozen=True)
class Review:
    """One decision; reviews are only ever added."""

    suggestion_id: int
    sequence: int
    account_id: int
    account_name: str
    decision: str
    reason: str | None
    note: str
    defer_until: str | None
    refer_to_id: int | None
    refer_to_name: str | None
    created_at: str


@dataclass(frozen=True)
class Standing:
    """Where a suggestion stands: its last decision, the hub that handles it, what it became."""

    suggestion_id: int
    sequence: int
    decision: str | None
    defer_until: str | None
    need_hub_id: int
    hub_id: int
    is_proposed: bool
    is_collaborating: bool
    is_current: bool

    @property
    def state(self) -> str:
        return "proposed" if self.is_proposed else _STATE_AFTER[self.decision]

    @property
    def can_be_decided(self) -> bool:
        return self.is_current and self.state in ("suggested", "deferred", "referred")

    @property
    def can_be_reopened(self) -> bool:
        return self.decision not in (None, "reopen") and not self.is_collaborating

    def is_open(self, today: date) -> bool:
        """Whether it waits for a decision today, at the hub that handles it."""
        if not self.can_be_decided:
            return False
        return self.state != "deferred" or (self.defer_until or "") <= today.isoformat()


@dataclass(frozen=True)
class Decision:
    """What a staff member wants to store on one suggestion."""

    decision: str
    reason: str | None = None
    note: str = ""
    defer_until: date | None = None
    refer_to_id: int | None = None

    @property
    def as_kept(self) -> "Decision":
        """The decision as it is stored: "not now" is no no for good, it comes back on its day."""
        is_later = self.decision == "reject" and self.reason == "not_now"
        return replace(self, decision="defer") if is_later else self

    @property
    def kept_reason(self) -> str | None:
        is_reasoned = self.decision == "reject" or self.reason == "not_now"
        return self.reason if is_reasoned and self.decision in ("reject", "defer") else None

    def check(self, standing: Standing, *, today: date, hub_ids: Iterable[int]) -> None:
        """Raise the :class:`ReviewError` that says what is missing or does not fit."""
        _check_state(self.decision, standing)
        if self.decision == "reject" and not is_reasoned(self.reason, self.note):
            raise ReasonMissingError(self.reason)
        if self.decision == "defer" and (self.defer_until is None or self.defer_until <= today):
            raise DeferralError(self.defer_until)
        if self.decision == "refer" and self.refer_to_id not in {*hub_ids} - {standing.hub_id}:
            raise ReferralError(self.refer_to_id)


def is_reasoned(reason: str | None, note: str) -> bool:
    """Whether a no says why: a reason from the list, and "other" in words."""
    return reason in REASONS and (reason != "other" or bool(note))


def _check_state(decision: str, standing: Standing) -> None:
    if decision == "reopen":
        if not standing.can_be_reopened:
            raise NotOpenError(standing.state)
        return
    if not standing.is_current:
        raise WithdrawnError(standing.suggestion_id)
    if not standing.can_be_decided:
        raise NotOpenError(standing.state)
