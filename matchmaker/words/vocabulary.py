"""The shared vocabulary: concepts of health and welfare practice and the words people use for them.

``models/vocabulary.csv`` has a line for each concept: key, facet, the preferred label and further
terms in Danish and in English, and `not_terms`: words and phrases that look like one of them and
mean something else, such as "drukner i" (mails). Terms are found in every inflection; whichever
language a text is in, both languages' are looked for, because Danes write English names and
companies Danish ones.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matchmaker.resources import resource_folder
from matchmaker.words.lexicon import Lexicon, Term

FACETS = ("problem", "technology", "process", "setting", "target_group", "professional")
LANGUAGES = ("da", "en")
# Raised when the same file finds something else in the same text.
_FINDER = 1
_COLUMNS = ("key", "facet", "da", "da_terms", "en", "en_terms", "not_terms")


@dataclass(frozen=True)
class Concept:
    """One entry; `terms` holds the label first, by language ``da`` and ``en``."""

    key: str
    facet: str
    labels: dict[str, str]
    terms: dict[str, tuple[str, ...]]
    not_terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A concept at a place of a text."""

    concept: Concept
    start: int
    end: int


class VocabularyError(ValueError):
    """The vocabulary cannot be used; the message names the line and says why."""


class Vocabulary:
    """Finds concepts in texts. It never changes, so that threads may share it.

    `revision` differs wherever what is found in a text may differ.
    """

    def __init__(self, concepts: Sequence[Concept], revision: str = "") -> None:
        self.concepts = {concept.key: concept for concept in concepts}
        self.revision = revision
        terms = [
            Term(term, language, concept.key)
            for concept in concepts
            for language in LANGUAGES
            for term in concept.terms[language]
        ]
        self._lexicon = Lexicon(terms, [each for c in concepts for each in c.not_terms])

    def find(self, text: str, language: str) -> list[Found]:
        """Return the concepts named in a text, in its order, longest terms first, none nested.

        A place belongs to one concept only, so that "tryksår" is no find of "sår". Of a Danish
        compound each half may name one: "demenssygeplejerske" is about dementia and a nurse.
        """
        places = self._lexicon.find(text, language)
        return [Found(self.concepts[place.key], place.start, place.end) for place in places]

    def keys(self, text: str, language: str) -> frozenset[str]:
        """Return the keys of the concepts named in a text."""
        return frozenset(place.key for place in self._lexicon.find(text, language))


def read_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary of a CSV file.

    Raises
    ------
    VocabularyError
        When the file is missing or a line is not what the head of this module says.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != _COLUMNS:
                raise VocabularyError(f"{path} needs the columns {', '.join(_COLUMNS)}")
            concepts = [_concept(path, rows.line_num, row) for row in rows]
    except OSError as error:
        raise VocabularyError(f"{path} cannot be read: {error.strerror}") from error
    _refuse_doubles(path, concepts)
    return Vocabulary(concepts, _revision(path))


@cache
def shipped_vocabulary() -> Vocabulary:
    return read_vocabulary(resource_folder("models") / "vocabulary.csv")


def _concept(path: Path, line: int, row: dict[str, str]) -> Concept:
    if row["facet"] not in FACETS or not (row["key"] and row["da"] and row["en"]):
        raise VocabularyError(f"{path}, line {line}: needs a key, a known facet and both labels")
    labels = {language: row[language] for language in LANGUAGES}
    terms = {
        language: tuple(dict.fromkeys([label, *_split(row[f"{language}_terms"])]))
        for language, label in labels.items()
    }
    return Concept(row["key"], row["facet"], labels, terms, _split(row["not_terms"]))


def _split(cell: str | None) -> tuple[str, ...]:
    return tuple(term.strip() for term in (cell or "").split(";") if term.strip())


def _revision(path: Path) -> str:
    return f"{_FINDER}-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


def _refuse_doubles(path: Path, concepts: Sequence[Concept]) -> None:
    """Refuse a key, or a term whatever its capitals, that stands for two concepts."""
    keys: set[str] = set()
    holders: dict[str, str] = {}
    for concept in concepts:
        if concept.key in keys:
            raise VocabularyError(f"{path} has the key {concept.key} twice")
        keys.add(concept.key)
        for term in (each for terms in concept.terms.values() for each in terms):
            other = holders.setdefault(term.casefold(), concept.key)
            if other != concept.key:
                raise VocabularyError(f"{path}: {term} is in both {other} and {concept.key}")
