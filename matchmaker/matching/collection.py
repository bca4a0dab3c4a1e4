"""Profiles with their vectors in rows, ready to be compared with one of the other side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaker.matching.encoder import Vectors
from matchmaker.matching.profile import Profile


@dataclass(frozen=True)
class Embedded:
    """A profile with centred vectors and how much of a hub it is."""

    profile: Profile
    whole: Vectors
    passages: Vectors
    hubness: float


class Collection:
    """Profiles of one side in a fixed order. It never changes, so that threads may share it."""

    def __init__(self, members: Sequence[Embedded]) -> None:
        self.members = tuple(members)
        self.wholes = _rows([member.whole for member in members])
        self.passages = _rows([row for member in members for row in member.passages])
        counts = [len(member.passages) for member in members]
        self.starts: npt.NDArray[np.int64] = np.cumsum([0, *counts])
        self.hubness = np.array([member.hubness for member in members], np.float32)

    def __len__(self) -> int:
        return len(self.members)

    def chosen(self, places: npt.NDArray[np.int64]) -> "Collection":
        """Return the members at these ascending places; itself when that is all of them."""
        if len(places) == len(self.members):
            return self
        return Collection([self.members[place] for place in places])


def _rows(vectors: Sequence[Vectors]) -> Vectors:
    return np.array(vectors, np.float32) if len(vectors) else np.zeros((0, 0), np.float32)
