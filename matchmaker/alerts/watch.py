"""A saved search, or a theme that somebody follows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

NOUNS = ("need", "capability", "both")
RHYTHMS = ("daily", "weekly")
MOST_WATCHES = 40
LONGEST_NAME = 80
#: What a search may ask for, by noun; anything else in an address is left out.
ASKABLE = {
    "need": ("q", "theme", "region", "kind", "language"),
    "capability": (
        *("q", "theme", "region", "kind", "language", "country", "ce", "trl"),
        *("free_from", "free_until"),
    ),
    "both": ("theme",),
}


class WatchNotFoundError(LookupError):
    """There is none with this id, or it is somebody else's."""


class TooManyWatchesError(ValueError):
    """More than one person can read about."""


class WatchError(ValueError):
    """The search asks for something that there is not, or has no name."""


@dataclass(frozen=True)
class Watch:
    """`query` holds what is asked for, as the address of the list has it, without blanks."""

    id: int
    account_id: int
    noun: str
    query: dict[str, str]
    name: str
    rhythm: str
    created_at: str

    @property
    def is_theme(self) -> bool:
        return self.noun == "both"

    @property
    def theme(self) -> str:
        return self.query.get("theme", "")


def plain_query(noun: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Return of an address what a search of this noun may ask for.

    >>> plain_query("need", {"q": " natlige fald ", "region": "", "page": "3"})
    {'q': 'natlige fald'}
    """
    found = {name: (asked.get(name) or "").strip()[:300] for name in ASKABLE[noun]}
    return {name: value for name, value in found.items() if value}


def as_text(query: Mapping[str, str]) -> str:
    """Return how a query is stored: the same for the same questions in any order."""
    return json.dumps(dict(query), ensure_ascii=False, sort_keys=True)
