"""A need: a problem in practice that a public organisation owns."""

from dataclasses import dataclass
from typing import ClassVar

from matchmaker.profiles.states import Moves, Stateful

STATES = ("draft", "submitted", "published", "paused", "expired", "closed")
CLOSE_REASONS = ("solved_here", "solved_elsewhere", "not_relevant", "duplicate", "other")
MOST_APPROACHES = 20

MOVES: Moves = {
    "submit": {"draft": "submitted"},
    "publish": {"draft": "published", "submitted": "published"},
    "pause": {"published": "paused"},
    "resume": {"paused": "published"},
    "renew": {"published": "published", "paused": "paused", "expired": "published"},
    "expire": {"published": "expired", "paused": "expired"},
    "close": dict.fromkeys(STATES[:-1], "closed"),
}


@dataclass(frozen=True)
class Answers:
    """The six questions as somebody has answered them; only the problem must be told."""

    problem: str
    title: str = ""
    target: str = ""
    extent: str = ""
    tried: str = ""
    requirements: str = ""
    approach: str = ""
    approaches_per_month: int = 4
    show_organisation: bool = True
    confidential: bool = False


@dataclass(frozen=True)
class Need(Stateful):
    MOVES: ClassVar[Moves] = MOVES

    id: int
    organisation_id: int
    owner_id: int | None
    hub_id: int
    language: str
    title: str
    problem: str
    target: str
    extent: str
    tried: str
    requirements: str
    approach: str
    approaches_per_month: int
    show_organisation: bool
    confidential: bool
    blind_problem: str
    state: str
    close_reason: str | None
    version: int
    source: str | None
    external_id: str | None
    created_at: str
    updated_at: str
    published_at: str | None
    expires_at: str | None
    supporters: int

    @property
    def is_matched(self) -> bool:
        """Whether suggestions are made for it."""
        return self.state in ("submitted", "published")

    @property
    def can_be_supported(self) -> bool:
        return self.state == "published"
