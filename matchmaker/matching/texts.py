"""Turns a profile into the texts that are embedded: the whole, and its passages.

A passage knows the field it stands in and its character offsets there, so that a page can mark
exactly the words that carry a match.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker.matching.profile import Profile

PASSAGE_CHARACTERS = 160
LONGEST_PASSAGE = 400
MOST_PASSAGES = 40
WHOLE_PART_CHARACTERS = 1_800
# Changes with every change below that changes passages, so that stored vectors are made anew.
SPLITTING = "1"

_ABBREVIATIONS = (
    "afd", "bl", "ca", "dr", "ex", "e.g", "etc", "f.eks", "hhv", "inkl", "i.e", "jf", "kl", "maks",
    "max", "min", "mv", "nr", "o.l", "osv", "pga", "pt", "resp", "st", "stk", "t.ex", "tel", "vs",
    "z.b",
)  # fmt: skip
_LAST_WORD = re.compile(r"[^\W\d_][\w.]*\Z")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”»)\]]*(?=\s)|\n")


@dataclass(frozen=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A stretch of one field: ``profile.text_of(field)[start:end] == text``."""

    field: str
    start: int
    end: int
    text: str


def passages_of(profile: Profile) -> list[Passage]:
    """Return the passages of all fields in reading order. The title is a passage too.

    A long text gets longer passages, about `MOST_PASSAGES` of them, until they are as long as an
    encoder reads; then it gets more.
    """
    total = sum(len(field.text) for field in profile.fields)
    wanted = min(max(PASSAGE_CHARACTERS, total // MOST_PASSAGES), WHOLE_PART_CHARACTERS)
    return [
        Passage(field.name, span.start, span.end, field.text[span.start : span.end])
        for field in profile.fields
        for span in split_passages(field.text, wanted)
    ]


def whole_parts(profile: Profile) -> list[str]:
    """Return the whole text, title first, in parts that an encoder reads without cutting.

    There is always one: that of a profile without any text is empty.
    """
    text = "\n".join(field.text.strip() for field in profile.fields if field.text.strip())
    spans = split_passages(text, WHOLE_PART_CHARACTERS)
    return [text[span.start : span.end] for span in spans] or [""]


def text_hash(profile: Profile) -> str:
    """Return a digest of everything that the vectors of a profile depend on."""
    role = "need" if profile.is_need else "capability"
    content = [role, SPLITTING, *((field.name, field.text) for field in profile.fields)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def split_passages(text: str, wanted: int = PASSAGE_CHARACTERS) -> list[Span]:
    """Return spans of whole sentences, about `wanted` characters each, in order.

    Spans do not overlap, begin and end with a sign that is no blank, and together hold every
    sign of `text` that is no blank. A sentence that is far too long is cut between words.

    >>> text = "Vi løfter tungt hver dag. Ryggen kan ikke holde til det."
    >>> [text[span.start : span.end] for span in split_passages(text, wanted=20)]
    ['Vi løfter tungt hver dag.', 'Ryggen kan ikke holde til det.']
    """
    longest = max(LONGEST_PASSAGE, wanted)
    pieces = [piece for sentence in _sentences(text) for piece in _cut(text, sentence, longest)]
    return list(_joined(pieces, wanted))


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, match):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match.group() == "\n":
        return True
    following = text[match.end() : match.end() + 8].lstrip()[:1]
    word = _LAST_WORD.findall(text, max(0, match.start() - 8), match.start())
    is_short = bool(word) and (len(word[-1]) == 1 or word[-1].lower() in _ABBREVIATIONS)
    return not following.islower() and not (is_short and match.group() == ".")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the span without the blanks around it, or nothing when only blanks are in it."""
    piece = text[start:end]
    if piece.strip():
        yield Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _cut(text: str, sentence: Span, longest: int) -> Iterator[Span]:
    start = sentence.start
    while sentence.end - start > longest:
        blank = text.rfind(" ", start + longest // 2, start + longest)
        middle = blank if blank > 0 else start + longest
        yield from _trimmed(text, start, middle)
        start = middle
    yield from _trimmed(text, start, sentence.end)


def _joined(pieces: list[Span], wanted: int) -> Iterator[Span]:
    """Join neighbours until a passage has about the wanted length."""
    current: Span | None = None
    for piece in pieces:
        if current is None:
            current = piece
        elif piece.end - current.start <= wanted:
            current = Span(current.start, piece.end)
        else:
            yield current
            current = piece
    if current is not None:
        yield current
