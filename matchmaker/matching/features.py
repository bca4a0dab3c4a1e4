"""What the reranker judges a pair by. Every feature depends on the pair alone.

==================  ==========================================================================
``whole``           cosine of the whole texts, languages taken out
``passages``        each passage of the need with the nearest of the capability: mean cosine
``hub_capability``  how near the capability is to needs it has nothing to do with
``hub_need``        how near the need is to capabilities it has nothing to do with
==================  ==========================================================================
"""

import numpy as np

from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.encoder import Vectors

FEATURES = ("whole", "passages", "hub_capability", "hub_need")


def compute_features(need: Embedded, capabilities: Collection) -> Vectors:
    """Return an array of shape (capabilities, features), columns in the order of `FEATURES`."""
    count = len(capabilities)
    if not count:
        return np.zeros((0, len(FEATURES)), np.float32)
    return np.column_stack(
        [
            capabilities.wholes @ need.whole,
            _nearest_passages(need, capabilities).mean(axis=1),
            capabilities.hubness,
            np.full(count, need.hubness, np.float32),
        ]
    ).astype(np.float32)


def _nearest_passages(need: Embedded, capabilities: Collection) -> Vectors:
    """Return, for each capability and passage of the need, the cosine of the nearest passage.

    Shape (capabilities, passages of the need); a profile without passages is near to nothing.
    """
    nearest = np.zeros((len(capabilities), max(1, len(need.passages))), np.float32)
    if not len(need.passages) or not len(capabilities.passages):
        return nearest
    cosines = capabilities.passages @ need.passages.T
    starts, ends = capabilities.starts[:-1], capabilities.starts[1:]
    filled = ends > starts
    nearest[filled] = np.maximum.reduceat(cosines, starts[filled], axis=0)
    return nearest
