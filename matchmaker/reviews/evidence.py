"""Reads what the ranking stored as the grounds of a suggestion; see ``matching.explanation``."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.reviews.marking import Mark, Segment, segments_of


@dataclass(frozen=True)
class Place:
    """A stretch of one field of a profile."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Pair:
    """Passages that meet; `number` ties them together on the page, 1 being the strongest."""

    number: int
    need: Place
    capability: Place
    score: float


@dataclass(frozen=True)
class Evidence:
    """The passages of a need and a capability that meet, the strongest pair first."""

    pairs: tuple[Pair, ...] = ()

    def need_segments(self, field: str, text: str) -> list[Segment]:
        return segments_of(
            text, _marks([(pair.number, pair.need) for pair in self.pairs], field, text)
        )

    def capability_segments(self, field: str, text: str) -> list[Segment]:
        places = [(pair.number, pair.capability) for pair in self.pairs]
        return segments_of(text, _marks(places, field, text))


def read_evidence(stored: str) -> Evidence:
    """Return the evidence of a suggestion row; a row without any has no pairs."""
    passages = json.loads(stored).get("pairs", [])
    return Evidence(
        tuple(
            Pair(number, _place(pair["need"]), _place(pair["capability"]), float(pair["score"]))
            for number, pair in enumerate(passages, start=1)
        )
    )


def _place(stored: Mapping[str, Any]) -> Place:
    return Place(stored["field"], stored["start"], stored["end"], stored["text"])


def _marks(places: list[tuple[int, Place]], field: str, text: str) -> Iterator[Mark]:
    """Yield the marks of a field; a text that has changed since is marked where it is the same."""
    for number, place in places:
        start = place.start if text.startswith(place.text, place.start) else text.find(place.text)
        if place.field == field and place.text and start >= 0:
            yield Mark(number, start, start + len(place.text))
