"""Words of Latin and Greek, which Danish and its neighbours spell in their own way, in English.

>>> respelled("kardiomyopati"), respelled("erytrocyt"), respelled("endokarditis")
('cardiomyopathy', 'erythrocyte', 'endocarditis')
>>> respelled("kørestol") is None
True
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product

import simplemma

_SHORTEST = 6
_LETTERS = (
    (("æ", "ae"), ("ø", "oe"), ("ä", "ae"), ("ö", "oe")),
    (("æ", "e"), ("ø", "e"), ("ä", "e"), ("ö", "e")),
)
# What an ending becomes, the more certain first; every other ending stays.
_ENDINGS = (
    ("skopi", "scopy"), ("grafi", "graphy"), ("terapi", "therapy"), ("metri", "metry"),
    ("tomi", "tomy"), ("pati", "pathy"), ("logi", "logy"), ("nomi", "nomy"), ("plasti", "plasty"),
    ("trofi", "trophy"), ("algi", "algia"), ("æmi", "aemia"), ("emi", "aemia"), ("uri", "uria"),
    ("itet", "ity"), ("isk", "ic"), ("isk", "ical"), ("iv", "ive"), ("ose", "osis"),
    ("ering", "ation"), ("isere", "ise"), ("icere", "ish"), ("ere", "ate"), ("ør", "or"),
    ("ens", "ence"), ("ans", "ance"), ("log", "logist"), ("iker", "ician"), ("ær", "ary"),
    ("in", "ine"), ("id", "ide"), ("on", "one"), ("yt", "yte"), ("at", "ate"), ("i", "y"),
    ("i", "ia"), ("", ""),
)  # fmt: skip
# "k" before what makes it hard in English too, and what else has another letter there.
_SOUNDS = (
    (), (("ks", "x"),), (("k(?=[aourlt])", "c"), ("kk", "cc")),
    (("ks", "x"), ("k(?=[aourlt])", "c")), (("s(?=[ei])", "c"),), (("f", "ph"),), (("t", "th"),),
    (("k(?=[aourl])", "c"), ("f", "ph")), (("k(?=[aourl])", "c"), ("t", "th")),
    (("k(?=[aourlt])", "c"), ("r(?=[aeiouy])", "rh")), (("r(?=[aeiouy])", "rh"),),
    (("t(?=[rmy])", "th"),),
)  # fmt: skip


def respelled(word: str) -> str | None:
    """Return the English spelling of a lower-case word if it has one, otherwise nothing."""
    if len(word) < _SHORTEST:
        return None
    candidates = (c for c in _candidates(word) if c != word and c.isascii())
    return next((c for c in candidates if simplemma.is_known(c, "en", low_memory=True)), None)


def _candidates(word: str) -> Iterator[str]:
    for old, new in _ENDINGS:
        if word.endswith(old):
            stem = word.removesuffix(old)
            for letters, sounds in product(_LETTERS, _SOUNDS):
                yield _replaced(stem, (*letters, *sounds)) + new


def _replaced(stem: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        stem = re.sub(old, new, stem)
    return stem
