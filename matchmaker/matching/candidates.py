"""Finds the few profiles worth a closer look."""

import numpy as np
import numpy.typing as npt

from matchmaker.matching.collection import Collection, Embedded

MOST_CANDIDATES = 1_000


def find_candidates(
    profile: Embedded, others: Collection, most: int = MOST_CANDIDATES
) -> npt.NDArray[np.int64]:
    """Return the places in `others` of the nearest whole texts, in ascending order.

    One product of a matrix with a vector. When there are no more than `most`, all are returned.
    """
    if len(others) <= most:
        return np.arange(len(others))
    nearness = others.wholes @ profile.whole - others.hubness
    return np.sort(np.argpartition(-nearness, most)[:most])
