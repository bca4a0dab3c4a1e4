"""What the screen points at in a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["cpr_number", "cpr_birthday", "number_like_cpr", "birth_date", "person", "address"]
Severity = Literal["refuse", "warn"]

_SHOWN = 2
_HIDDEN = "•"


@dataclass(frozen=True)
class Finding:
    """One place in a text that points to a person.

    A ``refuse`` must not be stored at all; a ``warn`` is asked about and may be confirmed.
    `start` and `end` count characters of the text as it was given. `excerpt` is safe to show:
    of what is refused it holds the first two digits alone. It stays out of the ``repr``, so that
    no log or traceback carries it.
    """

    kind: Kind
    severity: Severity
    start: int
    end: int
    excerpt: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The excerpt for a file or a log: of every word or number only the beginning."""
        return re.sub(r"\w+", _beginning, self.excerpt)


def mask_number(words: str) -> str:
    """Return a number of which only the first two digits can be read.

    >>> mask_number("010203-1AB2")
    '01••••-••••'
    """
    seen = 0
    shown = []
    for character in " ".join(words.split()):
        hides = character.isalnum() and seen >= _SHOWN
        seen += character.isalnum()
        shown.append(_HIDDEN if hides else character)
    return "".join(character for character in shown if character.isprintable())


def without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings in the order of the text; of two that overlap, the graver or longer."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: finding.start):
        if kept and finding.start < kept[-1].end:
            kept[-1] = min(kept[-1], finding, key=_lightness)
        else:
            kept.append(finding)
    return kept


def _lightness(finding: Finding) -> tuple[bool, int]:
    return finding.severity != "refuse", finding.start - finding.end


def _beginning(word: re.Match[str]) -> str:
    text = word[0]
    return text[:_SHOWN] + _HIDDEN * (len(text) - _SHOWN)
