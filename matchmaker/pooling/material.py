"""The needs and pairs of ``models/pooling``: who means the same problem, and who only seems to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from matchmaker.matching.files import read_profiles
from matchmaker.matching.profile import NEED, Profile

Half = Literal["tune", "test"]


@dataclass(frozen=True)
class LabelledPair:
    """Two needs; `is_like` says whether they are one problem. `topic` is empty for two topics."""

    first: str
    second: str
    topic: str
    is_like: bool


@dataclass(frozen=True)
class Material:
    """One half: its needs in the order of their ids, and every two of one topic.

    `across` are pairs of two topics that were read because a model took them for the same.
    """

    needs: tuple[Profile, ...]
    pairs: tuple[LabelledPair, ...]
    across: tuple[LabelledPair, ...]
    topics: dict[str, str]


def read_material(folder: Path, half: Half) -> Material:
    """Return one half; no topic is in both."""
    topics = {
        str(line["id"]): str(line["topic"])
        for line in _lines(folder / "needs.jsonl")
        if line["split"] == half
    }
    profiles = read_profiles(folder / "needs.jsonl", NEED)
    needs = sorted((p for p in profiles if p.id in topics), key=lambda need: str(need.id))
    pairs = tuple(
        LabelledPair(
            min(line["a"], line["b"]),
            max(line["a"], line["b"]),
            line.get("topic", ""),
            line["like"],
        )
        for line in _lines(folder / "pairs.jsonl")
        if line["split"] == half
    )
    of_topics = tuple(pair for pair in pairs if pair.topic)
    across = tuple(pair for pair in pairs if not pair.topic)
    return Material(tuple(needs), of_topics, across, topics)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            yield json.loads(line)
