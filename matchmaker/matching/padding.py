"""What a text may hold that says nothing, however often it is said.

Whoever wants to please a ranking repeats a text, heaps up keywords or praises what is offered.
None of it tells an adviser anything, and none of it is embedded.
"""

import re
from collections.abc import Iterator

from matchmaker.words.small_words import SMALL_WORDS

#: So many words in a row without one that carries grammar are a heap of keywords, no sentence.
#: Of 17,000 texts written for people one has such a row.
HEAP = 16

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SIGNS = re.compile(r"[^\w\s]*")
_STOP = re.compile(r"[.!?]")
_SMALL = frozenset[str]().union(*SMALL_WORDS.values())
_PRAISE = "best|bedste|perfect|perfekt|perfekte|ideal|ideel|ideelle|optimal|optimale|top|number one"
_EVERYTHING = (
    "everything|anything|everybody|everyone|(?:all|any|every|each) (?:needs?|problems?)"
    "|alting|alle behov|alle problemer|ethvert behov|hvert behov|alt(?=\\W*$|\\W*[.,;:!?\\n])"
)
_BOAST = re.compile(
    rf"\b(?:{_PRAISE})\b.{{0,60}}\b(?:for|til|to|of|på|af|i|in)\s+(?:{_EVERYTHING})", re.IGNORECASE
)


def signature(sentence: str) -> str:
    """Return what is the same for a sentence and for its repetitions; empty without any word."""
    return " ".join(word.casefold() for word in _WORD.findall(sentence))


def is_boast(sentence: str) -> bool:
    """Tell whether a sentence praises itself as the answer to everything.

    >>> is_boast("Bedste match til alt."), is_boast("The best seat for people who fall.")
    (True, False)
    """
    return bool(_BOAST.search(sentence))


def heaps(sentence: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where keywords are heaped up, with the signs that follow them."""
    row: list[re.Match[str]] = []
    for word in _WORD.finditer(sentence):
        is_small = word.group().casefold() in _SMALL
        if is_small or (row and _STOP.search(sentence, row[-1].end(), word.start())):
            yield from _heap(row)
            row = []
        if not is_small:
            row.append(word)
    yield from _heap(row)


def _heap(row: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    if len(row) >= HEAP:
        end = _SIGNS.match(row[-1].string, row[-1].end())
        yield row[0].start(), end.end() if end else row[-1].end()
