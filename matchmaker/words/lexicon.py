"""Finding terms in running text, in any inflection and in Danish compounds.

A not-term that ends or begins with a hyphen is no beginning or end of a compound: "-kræfter" keeps
"arbejdskræfter" from being about cancer.

>>> lexicon = Lexicon([Term("tryksår", "da", "ulcer"), Term("kronisk sår", "da", "wound")], [])
>>> [place.key for place in lexicon.find("Tryksårene blev til kroniske sår.", "da")]
['ulcer', 'wound']
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matchmaker.words.compounds import may_begin, may_end, split_compound
from matchmaker.words.inflection import base_forms, singular

_WORD = re.compile(r"[^\W_]+")
# Between the words of one term: blanks and joining marks, and the stop of "C. difficile".
_WITHIN_TERM = re.compile(r"[ \t\u00a0]*(?:[-–/'’&]?|(?<=\b\w)\.)[ \t\u00a0]*")
_ABBREVIATION = re.compile(r"[A-ZÆØÅ0-9]{2,6}")
_INFLECTED_ABBREVIATION = re.compile(r"([A-ZÆØÅ0-9]{2,6})(?:s|en|ens|et|ets|er|ers|erne)")
# A word shorter than this is too often one of the other language's: "ten", "ring", "fast".
_SHORTEST_FOREIGN = 6
# A shorter term is at an end of too many words by chance.
_SHORTEST_IN_COMPOUND = 5
_LONGEST_WORD = 60
_LANGUAGES = ("da", "en")
_TERM = ""


@dataclass(frozen=True)
class Term:
    text: str
    language: str
    key: str


@dataclass(frozen=True)
class Place:
    """Where in a text a term stands, and the key of its concept."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class _Reading:
    """What one word of a text may be: words of longer terms, a term of its own, a compound."""

    forms: tuple[str, ...]
    in_phrases: dict[str, tuple[str, ...]]
    key: str | None
    halves: tuple[Place, ...]
    is_abbreviation: bool


_NOTHING = _Reading((), dict.fromkeys(_LANGUAGES, ()), None, (), is_abbreviation=False)


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    reading: _Reading


