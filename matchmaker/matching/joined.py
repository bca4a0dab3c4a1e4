"""Joins what two encoders make of a text into one vector.

One reads the text in its own language, the other its gloss in English. Each knows what the other
does not: the one how our five languages are written, the other far more of the world. Side by side
the two would take twice the room; they are turned onto the directions along which texts of our
field differ most, so that the cosine of two joined vectors is nearly that of the one and that of
the other in fixed shares.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from matchmaker.matching.packaged_weights import WeightsError

Rows = npt.NDArray[np.float32]

_PROJECTION, _SHARE = "projection", "share"


@dataclass(frozen=True)
class Joining:
    """`share` is how much of a cosine is that of the gloss.

    `projection` has shape (width of both, width kept).
    """

    share: float
    projection: Rows

    def joined(self, own: Rows, english: Rows) -> Rows:
        """Return one row of length 1 for each pair of rows."""
        rows = _side_by_side(own, english, self.share)
        # One by one: what a product of many rows rounds depends on how many there are.
        return _unit(np.array([row @ self.projection for row in rows], np.float32))


def learn_joining(own: Rows, english: Rows, share: float, width: int) -> Joining:
    """Return the projection that keeps most of these texts' joined vectors.

    Those are the first right singular vectors (Eckart and Young, 1936), with no mean taken out, so
    that cosines stay what they are.
    """
    _, _, directions = np.linalg.svd(_side_by_side(own, english, share), full_matrices=False)
    return Joining(share, np.ascontiguousarray(directions[:width].T))


def joining_file(models: Path) -> Path:
    return models / "english_encoder" / "joining.safetensors"


def write_joining(path: Path, joining: Joining) -> None:
    tensors = {_PROJECTION: joining.projection.astype(np.float16)}
    path.write_bytes(save(tensors, {_SHARE: str(joining.share)}))


def read_joining(path: Path) -> Joining:
    """Return what `write_joining` wrote.

    Raises
    ------
    WeightsError
        When the file is missing or damaged.
    """
    try:
        with safe_open(path, "np") as file:
            share = float(file.metadata()[_SHARE])
            return Joining(share, file.get_tensor(_PROJECTION).astype(np.float32))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read: {error}") from error


def _side_by_side(own: Rows, english: Rows, share: float) -> Rows:
    parts = (np.sqrt(1 - share) * _unit(own), np.sqrt(share) * _unit(english))
    return np.concatenate(parts, axis=1).astype(np.float32)


def _unit(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)
