"""What staff see of a need and its suggestions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matchmaker.reviews.evidence import Evidence
from matchmaker.reviews.facts import Fact
from matchmaker.reviews.marking import Segment
from matchmaker.reviews.review import Review, Standing
from matchmaker.reviews.waiting import Clock

NEED_FIELDS = ("problem", "target", "extent", "tried", "requirements", "approach")
CAPABILITY_FIELDS = (
    "description", "evidence", "facilities", "target_groups", "research_field", "past_projects",
    "price_model",
)  # fmt: skip


@dataclass(frozen=True)
class QueueEntry:
    """A need in the queue, with the best of its open suggestions; None where none is suggested."""

    need_id: int
    title: str
    language: str
    organisation_name: str
    hub_id: int
    hub_name: str
    open_count: int
    decided_count: int
    best_id: int | None
    probability: float | None
    score: float
    waiting_since: str
    clock: Clock
    owner_id: int | None
    owner_name: str


@dataclass(frozen=True)
class Queue:
    entries: Sequence[QueueEntry]
    needs: int
    suggestions: int
    page: int
    pages: int


@dataclass(frozen=True)
class Side:
    """A need or a capability with its owner, its texts in order, and where the passages stand."""

    id: int
    kind: str
    title: str
    language: str
    organisation_id: int
    organisation_name: str
    organisation_kind: str
    region: str | None
    title_segments: tuple[Segment, ...]
    texts: tuple[tuple[str, tuple[Segment, ...]], ...]


@dataclass(frozen=True)
class CaseLine:
    """One suggestion of a case, as it stands in the list.

    With `is_blind` the reader is asked for a second opinion and must not learn the first.
    """

    id: int
    capability_id: int
    title: str
    language: str
    kind: str
    organisation_name: str
    probability: float | None
    score: float
    collaboration_id: int | None
    standing: Standing
    last: Review | None
    is_open: bool
    is_blind: bool = False


@dataclass(frozen=True)
class Case:
    """One need with all its suggestions, best first."""

    need: Side
    lines: tuple[CaseLine, ...]
    hub_id: int
    hub_name: str

    @property
    def open_lines(self) -> list[CaseLine]:
        return [line for line in self.lines if line.is_open]

    @property
    def approved_lines(self) -> list[CaseLine]:
        shown = (line for line in self.lines if not line.is_blind)
        return [line for line in shown if line.standing.state == "approved"]

    @property
    def reopenable_lines(self) -> list[CaseLine]:
        shown = (line for line in self.lines if not line.is_blind)
        return [line for line in shown if line.standing.can_be_reopened]

    def count(self) -> Counter[str]:
        return Counter(line.standing.state for line in self.lines if not line.is_blind)


@dataclass(frozen=True)
class Place:
    """Where a suggestion stands in its case, and what lies before and after it."""

    number: int
    total: int
    previous_id: int | None
    next_id: int | None


@dataclass(frozen=True)
class SuggestionView:
    """Everything on the page where one suggestion is decided."""

    id: int
    need: Side
    capability: Side
    probability: float | None
    score: float
    evidence: Evidence
    facts: tuple[Fact, ...]
    standing: Standing
    reviews: tuple[Review, ...]
    hub_name: str
    today: date

    @property
    def is_open(self) -> bool:
        return self.standing.is_open(self.today)
