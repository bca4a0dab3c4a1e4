"""A proposal to two or more parties, and all that follows until it ends."""

from dataclasses import dataclass

from matchmaker.reasons import REASONS

STAGES = (
    "draft",
    "invited",
    "accepted",
    "introduced",
    "dialogue",
    "test",
    "agreement",
    "operation",
    "scaled",
    "closed",
)
ANSWERS = ("yes", "no", "later")
CLOSE_REASONS = ("finished", "no_answer", *REASONS)
#: What people decide; ``accepted`` and ``introduced`` follow from the last yes.
MOVES = {
    "introduced": ("dialogue", "test", "agreement"),
    "dialogue": ("test", "agreement"),
    "test": ("dialogue", "agreement"),
    "agreement": ("test", "operation"),
    "operation": ("scaled",),
}
DECIDED_STAGES = frozenset(stage for stages in MOVES.values() for stage in stages)
AUDIENCES = ("hub", "parties")


def stated(*ids: int | None) -> frozenset[int]:
    """Return the ids that are there."""
    return frozenset(each for each in ids if each is not None)


@dataclass(frozen=True)
class Interest:
    """One answer of a party. `circle` says which set of parties it was given for."""

    sequence: int
    account_id: int
    answer: str
    reason: str | None
    note: str
    later_on: str | None
    circle: int
    created_at: str

    def says_the_same(self, other: "Answer", circle: int) -> bool:
        return (self.answer, self.reason, self.note, self.later_on, self.circle) == (
            other.answer,
            other.reason,
            other.note,
            other.later_on,
            circle,
        )


@dataclass(frozen=True)
class Answer:
    """What a party says: yes, no with a reason, or later with a date."""

    answer: str
    reason: str | None = None
    note: str = ""
    later_on: str | None = None


@dataclass(frozen=True)
class Party:
    """An organisation in a collaboration, the profile it is there for, and who speaks for it."""

    id: int
    collaboration_id: int
    organisation_id: int
    organisation_name: str
    parent_id: int | None
    account_id: int
    account_name: str
    need_id: int | None
    capability_id: int | None
    kind: str
    title: str
    show_organisation: bool
    invited_at: str | None
    ended_at: str | None
    last: Interest | None
    end_reason: str | None = None
    owner_id: int | None = None

    @property
    def family(self) -> frozenset[int]:
        return stated(self.organisation_id, self.parent_id)

    @property
    def people(self) -> frozenset[int]:
        """The contact, and who owns the profile, though another one is asked."""
        return stated(self.account_id, self.owner_id)

    @property
    def takes_part(self) -> bool:
        return self.ended_at is None

    @property
    def is_need(self) -> bool:
        return self.need_id is not None

    def answer_in(self, circle: int) -> str | None:
        """Return the answer for this circle; a yes for an earlier one does not count."""
        if self.last is None or (self.last.answer == "yes" and self.last.circle != circle):
            return None
        return self.last.answer


@dataclass(frozen=True)
class Collaboration:
    id: int
    hub_id: int
    hub_name: str
    title: str
    language: str
    introduction: str
    stage: str
    close_reason: str | None
    close_note: str
    version: int
    circle: int
    created_by: int
    created_at: str
    updated_at: str
    invited_at: str | None
    introduced_at: str | None
    everybody: tuple[Party, ...]

    @property
    def parties(self) -> tuple[Party, ...]:
        """Those who take part now; `everybody` has the others too."""
        return tuple(party for party in self.everybody if party.takes_part)

    @property
    def need_id(self) -> int | None:
        return next((party.need_id for party in self.everybody if party.is_need), None)

    @property
    def is_closed(self) -> bool:
        return self.stage == "closed"

    @property
    def contacts_are_open(self) -> bool:
        """Whether the parties may see each other's names, titles, addresses and telephones."""
        return self.introduced_at is not None

    @property
    def everyone_agrees(self) -> bool:
        return bool(self.parties) and all(
            party.answer_in(self.circle) == "yes" for party in self.parties
        )

    @property
    def is_held_back(self) -> bool:
        """Whether all have said yes and a conflict of interest kept them from being introduced."""
        return self.stage == "invited" and self.everyone_agrees

    @property
    def someone_declined(self) -> bool:
        return self.stage == "invited" and any(
            party.answer_in(self.circle) == "no" for party in self.parties
        )

    @property
    def next_stages(self) -> tuple[str, ...]:
        return MOVES.get(self.stage, ())

    def party(self, party_id: int) -> Party | None:
        return next((party for party in self.everybody if party.id == party_id), None)
