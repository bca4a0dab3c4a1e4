"""Reads what the ranking stored as the grounds of a suggestion."""

import json
from collections.abc import Mapping
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
    """The grounds for and against one suggestion."""

    pairs: tuple[Pair, ...] = ()
    unmet: tuple[Place, ...] = ()

    def need_segments(self, field: str, text: str) -> list[Segment]:
        return segments_of(text, _marks([(pair.number, pair.need) for pair in self.pairs], field))

    def capability_segments(self, field: str, text: str) -> list[Segment]:
        places = [(pair.number, pair.capability) for pair in self.pairs]
        return segments_of(text, _marks(places, field))


def read_evidence(stored: str) -> Evidence:
    """Return the evidence of a suggestion row; a row without any has empty lists."""
    content = json.loads(stored)
    pairs = [
        Pair(number, _place(pair["need"]), _place(pair["capability"]), float(pair["score"]))
        for number, pair in enumerate(content.get("pairs", []), start=1)
    ]
    return Evidence(tuple(pairs), tuple(_place(place) for place in content.get("unmet", [])))


def _place(stored: Mapping[str, Any]) -> Place:
    return Place(stored["field"], stored["start"], stored["end"], stored["text"])


def _marks(places: list[tuple[int, Place]], field: str) -> list[Mark]:
    return [
        Mark(number, place.start, place.end) for number, place in places if place.field == field
    ]
