"""Finds the few profiles worth a closer look."""

import numpy as np
import numpy.typing as npt

from matchmaker.matching.collection import Collection, Embedded

MOST_CANDIDATES = 1_000


def find_candidates(
    profile: Embedded, others: Collection, most: int = MOST_CANDIDATES
) -> npt.NDArray[np.int64]:
    """Return the places in `others` of the nearest whole texts, in ascending order.

    One product of a matrix with a vector; of equals at the end of the list, the first are taken.
    When there are no more than `most`, all are returned.
    """
    if len(others) <= most:
        return np.arange(len(others))
    nearness = others.cosines(profile.whole) - others.hubness
    least = np.partition(nearness, len(others) - most)[len(others) - most]
    nearer, equal = np.flatnonzero(nearness > least), np.flatnonzero(nearness == least)
    return np.sort(np.concatenate([nearer, equal[: most - len(nearer)]]))
