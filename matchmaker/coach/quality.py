"""How much of what a reader looks for a text says: 0 to 100, with the parts that make it up."""

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.coach.advice import ASKED, find_solution, is_answered, told
from matchmaker.coach.draft import Draft
from matchmaker.coach.jargon import MOST_WORDS, unknown_words
from matchmaker.words.vocabulary import shipped_vocabulary

#: The most points of each part; those of a kind add up to 100.
POINTS: Mapping[str, Mapping[str, int]] = {
    "need": {
        "problem": 30, "target": 15, "extent": 15, "requirements": 15, "tried": 10, "open": 10,
        "plain": 5,
    },
    "solution": {
        "description": 25, "evidence": 20, "marking": 15, "readiness": 10, "replaces": 10,
        "price": 10, "markets": 5, "plain": 5,
    },
    "service": {
        "description": 30, "evidence": 25, "replaces": 10, "price": 15, "languages": 10,
        "markets": 5, "plain": 5,
    },
    "testbed": {
        "description": 30, "facilities": 25, "target_groups": 15, "free_periods": 15,
        "past_projects": 10, "plain": 5,
    },
    "expertise": {
        "description": 35, "research_field": 25, "past_projects": 20, "target_groups": 15,
        "plain": 5,
    },
}  # fmt: skip
#: A text as long as this is read as a whole; a shorter one earns its share.
FULL_WORDS = 30
# Raised when the same text is measured otherwise.
_MEASURE = 1


@dataclass(frozen=True)
class Quality:
    """The points of each part; `score` is their sum."""

    parts: Mapping[str, int]

    @property
    def score(self) -> int:
        return sum(self.parts.values())


def measuring_revision() -> str:
    """Return what differs wherever the same draft may be measured otherwise."""
    return f"{_MEASURE}-{shipped_vocabulary().revision}"


def measure(draft: Draft) -> Quality:
    """Return the quality of a draft; an answer given to what was open never lowers it."""
    there = told(draft)
    shares = {
        "problem": (0.5 * ("problem" in there)) + _fullness(draft) / 2,
        "description": _fullness(draft),
        "open": _openness(draft),
        "plain": _plainness(draft),
    }
    return Quality(
        {
            part: round(points * shares.get(part, float(_is_there(draft, part, there))))
            for part, points in POINTS[draft.kind].items()
        }
    )


def _is_there(draft: Draft, part: str, there: frozenset[str]) -> bool:
    if part in ASKED.get(draft.kind, {}):
        return part in there
    return part in draft.stated or is_answered(draft.text_of(part))


def _fullness(draft: Draft) -> float:
    words = len(draft.text_of(draft.main_field).split())
    return min(words, FULL_WORDS) / FULL_WORDS


def _openness(draft: Draft) -> float:
    return float(bool(draft.text_of("problem").strip()) and find_solution(draft) is None)


def _plainness(draft: Draft) -> float:
    text = "\n".join(draft.text_of(name) for name in draft.texts)
    unknown = len(unknown_words(text, draft.language))
    return max(0.0, 1 - unknown / MOST_WORDS) if text.strip() else 0.0
