"""What the encoder is tuned on: records of a need with its answer, and topics judged as a whole.

A record is a need, what answers it and two near misses, which are left out where the needs of an
area are each other's. In a judged topic every need was judged against every capability, those of
the topic's records and further ones, from 0 to 3.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.lines import read_json_lines
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


@dataclass(frozen=True)
class JudgedTopic:
    """`grades` has shape (needs, capabilities)."""

    topic: str
    needs: tuple[Profile, ...]
    capabilities: tuple[Profile, ...]
    grades: npt.NDArray[np.int64]


def read_records(path: Path, prefix: str = "") -> list[TrainingRecord]:
    """Return the records in the file's order; ids are ``<line>`` and ``<line>.<place>``."""
    return [_record(f"{prefix}{number}", content) for number, content in read_json_lines(path)]


def read_judged(path: Path, records: Sequence[TrainingRecord]) -> list[JudgedTopic]:
    """Return the judged topics in the file's order; they name needs and answers of the records."""
    needs = {str(record.need.id): record.need for record in records}
    answers = {str(record.answer.id): record.answer for record in records}
    return [_judged(content, needs, answers) for _, content in read_json_lines(path)]


def read_elsewhere(path: Path) -> dict[str, dict[str, int]]:
    """Return the grade of capabilities of other topics, by the ids of need and capability."""
    grades: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            grades.setdefault(row["need"], {})[row["capability"]] = int(row["grade"])
    return grades


def _judged(
    content: dict[str, Any], needs: dict[str, Profile], answers: dict[str, Profile]
) -> JudgedTopic:
    own_needs = {n["id"]: _profile(n["id"], {**n, "kind": NEED}) for n in content["needs"]}
    further = {c["id"]: _profile(c["id"], c) for c in content["capabilities"]}
    graded = content["grades"]
    of_records = [f"{need}.0" for need in graded if need not in own_needs]
    capabilities = {key: answers[key] for key in of_records} | further
    columns = {key: place for place, key in enumerate(capabilities)}
    grades = np.zeros((len(graded), len(columns)), np.int64)
    for row, given in enumerate(graded.values()):
        for key, grade in given.items():
            grades[row, columns[key]] = grade
    return JudgedTopic(
        topic=content["topic"],
        needs=tuple(own_needs[key] if key in own_needs else needs[key] for key in graded),
        capabilities=tuple(capabilities.values()),
        grades=grades,
    )


def _record(number: str, content: dict[str, Any]) -> TrainingRecord:
    return TrainingRecord(
        topic=content["topic"],
        need=_profile(number, {**content["need"], "kind": NEED}),
        answer=_profile(f"{number}.0", content["positive"]),
        near_misses=tuple(
            _profile(f"{number}.{place}", negative)
            for place, negative in enumerate(content["negatives"], start=1)
        ),
    )


def _profile(profile_id: str, content: dict[str, Any]) -> Profile:
    fields = (Field(TITLE, content["title"]), Field("description", content["description"]))
    return Profile(profile_id, content["kind"], content["lang"], fields)
