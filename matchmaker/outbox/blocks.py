"""The parts of a mail's plain text, from which its HTML part and the page of a kept mail are made.

>>> for block in read_blocks("Hej\\n\\nNyt\\n---\\n\\n– Liggesår\\n  læst i dag\\n  https://a.dk/1"):
...     print(block.kind, block.text, block.items)
text Hej ()
heading Nyt ()
list  (Item(text='Liggesår', more=('læst i dag',), address='https://a.dk/1'),)
"""

import re
from dataclasses import dataclass

_LINK = re.compile(r"^https?://\S+$")
_RULE = re.compile(r"^-{3,}$")
_GAP = re.compile(r"\n\s*\n")
MARK, INDENT = "– ", "  "


@dataclass(frozen=True)
class Item:
    """A line of a list, what is said below it, and the page it leads to."""

    text: str
    more: tuple[str, ...] = ()
    address: str | None = None


@dataclass(frozen=True)
class Block:
    """`kind` is ``text``, ``link`` (a paragraph that is one address), ``heading`` or ``list``."""

    kind: str
    text: str = ""
    items: tuple[Item, ...] = ()


def split_paragraphs(text: str) -> list[str]:
    return [part.strip() for part in _GAP.split(text) if part.strip()]


def read_blocks(text: str) -> list[Block]:
    """Return the blocks of a plain text in order."""
    return [_block(part) for part in split_paragraphs(text)]


def _block(part: str) -> Block:
    lines = part.split("\n")
    if len(lines) == 1 and _LINK.match(part):
        return Block("link", part)
    if len(lines) == 2 and _RULE.match(lines[1]):
        return Block("heading", lines[0])
    if part.startswith(MARK) and all(line.startswith((MARK, INDENT)) for line in lines):
        return Block("list", items=tuple(_items(lines)))
    return Block("text", part)


def _items(lines: list[str]) -> list[Item]:
    items: list[Item] = []
    for line in lines:
        if line.startswith(MARK):
            items.append(Item(line.removeprefix(MARK)))
            continue
        last, words = items[-1], line.strip()
        if _LINK.match(words):
            items[-1] = Item(last.text, last.more, words)
        else:
            items[-1] = Item(last.text, (*last.more, words), last.address)
    return items
