"""Many different problems, each with the one capability that was written for it.

They stand in narrow areas: what answers one need misses the others of its area. The encoder has
seen none of them. Where the gold set tells right from nearly right with care, these are so many
that a small gain can be told from chance.
"""

import hashlib
from pathlib import Path
from typing import Literal

from matchmaker.matching.training_records import TrainingRecord, read_records

#: The background of the correction of hubs, what the order is learned from, and what is measured.
Part = Literal["background", "tune", "test"]
_PARTS: tuple[Part, ...] = ("background", "tune", "test")
_PREFIX = "b"


def breadth_file(models: Path) -> Path:
    return models / "breadth" / "records.jsonl"


def read_breadth(models: Path, part: Part) -> list[TrainingRecord]:
    """Return the records of one part in the file's order; no area is in two parts."""
    records = read_records(breadth_file(models), _PREFIX)
    return [record for record in records if part_of(record.topic) == part]


def part_of(area: str) -> Part:
    """Return the part by a hash of the name, so that new areas move no old ones."""
    return _PARTS[int(hashlib.sha256(area.encode()).hexdigest(), 16) % len(_PARTS)]
