"""What may be suggested at all. A rule is never weighed against a score.

Kept apart are: parts of one house, who has a conflict of interest with whom, and a pair of which
a party has said no thanks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from matchmaker.conflicts.conflict import NO_CONFLICTS, Conflicts, Stake
from matchmaker.conflicts.queries import read_conflicts
from matchmaker.database import Database
from matchmaker.matching.profile import Facts, Profile
from matchmaker.matching.remembered import list_refusals


@dataclass(frozen=True)
class Rules:
    """Everything that keeps two profiles apart on one day; `refused` has capabilities by need."""

    conflicts: Conflicts = NO_CONFLICTS
    refused: Mapping[int | str, frozenset[int]] = field(default_factory=dict)

    def may_meet(self, need: Profile, capability: Profile) -> bool:
        """Whether the two belong to different houses, and nothing keeps them apart."""
        if need.facts.family & capability.facts.family:
            return False
        if capability.id in self.refused.get(need.id, ()):
            return False
        return self.conflicts.why_apart(stake_of(need.facts), stake_of(capability.facts)) is None

    def about(self, need: Profile) -> tuple[tuple[int, ...], ...]:
        """Return whom the rules keep from a need: it differs when its list may have to change.

        Organisations, then people, then capabilities; empty where no rule is about the need.
        """
        refused = tuple(sorted(self.refused.get(need.id, ())))
        if self.conflicts.is_empty:
            return (refused,) if refused else ()
        own = stake_of(need.facts)
        barred = tuple(
            organisation
            for organisation in sorted(self.conflicts.mentioned)
            if self.conflicts.why_apart(own, Stake(frozenset({organisation})))
        )
        people = tuple(
            person
            for person in sorted(self.conflicts.ties)
            if self.conflicts.is_tied(person, own.house)
        )
        return (barred, people, refused) if barred or people or refused else ()


#: Without a database only the house is known.
HOUSES_ALONE = Rules()


def read_rules(db: Database, *, today: date, need_ids: Iterable[int] | None = None) -> Rules:
    """Return the rules of this day; with `need_ids` the no's of these needs alone."""
    refused = defaultdict[int | str, set[int]](set)
    for refusal in list_refusals(db, today=today, need_ids=need_ids):
        refused[refusal.need_id].add(refusal.capability_id)
    kept = {need_id: frozenset(ids) for need_id, ids in refused.items()}
    return Rules(read_conflicts(db, today=today), kept)


def stake_of(facts: Facts) -> Stake:
    people = frozenset({facts.owner_id} if facts.owner_id is not None else ())
    return Stake(facts.family, people)