class Lexicon:
    """Terms by their words. It never changes, so that threads may share it."""

    def __init__(self, terms: Iterable[Term], not_terms: Iterable[str]) -> None:
        self._abbreviations: dict[str, str] = {}
        self._words: dict[str, dict[str, str]] = {"da": {}, "en": {}}
        self._phrases: dict[str, dict[str, Any]] = {"da": {}, "en": {}}
        self._phrase_words: dict[str, dict[str, set[str]]] = {"da": {}, "en": {}}
        self._not_terms: dict[str, Any] = {}
        for term in terms:
            self._add(term)
        self._not_first: set[str] = set()
        self._not_last: set[str] = set()
        for text in not_terms:
            self._exclude(text)
        self._read = lru_cache(maxsize=100_000)(self._read_word)

    def find(self, text: str, language: str) -> list[Place]:
        """Return the places of terms, in order; no two overlap."""
        return [place for run in self._runs(text, language) for place in self._places(run)]

    def _add(self, term: Term) -> None:
        words = _words(term.text)
        if len(words) > 1:
            _grow(self._phrases[term.language], words, term.key)
            known = self._phrase_words[term.language]
            for word in words:
                for base in base_forms(word, term.language):
                    known.setdefault(base, set()).add(word)
        elif _ABBREVIATION.fullmatch(term.text):
            self._abbreviations.setdefault(words[0], term.key)
        elif words:
            for word in (words[0], singular(words[0], term.language)):
                self._words[term.language].setdefault(word, term.key)

    def _exclude(self, text: str) -> None:
        if text.startswith("-"):
            self._not_last.add(text[1:])
        elif text.endswith("-"):
            self._not_first.add(text[:-1])
        else:
            _grow(self._not_terms, _words(text), text)

    def _runs(self, text: str, language: str) -> Iterator[list[_Token]]:
        """Yield the words between marks that no term reaches across."""
        run: list[_Token] = []
        for match in _WORD.finditer(text):
            if run and not _WITHIN_TERM.fullmatch(text, run[-1].end, match.start()):
                yield run
                run = []
            run.append(_Token(match.start(), match.end(), self._read(match.group(), language)))
        yield run

    def _places(self, run: Sequence[_Token]) -> Iterator[Place]:
        place = 0
        while place < len(run):
            token = run[place]
            length, key = self._term_at(run, place)
            other = _longest(self._not_terms, (each.reading.forms for each in run[place:]))[0]
            if other >= max(length, 1) and not (other == 1 and token.reading.is_abbreviation):
                length = other
            elif key:
                yield Place(key, token.start, run[place + length - 1].end)
            elif not length:
                for half in token.reading.halves:
                    yield Place(half.key, token.start + half.start, token.start + half.end)
            place += length or 1

    def _term_at(self, run: Sequence[_Token], place: int) -> tuple[int, str]:
        """Return how many words the longest term takes here, and its key."""
        reading = run[place].reading
        best = (1, reading.key) if reading.key else (0, "")
        for language, words in reading.in_phrases.items():
            if words:
                rest = (token.reading.in_phrases[language] for token in run[place:])
                longest = _longest(self._phrases[language], rest)
                best = longest if longest[0] > best[0] else best
        return best

    def _read_word(self, word: str, language: str) -> _Reading:
        lower = word.lower()
        if len(word) > _LONGEST_WORD:
            return _Reading(
                (lower,), dict.fromkeys(_LANGUAGES, ()), None, (), is_abbreviation=False
            )
        # The text's own language first: at the same length it wins.
        languages = sorted(_LANGUAGES, key=lambda code: code != language)
        forms = {each: base_forms(lower, each) for each in languages}
        in_phrases = {each: self._in_phrases(lower, forms[each], each) for each in languages}
        key = self._abbreviation(word) or self._word(base_forms(lower, language), language)
        halves = () if key or language != "da" else self._halves(lower)
        all_forms = tuple(dict.fromkeys([*forms["da"], *forms["en"]]))
        return _Reading(all_forms, in_phrases, key, halves, is_abbreviation=_is_abbreviation(word))

    def _in_phrases(self, word: str, forms: Sequence[str], language: str) -> tuple[str, ...]:
        """Return the words of longer terms that a word may be a form of, itself first."""
        known = self._phrase_words[language]
        words = {each for form in forms for each in known.get(form, ())}
        return tuple(sorted(words, key=lambda each: (each != word, each)))

    def _abbreviation(self, word: str) -> str | None:
        inflected = _INFLECTED_ABBREVIATION.fullmatch(word)
        return self._abbreviations.get((inflected.group(1) if inflected else word).lower())

    def _word(self, forms: Sequence[str], language: str) -> str | None:
        """Return the term that a word is; the other language's bend as the text's own words do.

        The longest wins: "misbrugerne" are misusers and no misuse.
        """
        for each in sorted(_LANGUAGES, key=lambda code: code != language):
            for form in sorted(forms, key=len, reverse=True):
                key = self._words[each].get(form)
                if key and (each == language or len(form) >= _SHORTEST_FOREIGN):
                    return key
        return None

    def _halves(self, word: str) -> tuple[Place, ...]:
        """Return the concepts that the halves of a Danish compound name, the longest term's way."""
        best: tuple[Place, ...] = ()
        for cut in range(3, len(word) - 2):
            left, right = word[:cut], word[cut:]
            first, last = self._first_half(left), self._last_half(right)
            found: tuple[Place, ...] = ()
            if first and (last or _ends(right)):
                found += (Place(first, 0, cut),)
            if last and (first or _begins(left)):
                found += (Place(last, cut, len(word)),)
            if _reach(found) > _reach(best):
                best = found
        return best

    def _first_half(self, part: str) -> str | None:
        stems = (part, part[:-1]) if part[-1] in "se" else (part,)
        found = (self._in_compound(stem) for stem in stems if stem not in self._not_first)
        return next(filter(None, found), None)

    def _last_half(self, part: str) -> str | None:
        forms = base_forms(part, "da")
        if not self._not_last.isdisjoint(forms):
            return None
        return next(filter(None, map(self._in_compound, forms)), None)

    def _in_compound(self, part: str) -> str | None:
        return self._words["da"].get(part) if len(part) >= _SHORTEST_IN_COMPOUND else None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _grow(tree: dict[str, Any], words: Sequence[str], key: str) -> None:
    for word in words:
        tree = tree.setdefault(word, {})
    tree.setdefault(_TERM, key)


def _longest(tree: dict[str, Any], words: Iterable[Sequence[str]]) -> tuple[int, str]:
    """Return the length and key of the longest entry; `words` are what each place may be."""
    best = (0, "")
    ways = [tree]
    for length, alternatives in enumerate(words, start=1):
        ways = [way[word] for way in ways for word in alternatives if word in way]
        if not ways:
            break
        ends = (way[_TERM] for way in ways if _TERM in way)
        if (key := next(ends, None)) is not None:
            best = (length, key)
    return best


def _is_abbreviation(word: str) -> bool:
    return bool(_ABBREVIATION.fullmatch(word) or _INFLECTED_ABBREVIATION.fullmatch(word))


def _begins(part: str) -> bool:
    return may_begin(part) or bool(split_compound(part.removesuffix("s")))


def _ends(part: str) -> bool:
    return may_end(part) or bool(split_compound(part))


def _reach(places: Sequence[Place]) -> int:
    return sum(place.end - place.start for place in places)
