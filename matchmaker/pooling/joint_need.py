"""A joint need: the same problem at several owners, each of whom keeps the need that is theirs."""

from dataclasses import dataclass

LIVE_STATES = ("proposed", "asked")
#: The fewest needs that make a joint one.
FEWEST = 2


class JointNeedNotFoundError(LookupError):
    """There is no joint need with this id, or none that this person may know of."""


class StaleJointNeedError(Exception):
    """Somebody else has changed the joint need since the page was opened."""

    def __init__(self, joint_need_id: int) -> None:
        super().__init__(joint_need_id)
        self.joint_need_id = joint_need_id


class KeptApartError(Exception):
    """A reviewer has kept two of these needs apart; `pairs` names them by their ids."""

    def __init__(self, pairs: list[tuple[int, int]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


class WrongChoiceError(ValueError):
    """What was chosen does not make sense for this joint need: none of its needs, or all."""


class NotAskedError(Exception):
    """The owner of this need is not asked, or not any more."""


@dataclass(frozen=True)
class Member:
    """One need of a joint need with its place. `likeness` is its mean probability to the others."""

    id: int
    need_id: int
    state: str
    title: str
    language: str
    need_state: str
    organisation_id: int
    owner_id: int | None
    organisation: str
    kind: str
    region: str | None
    municipality: str | None
    hub_id: int
    hub: str
    supporters: int
    likeness: float | None = None

    @property
    def is_asked(self) -> bool:
        return self.state in ("asked", "joined")


@dataclass(frozen=True)
class JointNeed:
    """The needs in it now, those that joined first, each group by id."""

    id: int
    title: str
    language: str
    state: str
    version: int
    by_hand: bool
    created_at: str
    asked_at: str | None
    members: tuple[Member, ...]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def is_standing(self) -> bool:
        """Whether only people take needs out of it: a mere proposal follows what is likely."""
        return self.is_live and (self.state == "asked" or self.by_hand)

    @property
    def joined(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.state == "joined")

    @property
    def waiting(self) -> tuple[Member, ...]:
        """The needs whose owners have not been asked yet."""
        return tuple(member for member in self.members if member.state == "proposed")

    @property
    def organisations(self) -> int:
        return len({member.organisation_id for member in self.members})

    @property
    def places(self) -> tuple[str, ...]:
        """The region codes, each once."""
        return tuple(sorted({member.region for member in self.members if member.region}))

    @property
    def supporters(self) -> int:
        return sum(member.supporters for member in self.members)

    @property
    def likeness(self) -> float | None:
        """The lowest of the members' likenesses: what a look is worth."""
        known = [m.likeness for m in self.members if m.likeness is not None]
        return min(known) if known else None

    def member(self, need_id: int) -> Member | None:
        return next((m for m in self.members if m.need_id == need_id), None)

    def chosen(self, need_ids: frozenset[int]) -> tuple[Member, ...]:
        """Return the members with these needs.

        Raises
        ------
        WrongChoiceError
            When there are none, or a need is not of this joint need.
        """
        found = tuple(member for member in self.members if member.need_id in need_ids)
        if not found or len(found) < len(need_ids):
            raise WrongChoiceError(sorted(need_ids))
        return found
