"""How like two needs are: what a pair is judged by. Nothing depends on which of the two is first.

===================  =========================================================================
``whole``            cosine of the whole texts, languages taken out
``margin``           how much nearer the two are to each other than to their nearest here
``margin_same``      the same when both are in one language, else 0
``same_language``    1 when both are in one language, in which words alone bring texts nearer
``shared_concepts``  how many concepts of the shared vocabulary both name
``length``           how long the shorter text is, as a logarithm
===================  =========================================================================

``here`` is the file or the open needs that are compared together: two needs that stand out among
all that is near either are the same problem more often than two in a crowd of related ones. What
else was tried is in ``models/pooling/README.md``.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matchmaker.matching.collection import Embedded
from matchmaker.words.vocabulary import shipped_vocabulary

#: A need is compared closely with so many of the nearest others.
NEAREST = 30
#: So many of the nearest say how near others are to a need here.
CROWD = 3
#: Less likely pairs are left out: they would never bring two needs together.
LEAST_KEPT = 0.05
FEATURES = ("whole", "margin", "margin_same", "same_language", "shared_concepts", "length")
# Rows of cosines that are held at once.
_PART = 500


@dataclass(frozen=True)
class ReadNeed:
    """A need with what is compared; `crowd` is its mean cosine to its nearest others here."""

    embedded: Embedded
    crowd: float
    concepts: frozenset[str]
    length: int

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


def read_needs(needs: Sequence[Embedded]) -> list[ReadNeed]:
    """Return all needs that are compared together, in their order, which changes nothing else."""
    wholes = np.array([need.whole for need in needs])
    crowds: list[float] = []
    for cosines in _cosines(wholes):
        # Rounded, so that the order in which needs come decides nothing.
        nearest = np.sort(cosines, axis=1)[:, ::-1][:, : min(CROWD, len(needs) - 1)]
        crowds += np.round(nearest.mean(axis=1), 6).tolist() if nearest.size else [0.0]
    return [_read(need, crowd) for need, crowd in zip(needs, crowds, strict=True)]


def pair_features(first: ReadNeed, second: ReadNeed) -> tuple[float, ...]:
    """Return the numbers of `FEATURES`, in their order."""
    whole = float(first.embedded.whole @ second.embedded.whole)
    margin = 2 * whole - first.crowd - second.crowd
    is_same = first.embedded.profile.language == second.embedded.profile.language
    return (
        whole,
        margin,
        margin if is_same else 0.0,
        float(is_same),
        float(len(first.concepts & second.concepts)),
        math.log1p(min(first.length, second.length)),
    )


def likely_pairs(
    judge: Judge, needs: Sequence[ReadNeed]
) -> dict[tuple[int | str, int | str], float]:
    """Return the probability of each two needs of which one is among the other's nearest.

    Those that are hardly likely are left out. The needs must come in the order of their ids.
    """
    wholes = np.array([need.embedded.whole for need in needs])
    near: set[tuple[int, int]] = set()
    start = 0
    for cosines in _cosines(wholes):
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, : min(NEAREST, len(needs) - 1)]
        rows = enumerate(nearest.tolist(), start=start)
        near |= {(min(a, b), max(a, b)) for a, row in rows for b in row}
        start += len(cosines)
    pairs = [(needs[a], needs[b]) for a, b in sorted(near)]
    judged = zip(pairs, judge.chances(pairs), strict=True)
    return {(a.id, b.id): chance for (a, b), chance in judged if chance >= LEAST_KEPT}


def _cosines(wholes: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
    """Yield the cosines of each need to all, some rows at a time; to itself it is far."""
    for start in range(0, len(wholes), _PART):
        cosines = wholes[start : start + _PART] @ wholes.T
        rows = np.arange(len(cosines))
        cosines[rows, start + rows] = -2
        yield cosines


def _read(need: Embedded, crowd: float) -> ReadNeed:
    profile = need.profile
    text = profile.text
    return ReadNeed(need, crowd, _concepts(text, profile.language), len(text))


@lru_cache(maxsize=4096)
def _concepts(text: str, language: str) -> frozenset[str]:
    return frozenset(shipped_vocabulary().keys(text, language))
