"""Digits in a text, and which groups of them stand so close that they may be one number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker.screening.plain import INVISIBLE

_GROUP = re.compile(f"[0-9](?:{INVISIBLE}*[0-9])*")
_GAP = re.compile(rf"[ .\-/_\n{INVISIBLE}]{{1,6}}")


@dataclass(frozen=True)
class Group:
    start: int
    end: int
    digits: str


@dataclass(frozen=True)
class Chain:
    """Groups of digits with at most six separating characters between each two."""

    groups: tuple[Group, ...]
    gaps: tuple[str, ...]
    after_plus: bool

    def windows_from(self, first: int, most_digits: int) -> list["Window"]:
        """Return the runs of groups that begin at `first`, longest first."""
        windows, digits = [], 0
        for last in range(first, len(self.groups)):
            digits += len(self.groups[last].digits)
            if digits > most_digits:
                break
            windows.append(Window(self, first, last + 1))
        return windows[::-1]

    def rejoined(self, gap: int) -> tuple["Chain", int]:
        """Return the groups about a gap with those on both sides as one, and the place of that.

        Only the neighbourhood: a text of many lines would else be copied for each of them.
        """
        first, last = max(gap - 3, 0), gap + 12
        left, right = self.groups[gap : gap + 2]
        whole = Group(left.start, right.end, left.digits + right.digits)
        groups = (*self.groups[first:gap], whole, *self.groups[gap + 2 : last])
        gaps = self.gaps[first:gap] + self.gaps[gap + 1 : last - 1]
        return Chain(groups, gaps, self.after_plus and first == 0), gap - first

    def line_breaks(self) -> list[int]:
        """Return the gaps where one line ends within the chain, but not those of a column."""
        breaks = {gap for gap, text in enumerate(self.gaps) if _is_line_break(text)}
        return [gap for gap in sorted(breaks) if not {gap - 1, gap + 1} & breaks]


@dataclass(frozen=True)
class Window:
    """Some neighbouring groups of a chain."""

    chain: Chain
    first: int
    last: int

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.chain.groups[self.first : self.last]

    @property
    def gaps(self) -> tuple[str, ...]:
        return self.chain.gaps[self.first : self.last - 1]

    @property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(group.digits) for group in self.groups)

    @property
    def start(self) -> int:
        return self.chain.groups[self.first].start

    @property
    def end(self) -> int:
        return self.chain.groups[self.last - 1].end

    @property
    def is_whole_chain(self) -> bool:
        return len(self.groups) == len(self.chain.groups)


def find_chains(plain_text: str) -> Iterator[Chain]:
    """Yield every chain of a text that went through ``plain``, in order."""
    groups: list[Group] = []
    gaps: list[str] = []
    for match in _GROUP.finditer(plain_text):
        group = Group(match.start(), match.end(), match[0].replace(INVISIBLE, ""))
        gap = plain_text[groups[-1].end : group.start][:7] if groups else ""
        if groups and not _GAP.fullmatch(gap):
            yield _chain(plain_text, groups, gaps)
            groups, gaps = [], []
        elif groups:
            gaps.append(gap)
        groups.append(group)
    if groups:
        yield _chain(plain_text, groups, gaps)


def _chain(plain_text: str, groups: list[Group], gaps: list[str]) -> Chain:
    start = groups[0].start
    return Chain(tuple(groups), tuple(gaps), plain_text[max(start - 1, 0) : start] == "+")


def _is_line_break(gap: str) -> bool:
    return gap.replace(INVISIBLE, "").replace(" ", "") in ("\n", "\n\n", "-\n", "-\n\n")
