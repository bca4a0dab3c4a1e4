"""A kept mail as a page shows it: its text in paragraphs, with links that can be followed.

The HTML part is made of the same text (see ``rendering.py``), so that nothing is lost and no
foreign markup ever reaches the page.
"""

import re
from dataclasses import dataclass

_LINK = re.compile(r"^https?://\S+$")


@dataclass(frozen=True)
class Paragraph:
    """`address` is set where the paragraph is a link, which a mail shows as a button."""

    text: str
    address: str | None = None


def read_paragraphs(body_text: str, base_url: str) -> list[Paragraph]:
    """Return the paragraphs in order; only links to ourselves can be followed.

    >>> read_paragraphs("Hej\\n\\nhttp://localhost/a\\n\\nhttp://elsewhere/b", "http://localhost")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Paragraph(text='Hej', address=None),
     Paragraph(text='http://localhost/a', address='/a'),
     Paragraph(text='http://elsewhere/b', address=None)]
    """
    parts = [part.strip() for part in re.split(r"\n\s*\n", body_text) if part.strip()]
    return [Paragraph(part, _own_address(part, base_url)) for part in parts]


def _own_address(text: str, base_url: str) -> str | None:
    """Return the path of a link of ours, so that it works at whatever address we are reached."""
    if not _LINK.match(text) or not text.startswith(base_url + "/"):
        return None
    return text.removeprefix(base_url)
