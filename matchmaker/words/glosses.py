"""Reading a text in English, word by word, with the glosses of ``models/glosses.tsv``.

A gloss is no translation: words keep their order, and most lose their endings. It is enough for an
encoder that knows English and the world far better than any small one knows Danish. A few words
that mean something else together have a gloss together.

>>> gloss("Borgeren kan ikke selv tage støttestrømper på"), gloss("Falls at night")
('citizen cannot self take compression stocking on', 'Falls at night')
>>> gloss("nattevagtens blærescanner")
'night shift bladder scanner'
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import simplemma

from matchmaker.resources import resource_folder
from matchmaker.words.compounds import ENDINGS, danish_lemmatizer, split_compound
from matchmaker.words.language import DICTIONARIES, detect_language
from matchmaker.words.respelling import respelled

# Letters beside a digit are a unit or a name, as in "16 m2": they stay.
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:[-'’][^\W\d_]+)*(?!\w)")
# Where a word is looked up, its own language first; the Scandinavian ones share many.
_LOOKED_UP_IN = {
    "da": ("da", "no", "sv"),
    "no": ("no", "da", "sv"),
    "sv": ("sv", "no", "da"),
    "de": ("de",),
}
# What may stand between the parts of a compound, and what a part may lose there.
_LINKS = {
    "da": ("", "s", "e"),
    "no": ("", "s", "e"),
    "sv": ("", "s", "o", "a", "e"),
    "de": ("", "s", "n", "en", "es", "er", "e"),
}
_LOST = {"da": ("e",), "no": ("e",), "sv": ("a", "e"), "de": ("e",)}
_WITH_DICTIONARY = ("da", "no")
_SHORTEST_PART = 3
_SENSES = " / "
_MOST_PARTS_DEEP = 3
_LONGEST_PHRASE = 4

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
    pieces, read = [], 0
    for first, last, found in _glossed(list(_WORD.finditer(text)), language):
        pieces += [text[read : first.start()], found]
        read = last.end()
    return "".join([*pieces, text[read:]])


def _glossed(
    words: Sequence[re.Match[str]], language: str
) -> Iterator[tuple[re.Match[str], re.Match[str], str]]:
    """Yield the first and the last word of what has a gloss together, and the gloss."""
    place = 0
    while place < len(words):
        count, found = _phrase(words[place : place + _LONGEST_PHRASE], language)
        found = found or _gloss_of(words[place].group().lower(), language)
        if found is not None:
            yield words[place], words[place + count - 1], found
        place += count


def _phrase(words: Sequence[re.Match[str]], language: str) -> tuple[int, str | None]:
    """Return how many of the first words have a gloss together, and that gloss."""
    text = words[0].string
    for count in range(len(words), 1, -1):
        phrase = text[words[0].start() : words[count - 1].end()]
        found = _own_gloss(phrase.lower(), language)
        if found is not None:
            return count, found
    return 1, None


@lru_cache(maxsize=100_000)
def _gloss_of(word: str, language: str) -> str | None:
    """Return the gloss of a lower-case word: its own, its parts', or how English spells it."""
    found = _looked_up(word, language)
    if found is not None:
        return found
    if "-" in word:
        return " ".join(_gloss_of(part, language) or part for part in word.split("-"))
    parts = _gloss_of_parts(word, language, _MOST_PARTS_DEEP)
    return parts or respelled(word) or respelled(_base_form(word, language))


def _gloss_of_parts(word: str, language: str, deep: int) -> str | None:
    glosses = (
        _looked_up(part, language) or _gloss_of_parts(part, language, deep - 1) or part
        for part in (_parts(word, language) if deep else ())
    )
    return " ".join(glosses) or None


def _parts(word: str, language: str) -> tuple[str, ...]:
    """Return the parts of a compound: by the dictionary if we have one, else if both are known."""
    by_dictionary = split_compound(word) if language in _WITH_DICTIONARY else ()
    if by_dictionary:
        return by_dictionary
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    halves = [(first, word[cut:]) for cut in cuts if (first := _first_part(word[:cut], language))]
    ways = [
        (first, end)
        for first, end in halves
        if end not in ENDINGS and _looked_up(end, language) is not None
    ]
    if ways:
        return max(ways, key=lambda way: (min(map(len, way)), len(way[1])))
    longer = ((first, *parts) for first, end in halves if (parts := _parts(end, language)))
    return next(longer, ())


def _first_part(part: str, language: str) -> str | None:
    """Return the beginning of a compound as it has a gloss: "skattnings" → "skattning"."""
    linked = (part.removesuffix(link) for link in _LINKS[language] if part.endswith(link))
    forms = (*linked, *(part + lost for lost in _LOST[language]))
    known = (form for form in forms if len(form) >= _SHORTEST_PART and _own_gloss(form, language))
    return next(known, None)


def _looked_up(word: str, language: str) -> str | None:
    return _own_gloss(word, language) or _own_gloss(_base_form(word, language), language)


def _own_gloss(form: str, language: str) -> str | None:
    glossary = _glossary()
    return next((g for code in _LOOKED_UP_IN[language] if (g := glossary[code].get(form))), None)


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
