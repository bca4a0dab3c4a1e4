"""One need and one capability that the ranking proposes to the hub."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Suggestion:
    """`evidence` has ``pairs``, ``facts`` and ``features``; `position` counts from 1."""

    id: int
    need_id: int
    capability_id: int
    score: float
    probability: float | None
    position: int
    evidence: dict[str, Any]
    model: str
    created_at: str
    updated_at: str
    withdrawn_at: str | None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class SuggestionNotFound(LookupError):  # noqa: N818 - what the page says
    """There is no suggestion with this id."""
