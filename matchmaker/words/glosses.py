"""Reading a text in English, word by word, with the glosses of ``models/glosses.tsv``.

A gloss is no translation: words keep their order and lose their endings. It is enough for an
encoder that knows English and the world far better than any small one knows Danish.

>>> gloss("Borgeren kan ikke selv tage støttestrømper på"), gloss("Falls at night")
('citizen can not self even take compression stocking on', 'Falls at night')
>>> gloss("nattevagtens blærescanner")
'night shift bladder scanner'
"""

import csv
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

import simplemma

from matchmaker.resources import resource_folder
from matchmaker.words.compounds import danish_lemmatizer, split_compound
from matchmaker.words.language import DICTIONARIES, detect_language
from matchmaker.words.respelling import respelled

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Where a word is looked up, its own language first; the Scandinavian ones share many.
_LOOKED_UP_IN = {
    "da": ("da", "no", "sv"),
    "no": ("no", "da", "sv"),
    "sv": ("sv", "no", "da"),
    "de": ("de",),
}
_IN_PARTS = ("da", "no")
_SENSES = " / "
_MOST_PARTS_DEEP = 3

Glossary = Mapping[str, Mapping[str, str]]


def glosses_file(models: Path) -> Path:
    return models / "glosses.tsv"


def gloss(text: str) -> str:
    """Return the text with every word that is known put into English; English as it stands.

    The language is told from the text. What no gloss is known for stays, as most such words are
    names or are English already.
    """
    language = detect_language(text)
    if language not in _LOOKED_UP_IN:
        return text
    return _WORD.sub(partial(_replacement, language), text)


def _replacement(language: str, word: re.Match[str]) -> str:
    found = _gloss_of(word.group().lower(), language)
    return word.group() if found is None else found


@lru_cache(maxsize=100_000)
def _gloss_of(word: str, language: str) -> str | None:
    """Return the gloss of a lower-case word: its own, its parts', or how English spells it."""
    found = _looked_up(word, language)
    if found is not None:
        return found
    if "-" in word:
        return " ".join(_gloss_of(part, language) or part for part in word.split("-"))
    parts = _gloss_of_parts(word, language, _MOST_PARTS_DEEP) if language in _IN_PARTS else None
    return parts or respelled(word) or respelled(_base_form(word, language))


def _gloss_of_parts(word: str, language: str, deep: int) -> str | None:
    parts = split_compound(word) if deep else ()
    glosses = (
        _looked_up(part, language) or _gloss_of_parts(part, language, deep - 1) or part
        for part in parts
    )
    return " ".join(glosses) or None


def _looked_up(word: str, language: str) -> str | None:
    for form in (word, _base_form(word, language)):
        for code in _LOOKED_UP_IN[language]:
            found = _glossary()[code].get(form)
            if found is not None:
                return found
    return None


def _base_form(word: str, language: str) -> str:
    if language == "da":
        return danish_lemmatizer().lemmatize(word, "da").lower()
    lemma: str = simplemma.lemmatize(word, DICTIONARIES[language], low_memory=True)
    return lemma.lower()


@lru_cache(maxsize=1)
def _glossary() -> Glossary:
    return read_glosses(glosses_file(resource_folder("models")))


def read_glosses(path: Path) -> Glossary:
    """Return the gloss of each word by language.

    Of two senses the likelier comes first; both are kept, one after the other.
    """
    glossary: dict[str, dict[str, str]] = {code: {} for code in _LOOKED_UP_IN}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        glossary[row["language"]][row["word"]] = row["gloss"].replace(_SENSES, " ")
    return glossary
