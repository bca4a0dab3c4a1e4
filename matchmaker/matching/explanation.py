"""Says why a pair was suggested: which passages meet, and which stated facts fit or clash."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from matchmaker.matching.collection import Embedded
from matchmaker.matching.profile import Profile
from matchmaker.matching.texts import Passage, passages_of

MOST_PASSAGE_PAIRS = 4
# Under this cosine, languages taken out, two passages have as a rule nothing to do with each other.
LEAST_PASSAGE_COSINE = 0.15
READY_FOR_USE = 7
READY_FOR_TEST = 4
HOME_MARKET = "DK"


@dataclass(frozen=True)
class PassagePair:
    """A passage of the need and the passage of the capability that meets it, with their cosine."""

    need: Passage
    capability: Passage
    score: float


@dataclass(frozen=True)
class Fact:
    """A stated fact. `fits` is None when it is not stated or speaks neither for nor against."""

    code: str
    fits: bool | None
    values: dict[str, Any]


@dataclass(frozen=True)
class Explanation:
    pairs: tuple[PassagePair, ...]
    facts: tuple[Fact, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what is stored with a suggestion and read by pages."""
        return {
            "pairs": [asdict(pair) for pair in self.pairs],
            "facts": [asdict(fact) for fact in self.facts],
        }


def explain(
    need: Embedded, capability: Embedded, today: date, pairs: Sequence[PassagePair]
) -> Explanation:
    return Explanation(
        pairs=tuple(pairs),
        facts=tuple(compare_facts(need.profile, capability.profile, today)),
    )


def compare_facts(need: Profile, capability: Profile, today: date) -> list[Fact]:
    """Return what the two sides state apart from their texts, always in the same order.

    Marking only of solutions and free periods only of testbeds: others have no such field.
    """
    facts = [_maturity(capability), _region(need, capability), _market(capability)]
    if capability.kind == "solution":
        facts.append(_marking(capability))
    if capability.kind == "testbed":
        facts.append(_testbed_free(capability, today))
    return [*facts, _languages(need, capability)]


def nearest_pairs(need: Embedded, capability: Embedded) -> Iterator[PassagePair]:
    """Yield the nearest pairs, best first, each passage at most once."""
    if not len(need.passages) or not len(capability.passages):
        return
    cosines = need.passages @ capability.passages.T
    of_need, of_capability = passages_of(need.profile), passages_of(capability.profile)
    for _ in range(MOST_PASSAGE_PAIRS):
        row, column = divmod(int(np.argmax(cosines)), cosines.shape[1])
        score = float(cosines[row, column])
        if score < LEAST_PASSAGE_COSINE:
            return
        yield PassagePair(of_need[row], of_capability[column], round(score, 4))
        cosines[row, :] = cosines[:, column] = -1


def _maturity(capability: Profile) -> Fact:
    trl = capability.facts.trl
    fits = None
    if trl is not None and not READY_FOR_TEST <= trl < READY_FOR_USE:
        fits = trl >= READY_FOR_USE
    return Fact("maturity", fits, {"trl": trl})


def _region(need: Profile, capability: Profile) -> Fact:
    """Being near speaks for all; being far against a testbed only, as one has to go there."""
    ours, theirs = need.facts.region, capability.facts.region
    fits: bool | None = None
    if ours and theirs:
        is_near = ours == theirs
        fits = True if is_near else (False if capability.kind == "testbed" else None)
    return Fact("region", fits, {"need": ours, "capability": theirs})


def _market(capability: Profile) -> Fact:
    markets = capability.facts.markets
    return Fact("market", HOME_MARKET in markets if markets else None, {"markets": list(markets)})


def _marking(capability: Profile) -> Fact:
    facts = capability.facts
    fits = True if facts.device_class == "not_a_device" else facts.ce_marked
    return Fact("marking", fits, {"ce": facts.ce_marked, "class": facts.device_class})


def _testbed_free(capability: Profile, today: date) -> Fact:
    facts = capability.facts
    coming = sorted(period for period in facts.free_periods if period[1] >= today)
    values = {"periods": [[start.isoformat(), end.isoformat()] for start, end in coming]}
    is_stated = bool(facts.free_periods) or facts.is_booked_out
    return Fact("testbed_free", bool(coming) if is_stated else None, values)


def _languages(need: Profile, capability: Profile) -> Fact:
    """The need's own language is asked for, and Danish where the need is written in English."""
    offered = capability.facts.languages
    wanted = {need.language, "da"}
    fits = bool(wanted.intersection(offered)) if offered else None
    return Fact("languages", fits, {"need": need.language, "capability": list(offered)})
