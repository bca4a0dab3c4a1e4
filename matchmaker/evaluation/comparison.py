"""Judges ways of ranking against each other on the same judgements.

A measure is taken for each need that has a right capability, and averaged. Intervals are 95 %
over drawing topics again, or needs where no topics are named; a difference is paired, need by
need, so that it has an interval of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaker.matching.judgements import Grades, Lists
from matchmaker.matching.metrics import bootstrap_interval, ndcg_at, recall_at, reciprocal_rank
from matchmaker.matching.profile import Profile

SHORT_WORDS = 25
# No measure looks further down a list than this.
LARGEST_CUT = 20
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What is ranked and what is known of it. A pair without a grade counts as 0."""

    needs: Sequence[Profile]
    capabilities: Sequence[Profile]
    grades: Grades
    groups: Mapping[str, str]
    least_right: int = 1

    def judged_needs(self) -> list[Profile]:
        """The needs that at least one capability of the task answers."""
        known = {str(c.id) for c in self.capabilities}
        return [
            need
            for need in self.needs
            if any(
                grade >= self.least_right and capability in known
                for capability, grade in self.grades.get(str(need.id), {}).items()
            )
        ]

    def gains(self, need: Profile, order: Sequence[str], leave_out: frozenset[str]) -> list[int]:
        """Return the grades along a list, then those of what the list left away.

        What comes after the list cannot count for it, but the best possible order needs it.
        """
        of_need = self.grades.get(str(need.id), {})
        listed = [of_need.get(c, 0) for c in order if c not in leave_out]
        known = {str(c.id) for c in self.capabilities} - set(order) - leave_out
        missed = [of_need.get(c, 0) for c in sorted(known)]
        gap = [0] * LARGEST_CUT
        return [*listed, *gap, *missed]


@dataclass(frozen=True)
class Figure:
    """A mean with its interval, over `count` needs."""

    mean: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f} to {self.high:.3f})"


MEASURES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "nDCG@10": ndcg_at,
    "MRR": reciprocal_rank,
    "recall@20": recall_at,
}


def lists_of(scores: Numbers, needs: Sequence[Profile], capabilities: Sequence[Profile]) -> Lists:
    """Return the order of each row of scores, shape (needs, capabilities), ties by id."""
    ids = np.array([str(c.id) for c in capabilities])
    return {
        str(need.id): ids[np.lexsort((ids, -row))].tolist()
        for need, row in zip(needs, scores, strict=True)
    }


def values(task: Task, lists: Lists, measure: str, needs: Sequence[Profile]) -> Numbers:
    """Return the measure for each of the needs; 0 for a need that the lists leave away."""
    judge, right = MEASURES[measure], task.least_right
    found = []
    for need in needs:
        gains = task.gains(need, lists.get(str(need.id), []), frozenset())
        graded = measure == "nDCG@10"
        found.append(judge(gains if graded else [float(gain >= right) for gain in gains]))
    return np.array(found, np.float64)


def figure(task: Task, numbers: Numbers, needs: Sequence[Profile]) -> Figure:
    groups = [task.groups.get(str(need.id), str(need.id)) for need in needs]
    low, high = bootstrap_interval(numbers.tolist(), groups)
    return Figure(float(numbers.mean()), low, high, len(needs))


def direction_values(
    task: Task, lists: Lists, need_language: str, capability_language: str
) -> tuple[Numbers, list[Profile]]:
    """Return nDCG@10 when only capabilities of one language count as right, and the needs.

    Right ones in other languages are taken out of the lists; all that is wrong stays in, so that
    a ranking that prefers the need's own language pays for it.
    """
    language_of = {str(c.id): c.language for c in task.capabilities}
    found, needs = [], []
    for need in task.judged_needs():
        of_need = task.grades[str(need.id)]
        others = frozenset(
            c for c, grade in of_need.items()
            if grade > 0 and language_of.get(c) != capability_language
        )  # fmt: skip
        has_answer = any(
            grade >= task.least_right and c not in others and c in language_of
            for c, grade in of_need.items()
        )
        if need.language == need_language and has_answer:
            needs.append(need)
            found.append(ndcg_at(task.gains(need, lists.get(str(need.id), []), others)))
    return np.array(found, np.float64), needs


def is_short(need: Profile) -> bool:
    """Whether the need's text, without its title, has at most `SHORT_WORDS` words."""
    return len(need.text_of("description").split() or need.text.split()) <= SHORT_WORDS
