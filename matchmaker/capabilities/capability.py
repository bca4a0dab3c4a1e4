"""A capability: a solution, a testbed, expertise or a service that somebody offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matchmaker.profiles.states import Moves, Stateful

KINDS = ("solution", "testbed", "expertise", "service")
STATES = ("draft", "published", "paused", "expired", "closed")
CLOSE_REASONS = ("withdrawn", "replaced", "no_capacity", "duplicate", "other")
#: How many approaches a month a testbed allows at most, and where it has not said how many.
MOST_APPROACHES, USUAL_APPROACHES = 20, 4
DEVICE_CLASSES = (
    "not_a_device",
    "mdr_i",
    "mdr_iia",
    "mdr_iib",
    "mdr_iii",
    "ivdr_a",
    "ivdr_b",
    "ivdr_c",
    "ivdr_d",
)
MARKETS = ("DK", "SE", "NO", "FI", "IS", "DE", "NL", "FR", "GB", "US")
LANGUAGES = ("da", "en", "sv", "no", "de")
#: Readiness in the three steps that readers ask for: idea and laboratory, trial, in use.
TRL_BANDS: Mapping[str, tuple[int, int]] = {"1-3": (1, 3), "4-6": (4, 6), "7-9": (7, 9)}

MOVES: Moves = {
    "publish": {"draft": "published"},
    "pause": {"published": "paused"},
    "resume": {"paused": "published"},
    "renew": {"published": "published", "paused": "paused", "expired": "published"},
    "expire": {"published": "expired", "paused": "expired"},
    "close": dict.fromkeys(STATES[:-1], "closed"),
}

_PRODUCT = ("evidence", "trl", "ce_marked", "device_class", "markets", "languages", "price_model")
#: The fields besides title and description that each kind is asked for, in reading order.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "solution": _PRODUCT,
    "service": _PRODUCT,
    "testbed": (
        *("facilities", "target_groups", "free_periods", "past_projects"),
        "approaches_per_month",
    ),
    "expertise": ("research_field", "target_groups", "past_projects"),
}
#: Which of them readers ask for when they are empty.
ASKED_FOR: Mapping[str, tuple[str, ...]] = {
    "solution": ("evidence", "trl", "ce_marked", "device_class", "price_model", "markets"),
    "service": ("evidence", "languages", "price_model", "markets"),
    "testbed": ("facilities", "target_groups", "free_periods", "past_projects"),
    "expertise": ("research_field", "past_projects", "target_groups"),
}


@dataclass(frozen=True)
class Period:
    """A stretch of days in which a testbed has room, both ends included (ISO dates)."""

    starts_on: str
    ends_on: str
    note: str = ""


@dataclass(frozen=True)
class Offer:
    """What the owner tells about a capability. None and empty mean: not stated."""

    kind: str
    title: str
    description: str
    evidence: str = ""
    trl: int | None = None
    device_class: str | None = None
    ce_marked: bool | None = None
    markets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    price_model: str = ""
    facilities: str = ""
    target_groups: str = ""
    research_field: str = ""
    past_projects: str = ""
    free_periods: tuple[Period, ...] = ()
    approaches_per_month: int | None = None


@dataclass(frozen=True)
class Capability(Stateful):
    MOVES: ClassVar[Moves] = MOVES

    id: int
    organisation_id: int
    owner_id: int | None
    kind: str
    language: str
    title: str
    description: str
    evidence: str
    trl: int | None
    device_class: str | None
    ce_marked: bool | None
    markets: tuple[str, ...]
    languages: tuple[str, ...]
    price_model: str
    facilities: str
    target_groups: str
    research_field: str
    past_projects: str
    free_periods: tuple[Period, ...]
    #: The free periods without the days that are booked.
    room: tuple[Period, ...]
    approaches_per_month: int | None
    state: str
    close_reason: str | None
    version: int
    source: str | None
    external_id: str | None
    created_at: str
    updated_at: str
    published_at: str | None
    expires_at: str | None

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """The fields that readers ask for and that are not stated, most asked for first."""
        return tuple(name for name in ASKED_FOR[self.kind] if self.is_unstated(name))

    def room_from(self, today: str) -> str | None:
        """Return the first day of the first stretch that has not passed (ISO)."""
        return next((each.starts_on for each in self.room if each.ends_on >= today), None)

    def is_unstated(self, name: str) -> bool:
        return getattr(self, name) in (None, "", ())
