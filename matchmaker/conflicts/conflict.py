"""Who must not meet whom: organisations in conflict, ownership, and people tied to one side."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

KINDS = ("organisations", "ownership", "person")


class ConflictDeclarationError(ValueError):
    """What was declared makes no sense; `field` says where and `code` why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class ConflictNotFoundError(LookupError):
    """No conflict has this id."""


@dataclass(frozen=True)
class Declaration:
    """What somebody declares; of an ownership `other_id` owns `organisation_id`."""

    kind: str
    organisation_id: int
    reason: str
    starts_on: date
    other_id: int | None = None
    account_id: int | None = None
    ends_on: date | None = None

    def check(self) -> None:
        """Raise the :class:`ConflictDeclarationError` that says what is missing."""
        if self.kind not in KINDS:
            raise ConflictDeclarationError("kind", "unknown")
        if not self.reason.strip():
            raise ConflictDeclarationError("reason", "required")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ConflictDeclarationError("ends_on", "backwards")
        if (self.kind == "person") != (self.account_id is not None):
            raise ConflictDeclarationError("person", "required")
        if (self.kind == "person") != (self.other_id is None):
            raise ConflictDeclarationError("other", "required")
        if self.other_id == self.organisation_id:
            raise ConflictDeclarationError("other", "same")


@dataclass(frozen=True)
class Conflict:
    """One declared conflict; names are empty where a person has been erased."""

    id: int
    kind: str
    organisation_id: int
    organisation_name: str
    other_id: int | None
    other_name: str | None
    account_id: int | None
    account_name: str | None
    reason: str
    starts_on: str
    ends_on: str | None
    declared_by: int
    declared_by_name: str
    declared_at: str
    ended_at: str | None
    #: Declared by one side of the other, and no staff have looked at it yet.
    awaits_look: bool

    def holds_on(self, today: date) -> bool:
        day = today.isoformat()
        is_in_time = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        return self.ended_at is None and is_in_time

    def is_over(self, today: date) -> bool:
        has_passed = self.ends_on is not None and self.ends_on < today.isoformat()
        return self.ended_at is not None or has_passed


@dataclass(frozen=True)
class Stake:
    """One side of a pair: its organisation with the one above it, and who stands for it."""

    house: frozenset[int]
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Conflicts:
    """Every conflict that holds on one day.

    `owners` are those that own an organisation, `opposed` those in conflict with it, `ties` the
    organisations that a person is tied to.

    >>> held = Conflicts(owners={2: frozenset({1})}, opposed={7: frozenset({2})})
    >>> held.why_apart(Stake(frozenset({1})), Stake(frozenset({2})))
    'ownership'
    >>> held.why_apart(Stake(frozenset({7})), Stake(frozenset({1})))
    'organisations'
    >>> held.why_apart(Stake(frozenset({7})), Stake(frozenset({3}))) is None
    True
    """

    owners: Mapping[int, frozenset[int]] = field(default_factory=dict)
    opposed: Mapping[int, frozenset[int]] = field(default_factory=dict)
    ties: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.owners or self.opposed or self.ties)

    @property
    def mentioned(self) -> frozenset[int]:
        """Every organisation that some conflict is about."""
        return frozenset(
            organisation
            for table in (self.owners, self.opposed, self.ties)
            for key, others in table.items()
            for organisation in (*others, *(() if table is self.ties else (key,)))
        )

    def why_apart(self, one: Stake, other: Stake) -> str | None:
        """Return the kind of conflict that keeps the two apart, None where there is none.

        A conflict with an organisation is one with those that own it and those they own. That
        two share a house is no conflict: whether they may meet is another rule.
        """
        if self.is_empty:
            return None
        groups = self.group(one.house), self.group(other.house)
        if groups[0] & groups[1] and not one.house & other.house:
            return "ownership"
        if self._opposes(groups[0], groups[1]) or self._opposes(groups[1], groups[0]):
            return "organisations"
        if self._tied(one) & groups[1] or self._tied(other) & groups[0]:
            return "person"
        return None

    def group(self, house: Iterable[int]) -> frozenset[int]:
        """Return the organisations with those that own them, and those that own these."""
        found = frozenset(house)
        while more := frozenset(self._owners_of(found)) - found:
            found |= more
        return found

    def is_tied(self, account_id: int, house: Iterable[int]) -> bool:
        """Whether the person is tied to one of these organisations or those that own them."""
        return bool(self._tied(Stake(frozenset(), frozenset({account_id}))) & self.group(house))

    def _owners_of(self, organisations: Iterable[int]) -> Iterator[int]:
        for organisation in organisations:
            yield from self.owners.get(organisation, ())

    def _opposes(self, group: frozenset[int], other: frozenset[int]) -> bool:
        opposed = {o for member in group for o in self.opposed.get(member, ())}
        return bool(opposed and self.group(opposed) & other)

    def _tied(self, stake: Stake) -> frozenset[int]:
        tied = frozenset(o for person in stake.people for o in self.ties.get(person, ()))
        return self.group(tied) if tied else tied


NO_CONFLICTS = Conflicts()
