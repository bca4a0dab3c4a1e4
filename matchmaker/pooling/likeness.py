"""How like two needs are: what a pair is judged by. Nothing depends on which of the two is first.

==================  ==========================================================================
``whole``           cosine of the whole texts, languages taken out
``crowd``           how near the two are to needs that they have nothing to do with
``same_language``   1 when both are in one language, in which words alone bring texts nearer
``shared_problem``  1 when both name the same concept of a problem in the shared vocabulary
``other_problem``   1 when both name concepts of problems, and none that the other names
==================  ==========================================================================

Every feature depends on the pair alone. What else was tried is in ``models/pooling/README.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matchmaker.matching.collection import Embedded
from matchmaker.matching.pipeline import Pipeline
from matchmaker.words.vocabulary import shipped_vocabulary

#: A need is compared closely with so many of the nearest others.
NEAREST = 30
#: Less likely pairs are left out: they would never bring two needs together.
LEAST_KEPT = 0.05
FEATURES = ("whole", "crowd", "same_language", "shared_problem", "other_problem")


@dataclass(frozen=True)
class ReadNeed:
    """A need with what is compared: its centred vectors, its crowd, the problems that it names."""

    embedded: Embedded
    crowd: float
    problems: frozenset[str]

    @property
    def id(self) -> int | str:
        return self.embedded.profile.id


@dataclass(frozen=True)
class Likeness:
    """How probably two needs are about the same problem; `first` has the smaller id."""

    first: int | str
    second: int | str
    chance: float


class Judge(Protocol):
    def chances(self, pairs: Sequence[tuple[ReadNeed, ReadNeed]]) -> list[float]: ...


def read_needs(pipeline: Pipeline, needs: Sequence[Embedded]) -> list[ReadNeed]:
    return [_read(pipeline, need) for need in needs]


def pair_features(first: ReadNeed, second: ReadNeed) -> tuple[float, ...]:
    """Return the numbers of `FEATURES`, in their order."""
    both_named = bool(first.problems and second.problems)
    is_shared = bool(first.problems & second.problems)
    languages = {need.embedded.profile.language for need in (first, second)}
    return (
        float(first.embedded.whole @ second.embedded.whole),
        first.crowd + second.crowd,
        float(len(languages) == 1),
        float(is_shared),
        float(both_named and not is_shared),
    )


def likely_pairs(
    judge: Judge, needs: Sequence[ReadNeed]
) -> dict[tuple[int | str, int | str], float]:
    """Return the probability of each two needs of which one is among the other's nearest.

    Those that are hardly likely are left out. The needs must come in the order of their ids.
    """
    if len(needs) < 2:
        return {}
    wholes = np.array([need.embedded.whole for need in needs])
    cosines = wholes @ wholes.T
    np.fill_diagonal(cosines, -2)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, : min(NEAREST, len(needs) - 1)]
    places = sorted({(min(a, b), max(a, b)) for a, row in enumerate(nearest.tolist()) for b in row})
    pairs = [(needs[a], needs[b]) for a, b in places]
    judged = zip(pairs, judge.chances(pairs), strict=True)
    return {(a.id, b.id): chance for (a, b), chance in judged if chance >= LEAST_KEPT}


def _read(pipeline: Pipeline, need: Embedded) -> ReadNeed:
    vocabulary, profile = shipped_vocabulary(), need.profile
    text = "\n".join(field.text for field in profile.fields)
    keys = vocabulary.keys(text, profile.language)
    problems = (key for key in keys if vocabulary.concepts[key].facet == "problem")
    crowd = pipeline.background.hubness(need.whole, of_need=False)
    return ReadNeed(need, crowd, frozenset(problems))
