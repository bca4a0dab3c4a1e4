"""The records the ranking is trained and corrected with: a need, its answer, two near misses."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.matching.profile import NEED, TITLE, Field, Profile


@dataclass(frozen=True)
class TrainingRecord:
    topic: str
    need: Profile
    answer: Profile
    near_misses: tuple[Profile, ...]

    @property
    def capabilities(self) -> tuple[Profile, ...]:
        """The answer first."""
        return (self.answer, *self.near_misses)


def read_records(path: Path) -> list[TrainingRecord]:
    """Return the records in the file's order; ids are ``<line>`` and ``<line>.<place>``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_record(number, json.loads(line)) for number, line in enumerate(lines, start=1)]


def _record(number: int, content: dict[str, Any]) -> TrainingRecord:
    return TrainingRecord(
        topic=content["topic"],
        need=_profile(str(number), {**content["need"], "kind": NEED}),
        answer=_profile(f"{number}.0", content["positive"]),
        near_misses=tuple(
            _profile(f"{number}.{place}", negative)
            for place, negative in enumerate(content["negatives"], start=1)
        ),
    )


def _profile(profile_id: str, content: dict[str, Any]) -> Profile:
    fields = (Field(TITLE, content["title"]), Field("description", content["description"]))
    return Profile(profile_id, content["kind"], content["lang"], fields)
