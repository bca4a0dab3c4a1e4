"""Telling Danish, English, Swedish, Norwegian and German apart, also in a hurried half sentence.

>>> detect_language("Pt. m. KOL indl. igen, ingen følger op hjemme")
'da'
>>> detect_language("Fall detection for care homes")
'en'
>>> detect_language("Vi har mange fall på sykehjemmet om natta, og ingen oppdager dem")
'no'
>>> detect_language("")
'da'
"""

import re
from functools import lru_cache

import simplemma

from matchmaker.words.small_words import SMALL_WORDS

LANGUAGES = ("da", "en", "sv", "no", "de")
DICTIONARIES = {"da": "da", "en": "en", "sv": "sv", "no": "nb", "de": "de"}

_WORDS = re.compile(r"[^\W\d_]{2,}")
_ENOUGH_WORDS = 150
_LONGEST_ABBREVIATION = 4
_SMALL_WORD_WEIGHT = 2.0
_LETTER_WEIGHT = 1.0
# Danish wins a tie: most texts are Danish.
_DANISH_BEFORE = 0.05
_LETTERS = {
    "da": frozenset("æøå"),
    "en": frozenset(),
    "sv": frozenset("äöå"),
    "no": frozenset("æøå"),
    "de": frozenset("äöüß"),
}
_FOREIGN_LETTERS = frozenset("æøåäöüß")


def detect_language(text: str) -> str:
    """Return ``da``, ``en``, ``sv``, ``no`` or ``de``; ``da`` when nothing tells.

    A word that fewer of the five dictionaries know tells more; words of grammar tell most. Only
    the first 150 different words are looked at, so that a long text costs no more than a page.
    """
    scores = dict.fromkeys(LANGUAGES, 0.0)
    scores["da"] = _DANISH_BEFORE
    words = dict.fromkeys(
        word.lower() for word in _WORDS.findall(text) if not _is_abbreviation(word)
    )
    for word in list(words)[:_ENOUGH_WORDS]:
        for language, weight in _votes(word):
            scores[language] += weight
    return max(LANGUAGES, key=scores.__getitem__)


def _is_abbreviation(word: str) -> bool:
    """Return whether a word is like "COPD", the same in every language."""
    return len(word) <= _LONGEST_ABBREVIATION and word.isupper()


@lru_cache(maxsize=65536)
def _votes(word: str) -> tuple[tuple[str, float], ...]:
    """Return how much one word speaks for each language that may hold it."""
    weights = dict.fromkeys(LANGUAGES, 0.0)
    _share(weights, [code for code in LANGUAGES if _is_known(word, code)], 1.0)
    small = [code for code in LANGUAGES if word in SMALL_WORDS[code]]
    _share(weights, small, _SMALL_WORD_WEIGHT)
    foreign = _FOREIGN_LETTERS.intersection(word)
    if foreign:
        _share(weights, [c for c in LANGUAGES if foreign <= _LETTERS[c]], _LETTER_WEIGHT)
    return tuple((code, weight) for code, weight in weights.items() if weight)


def _share(weights: dict[str, float], languages: list[str], total: float) -> None:
    for language in languages:
        weights[language] += total / len(languages)


def _is_known(word: str, language: str) -> bool:
    # The compact dictionaries: all five take 50 MB of memory instead of 420.
    return simplemma.is_known(word, DICTIONARIES[language], low_memory=True)
