"""One line of the equal-information log: who got what about a need, and when."""

from dataclasses import dataclass

#: What the system writes down itself.
BY_ITSELF = ("proposal", "introduction", "question", "answer", "note", "test")
#: What people write down, because it happened outside the system or in a tool beside it.
BY_HAND = ("meeting", "document", "requirements", "paid")
KINDS = (*BY_ITSELF, *BY_HAND, "correction")
#: What may give one company an advantage until the others have got the same.
ADVANTAGES = ("requirements", "paid", "test", "document", "meeting", "answer")
#: That a line ``c`` of the log has not been taken back.
STANDS = (
    "not exists (select 1 from procurement_contact x where x.kind = 'correction'"
    " and x.need_id = c.need_id and x.item_kind = 'contact' and x.item_id = c.id)"
)


@dataclass(frozen=True)
class Item:
    """What was given, so that it is known whether others have got the same."""

    kind: str
    id: int


@dataclass(frozen=True)
class Contact:
    """A line as its reader may see it.

    `organisation_name` is None where the reader may not know it yet, `person` and `actor` where
    only the hub's staff may. `text` is what was asked, answered or written, as far as it was for
    all.
    """

    id: int
    need_id: int
    collaboration_id: int | None
    organisation_id: int
    organisation_name: str | None
    organisation_kind: str
    region: str | None
    person: str | None
    kind: str
    item: Item | None
    summary: str
    happened_on: str | None
    actor: str | None
    at: str
    text: str = ""
    corrected_at: str | None = None

    @property
    def when(self) -> str:
        return self.happened_on or self.at

    @property
    def can_be_corrected(self) -> bool:
        return self.kind in BY_HAND and self.item is None and self.corrected_at is None

    @property
    def same_thing(self) -> tuple[str, object]:
        """What makes two lines tell of the same information."""
        return (self.kind, self.item or self.id)
