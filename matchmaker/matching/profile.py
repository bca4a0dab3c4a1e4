"""What the ranking knows of a need or a capability."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

NEED = "need"
TITLE = "title"


@dataclass(frozen=True)
class Field:
    """One answer of the writer; `name` says to which question."""

    name: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What is stated apart from the text. ``None`` and empty mean: not stated.

    Free periods come without the days that are booked; of a testbed that is booked out, none are
    left although they were stated.
    """

    organisation_id: int | None = None
    parent_id: int | None = None
    region: str | None = None
    trl: int | None = None
    ce_marked: bool | None = None
    device_class: str | None = None
    markets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    free_periods: tuple[tuple[date, date], ...] = ()
    is_booked_out: bool = False
    size: str | None = None
    owner_id: int | None = None

    @cached_property
    def family(self) -> frozenset[int]:
        """The organisation and the one above it: whoever shares a member is the same house."""
        return frozenset(x for x in (self.organisation_id, self.parent_id) if x is not None)


@dataclass(frozen=True)
class Profile:
    """A need or a capability. `kind` is ``need`` or the kind of the capability."""

    id: int | str
    kind: str
    language: str
    fields: tuple[Field, ...]
    facts: Facts = field(default=Facts())

    @property
    def is_need(self) -> bool:
        return self.kind == NEED

    @property
    def text(self) -> str:
        """All fields, one after the other, as they were written."""
        return "\n".join(field.text for field in self.fields)

    def text_of(self, name: str) -> str:
        return next((field.text for field in self.fields if field.name == name), "")
