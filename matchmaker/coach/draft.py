"""What somebody has written so far, as the coach reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

NEED = "need"
#: Of a longer field only the beginning is read, so that no text takes longer than a page does.
LONGEST_READ = 12_000
LONGEST_SENTENCE = 400
_LONGEST_ABBREVIATION = 8
_MAIN = {NEED: "problem"}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\s\W_a-zæøåäöü]|[\"'”«(–-])|\n+")
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:ca|kl|maks|max|min|nr|pr|pt|str|inkl|evt|fx|dr|st|approx|e\.g|i\.e|f\.eks|bl\.a)\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Draft:
    """The answers of one need or capability. `kind` is ``need`` or the kind of the capability.

    `stated` are the facts that were chosen besides the texts, such as ``trl``.
    """

    kind: str
    language: str
    texts: Mapping[str, str]
    stated: frozenset[str] = field(default=frozenset())

    @property
    def is_need(self) -> bool:
        return self.kind == NEED

    @property
    def main_field(self) -> str:
        """The field that tells what it is about."""
        return _MAIN.get(self.kind, "description")

    def text_of(self, name: str) -> str:
        return self.texts.get(name, "")[:LONGEST_READ]

    @cached_property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """All sentences with the field that each stands in."""
        return tuple(
            (name, sentence) for name in self.texts for sentence in sentences_of(self.text_of(name))
        )


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, a new line ending one too.

    >>> sentences_of("Ca. 40 om ugen. De venter.")
    ['Ca. 40 om ugen.', 'De venter.']
    """
    sentences: list[str] = []
    for part in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        if sentences and _ABBREVIATION.search(sentences[-1][-_LONGEST_ABBREVIATION:]):
            sentences[-1] += " " + part
        else:
            sentences.append(part)
    return [piece for sentence in sentences for piece in _pieces(sentence)]


def _pieces(sentence: str) -> list[str]:
    """Cut what has no end anywhere, so that looking for phrases in it stays cheap."""
    return [
        sentence[start : start + LONGEST_SENTENCE]
        for start in range(0, len(sentence), LONGEST_SENTENCE)
    ]
