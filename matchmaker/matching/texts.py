"""Turns a profile into the texts that are embedded: the whole, and its passages.

A passage knows the field it stands in and its character offsets there, so that a page can mark
exactly the words that carry a match.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matchmaker.matching.padding import heaps, is_boast, signature
from matchmaker.matching.profile import TITLE, Field, Profile

PASSAGE_CHARACTERS = 160
LONGEST_PASSAGE = 400
MOST_PASSAGES = 40
WHOLE_PART_CHARACTERS = 1_800
# Longer texts are not read again without each of their passages: it would cost too much.
MOST_LEFT_OUT = 10
# Changes with every change below that changes passages, so that stored vectors are made anew.
SPLITTING = "3"

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
    told = _told(profile)
    total = sum(span.end - span.start for _field, spans in told for span in spans)
    wanted = min(max(PASSAGE_CHARACTERS, total // MOST_PASSAGES), WHOLE_PART_CHARACTERS)
    return [
        Passage(field.name, start, end, field.text[start:end])
        for field, spans in told
        for span in spans
        for start, end in _shifted(split_passages(field.text[span.start : span.end], wanted), span)
    ]


def _shifted(spans: Sequence[Span], within: Span) -> list[tuple[int, int]]:
    return [(within.start + span.start, within.start + span.end) for span in spans]


def whole_parts(profile: Profile) -> list[str]:
    """Return the whole text, title first, in parts that an encoder reads without cutting.

    There is always one: that of a profile without any text is empty.
    """
    text = _joined_fields(profile)
    spans = split_passages(text, WHOLE_PART_CHARACTERS)
    return [text[span.start : span.end] for span in spans] or [""]


def texts_without(profile: Profile) -> list[str]:
    """Return the whole text once without each of its passages, in their order.

    Nothing for a text of one passage, of more than `MOST_LEFT_OUT`, or in several parts.
    """
    passages = passages_of(profile)
    if not 1 < len(passages) <= MOST_LEFT_OUT or len(whole_parts(profile)) > 1:
        return []
    return [_joined_fields(profile, without=passage) for passage in passages]


def _joined_fields(profile: Profile, without: Passage | None = None) -> str:
    texts = []
    for field, spans in _told(profile):
        is_in = without is not None and without.field == field.name
        gaps = [Span(without.start, without.end)] if without and is_in else []
        rest = [piece for span in spans for piece in _outside(field.text, span, gaps)]
        texts.append(" ".join(field.text[piece.start : piece.end] for piece in rest))
    return "\n".join(text for text in texts if text)


def _told(profile: Profile) -> list[tuple[Field, list[Span]]]:
    """Return each field with the stretches of it that are embedded: all but padding.

    What was said before is left out; in what is offered, boasts and heaps of keywords too. A need
    may be a heap: who is busy writes so. A text of padding alone is kept as it is.
    """
    heard = {""}
    whole = [(field, Span(0, len(field.text))) for field in profile.fields]
    told = [
        (field, list(_outside(field.text, span, _padding(field, heard, is_need=profile.is_need))))
        for field, span in whole
    ]
    if any(spans for _field, spans in told):
        return told
    return [(field, list(_outside(field.text, span, []))) for field, span in whole]


def _padding(field: Field, heard: set[str], *, is_need: bool) -> list[Span]:
    """Return what of a field says nothing new, in order; a title may come again in the text."""
    found = []
    for span in _sentences(field.text):
        cut = [] if is_need else _heaps(field.text, span)
        rest = " ".join(field.text[r.start : r.end] for r in _outside(field.text, span, cut))
        said = signature(rest)
        is_empty = said in heard or (not is_need and is_boast(rest))
        found += [span] if is_empty else cut
        if field.name != TITLE:
            heard.add(said)
    return found


def _heaps(text: str, span: Span) -> list[Span]:
    places = [Span(*place) for place in heaps(text[span.start : span.end])]
    return [Span(*place) for place in _shifted(places, span)]


def _outside(text: str, span: Span, gaps: Sequence[Span]) -> Iterator[Span]:
    """Yield what is left of a stretch between the gaps, without blanks around it."""
    start = span.start
    for gap in gaps:
        if start < gap.end and gap.start < span.end:
            yield from _trimmed(text, start, gap.start)
            start = gap.end
    yield from _trimmed(text, start, span.end)


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
