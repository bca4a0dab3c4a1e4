"""Taking Danish compounds apart with the dictionary that simplemma brings.

>>> split_compound("kørestolsbruger")
('kørestol', 'bruger')
>>> split_compound("blærescanner"), split_compound("faldulykke")
(('blære', 'scanner'), ('fald', 'ulykke'))
>>> split_compound("ultralydsblærescanner")
('ultralyd', 'blære', 'scanner')
>>> split_compound("patient")
()
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from matchmaker.words.small_words import word_set

_DICTIONARIES = DefaultDictionaryFactory()

# Three letters are a word of their own too often by chance ("bil" + "lede"): these few may stand.
_SHORT_PARTS = word_set(
    """
    arm bad bed ben bid bil bog brok båd dag død dør fad fod hud hul hus hår ilt job kar
    krop kød led lov lys løb løn mad mål nat ord pil rum ryg råd rør sag sal sko spil stue
    syg syn sår sæt tab tag tal tid tøj vej vin våd vægt år øje øre
    """
)
# Not compounds: a preposition or prefix before a word, or an ending that happens to be a word.
_PREFIXES = word_set(
    """
    ad af alt an anti at auto be bi bort den der det din efter en end ens er et for fore fra
    frem gen hen her hver hvor igen ikke imod ind inde inden intet kun man med mellem men
    mere min mis mod ned neden nogen om op oven over par pro på re sam samt selv sig sin so
    som sub super tele til u ud ude und under ved vel vor være
    """
)
ENDINGS = word_set(
    """
    agtig ale art bar dele deles den der des dom elle else en ende er erne fuld fulde hed
    hede heden heder ing inge inger ion ioner isk ister lede leder ledes len lere let lig
    lige ligt løs løse mand mæssig nede ning ninger rede res ret rinder ring ringe ringer
    sel sele ser sin skab ske som ste stel sten tel ten ter tet tion tur vis være
    """
)
# After these a linking "s" always follows, so that "ernæringstilstand" has no "stilstand" in it.
_ALWAYS_LINKED = ("ing", "else", "tion", "sion", "hed", "skab", "tet")
_LONGEST = 60


@dataclass(frozen=True)
class DanishWords:
    """The dictionary, and which of its words are base forms of others."""

    lemmas: Mapping[str, str]
    bases: frozenset[str]


@lru_cache(maxsize=1)
def danish_words() -> DanishWords:
    """Return the Danish dictionary; the first call takes a second, the others nothing."""
    lemmas = _DICTIONARIES.get_dictionary("da")
    return DanishWords(lemmas, frozenset(lemmas[word] for word in lemmas))


@lru_cache(maxsize=1)
def danish_lemmatizer() -> Lemmatizer:
    strategy = DefaultStrategy(dictionary_factory=_DICTIONARIES)
    return Lemmatizer(cache_max_size=0, lemmatization_strategy=strategy)


@lru_cache(maxsize=100_000)
def split_compound(word: str) -> tuple[str, ...]:
    """Return the parts of a lower-case Danish compound, or nothing when it is none.

    The last part comes as it stands, those before it as base forms without the linking letter.
    Of several ways the one with the longest shorter half wins, then that with the longer end.
    Two halves are the rule; a word the dictionary does not know may have more.
    """
    halves = [(first, right) for left, right in _halves(word) if (first := first_part(left))]
    ways = [way for way in halves if may_end(way[1])]
    if ways:
        return max(ways, key=lambda way: (min(map(len, way)), len(way[1])))
    if danish_words().lemmas.get(word) is not None:
        return ()
    longer = ((first, *parts) for first, right in halves if (parts := split_compound(right)))
    return next(longer, ())


def _halves(word: str) -> list[tuple[str, str]]:
    if not 6 <= len(word) <= _LONGEST:
        return []
    return [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]


def may_end(part: str) -> bool:
    """Whether a compound may end with this form of a word."""
    if part in ENDINGS or (len(part) == 3 and part not in _SHORT_PARTS):
        return False
    return danish_words().lemmas.get(part) is not None


def may_begin(part: str) -> bool:
    """Whether a compound may begin with this, its linking letter included."""
    return first_part(part) is not None


def first_part(part: str) -> str | None:
    """Return the base form of a compound's beginning: "kørestols" → "kørestol"."""
    base = _base_form(part)
    if base is None or base in _PREFIXES or part in _PREFIXES:
        return None
    return base if len(base) > 3 or base in _SHORT_PARTS else None


def _base_form(part: str) -> str | None:
    words = danish_words()
    if part in words.bases and not part.endswith(_ALWAYS_LINKED):
        return part
    stem, link = part[:-1], part[-1]
    if link not in "se" or len(stem) < 3:
        return None
    for candidate in (stem, stem + "e" if link == "s" else stem):
        if candidate in words.bases:
            return candidate
    # "børnehave" begins with an inflected form: børn, of barn.
    return words.lemmas.get(stem) if link == "e" and len(stem) > 3 else None
