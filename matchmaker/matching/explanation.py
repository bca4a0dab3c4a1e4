"""Says why a pair was suggested: which passages meet, and which stated facts fit or clash."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from matchmaker.matching.collection import Embedded
from matchmaker.matching.profile import Facts, Profile
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
    return [
        Fact(code, fits, _VALUES[code](need, capability, today))
        for code, fits in which_fit(need, capability, today)
    ]


def which_fit(need: Profile, capability: Profile, today: date) -> Iterator[tuple[str, bool | None]]:
    """Yield the code of each fact and whether it fits; fast, as every candidate is asked for."""
    facts, kind = capability.facts, capability.kind
    yield "maturity", _is_mature(facts.trl)
    yield "region", _is_near(need.facts.region, facts.region, must_be=kind == "testbed")
    yield "market", HOME_MARKET in facts.markets if facts.markets else None
    if kind == "solution":
        yield "marking", True if facts.device_class == "not_a_device" else facts.ce_marked
    if kind == "testbed":
        yield "testbed_free", _is_free(facts, today)
    yield "languages", _understands(need.language, facts.languages)


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


def _is_mature(trl: int | None) -> bool | None:
    if trl is None or READY_FOR_TEST <= trl < READY_FOR_USE:
        return None
    return trl >= READY_FOR_USE


def _is_near(ours: str | None, theirs: str | None, *, must_be: bool) -> bool | None:
    """Being near speaks for all; being far against a testbed only, as one has to go there."""
    if not ours or not theirs:
        return None
    return True if ours == theirs else (False if must_be else None)


def _is_free(facts: Facts, today: date) -> bool | None:
    if not facts.free_periods and not facts.is_booked_out:
        return None
    return any(end >= today for _, end in facts.free_periods)


def _understands(language: str, offered: Sequence[str]) -> bool | None:
    """The need's own language is asked for, and Danish where the need is written in English."""
    return language in offered or "da" in offered if offered else None


def _maturity(need: Profile, capability: Profile, today: date) -> dict[str, Any]:
    return {"trl": capability.facts.trl}


def _region(need: Profile, capability: Profile, today: date) -> dict[str, Any]:
    return {"need": need.facts.region, "capability": capability.facts.region}


def _market(need: Profile, capability: Profile, today: date) -> dict[str, Any]:
    return {"markets": list(capability.facts.markets)}


def _marking(need: Profile, capability: Profile, today: date) -> dict[str, Any]:
    return {"ce": capability.facts.ce_marked, "class": capability.facts.device_class}


def _testbed_free(need: Profile, capability: Profile, today: date) -> dict[str, Any]:
    coming = sorted(period for period in capability.facts.free_periods if period[1] >= today)
    return {"periods": [[start.isoformat(), end.isoformat()] for start, end in coming]}


def _languages(need: Profile, capability: Profile, today: date) -> dict[str, Any]:
    return {"need": need.language, "capability": list(capability.facts.languages)}


_VALUES: Mapping[str, Callable[[Profile, Profile, date], dict[str, Any]]] = {
    "maturity": _maturity,
    "region": _region,
    "market": _market,
    "marking": _marking,
    "testbed_free": _testbed_free,
    "languages": _languages,
}
