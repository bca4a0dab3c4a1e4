"""What a reader will miss in a draft, said as hints that each lead to the field.

Nothing here is an obstacle: a draft may be published whatever the hints say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from matchmaker.coach.draft import Draft
from matchmaker.coach.jargon import unknown_words
from matchmaker.coach.signs import (
    NEED_SIGNS,
    OFFER_SIGNS,
    goes_wrong,
    written_marking,
    written_readiness,
)
from matchmaker.coach.wishes import find_wish
from matchmaker.words.vocabulary import shipped_vocabulary

FEWEST_WORDS = 4
ENOUGH_WORDS = 12
#: What readers of each kind ask for, most asked for first, and the field that answers it.
ASKED: Mapping[str, Mapping[str, str]] = {
    "need": {
        "problem": "problem",
        "target": "target",
        "extent": "extent",
        "requirements": "requirements",
    },
    "solution": {
        "evidence": "evidence",
        "marking": "ce_marked",
        "replaces": "description",
        "price": "price_model",
        "readiness": "trl",
        "markets": "markets",
    },
    "service": {
        "evidence": "evidence",
        "replaces": "description",
        "price": "price_model",
        "languages": "languages",
        "markets": "markets",
    },
    "testbed": {
        "facilities": "facilities",
        "target_groups": "target_groups",
        "free_periods": "free_periods",
        "past_projects": "past_projects",
    },
    "expertise": {
        "research_field": "research_field",
        "past_projects": "past_projects",
        "target_groups": "target_groups",
    },
}
_SIGNS: Mapping[str, Callable[[str], bool]] = {
    **NEED_SIGNS,
    **OFFER_SIGNS,
    "readiness": lambda sentence: bool(written_readiness(sentence)),
}
#: A field in which the signs of something else mean nothing: "at most two minutes".
_NO_SIGN: Mapping[str, str] = {"extent": "requirements"}
_WHO_AND_WHERE = ("target_group", "setting", "professional")
_NO_ANSWERS = frozenset(("ved ikke", "n/a", "na", "tbd", "unknown", "don't know", "not known"))


@dataclass(frozen=True)
class Hint:
    """One piece of advice: its code, the form field to mend it in, and the words it is about."""

    code: str
    field: str
    words: tuple[str, ...] = ()


def advise(draft: Draft) -> list[Hint]:
    """Return what a reader will miss in the draft, what asks for a solution, and what is jargon."""
    solution = find_solution(draft)
    wished = [solution] if solution else []
    return [*_missing(draft), *wished, *_unstated(draft), *_jargon(draft)]


def told(draft: Draft) -> frozenset[str]:
    """Return which of the things that readers ask for the draft tells, in whatever field."""
    return frozenset(code for code in ASKED[draft.kind] if _is_told(draft, code))


def find_solution(draft: Draft) -> Hint | None:
    """Return the hint that a need asks for a thing instead of telling a problem."""
    if not draft.is_need:
        return None
    wishes = (
        Hint("solution", name, (thing,))
        for name, sentence in draft.sentences
        if name in _TOLD_IN and (thing := find_wish(sentence))
    )
    return next(wishes, None)


def is_answered(text: str) -> bool:
    """Whether a field holds an answer, and not "?" or "don't know".

    >>> is_answered("Ingen"), is_answered("ved ikke."), is_answered(" - ")
    (True, False, False)
    """
    plain = text.strip(" \t\n.?!-–").lower()
    return len(plain) > 1 and plain not in _NO_ANSWERS


def _is_told(draft: Draft, code: str) -> bool:
    if code == "problem":
        return _tells_problem(draft)
    field = ASKED[draft.kind][code]
    if field in draft.stated or (field != draft.main_field and is_answered(draft.text_of(field))):
        return True
    if code == "target" and _names_people_or_place(draft):
        return True
    shows = _SIGNS.get(code)
    return shows is not None and any(
        shows(sentence) for name, sentence in draft.sentences if name != _NO_SIGN.get(code)
    )


def _names_people_or_place(draft: Draft) -> bool:
    """Whether the vocabulary knows whom or which place the text is about."""
    vocabulary = shipped_vocabulary()
    keys = vocabulary.keys(draft.text_of(draft.main_field), draft.language)
    return any(vocabulary.concepts[key].facet in _WHO_AND_WHERE for key in keys)


#: The fields of a need in which its problem is told, or a solution is wished for.
_TOLD_IN = ("problem", "title")


def _tells_problem(draft: Draft) -> bool:
    """Whether something is told that goes wrong, besides what is wished for."""
    left = [
        sentence
        for name, sentence in draft.sentences
        if name in _TOLD_IN and not find_wish(sentence)
    ]
    words = sum(len(sentence.split()) for sentence in left)
    return words >= ENOUGH_WORDS or (words >= FEWEST_WORDS and any(map(goes_wrong, left)))


def _missing(draft: Draft) -> list[Hint]:
    there = told(draft)
    return [Hint(code, field) for code, field in ASKED[draft.kind].items() if code not in there]


#: How a fact that has a field of its own is found in a text.
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "trl": written_readiness,
    "ce_marked": written_marking,
}


def _unstated(draft: Draft) -> Iterator[Hint]:
    """Yield facts that stand in the text alone: lists and ranking read the fields."""
    if draft.kind != "solution":
        return
    text = "\n".join(draft.text_of(name) for name in draft.texts)
    for field, find in _WRITTEN.items():
        if field not in draft.stated and (words := find(text)):
            yield Hint("unstated", field, (words,))


def _jargon(draft: Draft) -> Iterator[Hint]:
    for name in draft.texts:
        if words := unknown_words(draft.text_of(name), draft.language):
            yield Hint("jargon", name, words)
