"""The base forms that an inflected word may have, by rule and without a dictionary.

Rules are enough where the base form must be one of a few thousand known terms: a guess that is
no term is never found, and the few that are another word are named in the vocabulary.

>>> [base in base_forms("katetrene", "da") for base in ("kateter", "katete", "kat")]
[True, False, False]
>>> "hånd" in base_forms("hænders", "da"), "diagnosis" in base_forms("diagnoses", "en")
(True, True)
"""

from collections.abc import Iterator

_SHORTEST_STEM = 3
_VOWELS = frozenset("aeiouyæøå")
# What a Danish base form may take on: after a consonant, and after a vowel.
_AFTER_CONSONANT = ("erne", "ene", "ede", "ne", "en", "et", "er", "e", "t")
_AFTER_VOWEL = ("erne", "rne", "ede", "nde", "ne", "de", "en", "et", "er", "n", "r", "t")
_DANISH_PLURALS = {
    "børn": ("barn",),
    "brødre": ("bror", "broder"),
    "døtre": ("datter",),
    "fædre": ("far", "fader"),
    "fødder": ("fod",),
    "hænder": ("hånd",),
    "mænd": ("mand",),
    "mødre": ("mor", "moder"),
    "nætter": ("nat",),
    "tænder": ("tand",),
    "tæer": ("tå",),
    "øjne": ("øje",),
}
# Norwegian and Swedish bend much as Danish does.
_LIKE_DANISH = ("da", "no", "sv")
_NO_PLURALS = ("ss", "us", "is")
_ENGLISH_PLURALS = {
    "children": "child",
    "feet": "foot",
    "lives": "life",
    "men": "man",
    "teeth": "tooth",
}


def base_forms(word: str, language: str) -> tuple[str, ...]:
    """Return a lower-case word and what it may be a form of, in Danish or else in English."""
    rules = _danish if language in _LIKE_DANISH else _english
    return tuple(dict.fromkeys([word, *rules(word)]))


def singular(word: str, language: str) -> str:
    """Return the singular of a plural that cannot be anything else, any other word as it is.

    >>> singular("beboere", "da"), singular("kramper", "da"), singular("residents", "en")
    ('beboer', 'kramper', 'resident')
    """
    if language == "en":
        return word[:-1] if word.endswith("s") and not word.endswith(_NO_PLURALS) else word
    stem = word.removesuffix("er")
    if stem != word and stem.endswith(("ing", "ion", "hed")):
        return stem
    return word[:-1] if word.endswith("ere") and len(word) > len("flere") else word


def _danish(word: str) -> Iterator[str]:
    genitive = word[:-1] if word.endswith("s") and len(word) > _SHORTEST_STEM + 1 else ""
    for form in filter(None, (word, genitive)):
        yield form
        yield from _danish_stems(form)


def _danish_stems(form: str) -> Iterator[str]:
    for plural, singulars in _DANISH_PLURALS.items():
        for inflected in (plural, plural + "ne", plural + "ene"):
            if form.endswith(inflected):
                yield from (form.removesuffix(inflected) + singular for singular in singulars)
    for ending in dict.fromkeys((*_AFTER_CONSONANT, *_AFTER_VOWEL)):
        stem = form.removesuffix(ending)
        if stem != form and len(stem) >= _SHORTEST_STEM and ending in _endings_after(stem):
            yield from _danish_bases(stem)


def _endings_after(stem: str) -> tuple[str, ...]:
    return _AFTER_VOWEL if stem[-1] in _VOWELS else _AFTER_CONSONANT


def _danish_bases(stem: str) -> Iterator[str]:
    """Yield the stem as it stands and as it was before an ending changed its spelling."""
    yield stem
    last, before = stem[-1], stem[-2]
    if last == before:
        yield stem[:-1]  # akutte: akut
    if last == "i":
        yield stem + "um"  # laboratorier: laboratorium
    if last in "lnr" and before not in _VOWELS:
        yield f"{stem[:-1]}e{last}"  # katetret: kateter
        yield f"{stem[:-1]}{before}e{last}"  # midler: middel


def _english(word: str) -> Iterator[str]:
    for plural, singular in _ENGLISH_PLURALS.items():
        if word.endswith(plural):
            yield word.removesuffix(plural) + singular
    if not word.endswith("s") or len(word) <= _SHORTEST_STEM:
        return
    if not word.endswith(_NO_PLURALS):
        yield word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("es"):
        yield word[:-2]
        yield word[:-2] + "is"
