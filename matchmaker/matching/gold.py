"""The gold set in ``models/gold``: needs, capabilities and grades, split by topic.

Each split has its own folder and is a task of its own: its needs are ranked against its
capabilities alone, and no topic is in two splits. Every need is there as its writer put it and,
with the same id, in the other language.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from matchmaker.matching.files import CAPABILITY_KINDS, read_profiles
from matchmaker.matching.judgements import Grades, read_qrels
from matchmaker.matching.profile import NEED, Profile

Split = Literal["train", "tune", "test"]
# From this grade on an adviser would bring the two together.
RIGHT = 2


@dataclass(frozen=True)
class GoldSplit:
    """`translated` holds the needs of `needs`, in their order, in the other language."""

    needs: tuple[Profile, ...]
    translated: tuple[Profile, ...]
    capabilities: tuple[Profile, ...]
    topics: dict[str, str]
    grades: Grades

    def graded(self, need: Profile) -> npt.NDArray[np.int64]:
        """Return the grade of each capability, 0 where the pair was not judged."""
        of_need = self.grades.get(str(need.id), {})
        return np.array([of_need.get(str(c.id), 0) for c in self.capabilities])


def read_gold(models: Path, split: Split) -> GoldSplit:
    folder = models / "gold" / split
    needs = read_profiles(folder / "needs.jsonl", NEED)
    translated = read_profiles(folder / "needs_translated.jsonl", NEED)
    if [need.id for need in needs] != [need.id for need in translated]:
        raise ValueError(f"{folder}: the translated needs are not those of needs.jsonl")
    return GoldSplit(
        needs=tuple(needs),
        translated=tuple(translated),
        capabilities=tuple(read_profiles(folder / "capabilities.jsonl", CAPABILITY_KINDS[0])),
        topics=_topics(folder / "needs.jsonl"),
        grades=read_qrels(folder / "qrels.txt"),
    )


def _topics(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").split("\n")
    contents = [json.loads(line) for line in lines if line]
    return {str(content["id"]): str(content["topic"]) for content in contents}
