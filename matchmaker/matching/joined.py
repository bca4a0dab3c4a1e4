"""Joins what two encoders make of a text into one vector.

One knows many languages, the other English alone and far more of the world. The first reads the
text as it stands and its gloss in English, which brings languages nearer, and the mean of the two
counts; the other reads the gloss. Side by side the two encoders would take twice the room; they
are turned onto the directions along which texts of our field differ most, so that the cosine of two
joined vectors is nearly that of the one and that of the other in shares.

The words of our field have glosses, names of places and firms have none. So a text outside the
field is read more as it stands, and whether it is outside is told by its own vector.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from matchmaker.matching.packaged_weights import WeightsError

Rows = npt.NDArray[np.float32]

_PROJECTION, _WEIGHTS = "projection", "weights"
# How far the weights that tell our field are let grow, against those of a few texts alone.
_STRENGTH = 10.0


class Readings(NamedTuple):
    """What was made of the same texts, a row for each.

    `own` and `glossed` are of the encoder of many languages, for the text as it stands and for its
    gloss; `english` is of the encoder of English, for the gloss.
    """

    own: Rows
    glossed: Rows
    english: Rows


@dataclass(frozen=True)
class Field:
    """Tells by a vector of length 1, in its own language, whether a text is of our field."""

    weights: Rows
    bias: float

    def probabilities(self, own: Rows) -> Rows:
        # One by one, as in `joined`.
        logits = np.array([row @ self.weights for row in own], np.float32) + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


@dataclass(frozen=True)
class Shares:
    """How much of a text is read by the encoder of English, `within` our field and `outside` it.

    `glossed` is how much of what the other encoder reads is the gloss: within our field, as outside
    it is nothing.
    """

    field: Field
    within: float
    outside: float
    glossed: float

    def side_by_side(self, readings: Readings) -> Rows:
        """Return one row of both widths for each text.

        The cosine of two texts of equal share is that of what the two encoders made of them,
        weighted with it.
        """
        own, glossed, english = (_unit(rows) for rows in readings)
        is_ours = self.field.probabilities(own)[:, None]
        share = self.outside + (self.within - self.outside) * is_ours
        mean = _unit(own + self.glossed * is_ours * (glossed - own))
        parts = (np.sqrt(1 - share) * mean, np.sqrt(share) * english)
        return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Joining:
    """`projection` has shape (width of both, width kept)."""

    shares: Shares
    projection: Rows

    def joined(self, readings: Readings) -> Rows:
        """Return one row of length 1 for each text."""
        rows = self.shares.side_by_side(readings)
        # One by one: what a product of many rows rounds depends on how many there are.
        return _unit(np.array([row @ self.projection for row in rows], np.float32))


def learn_field(ours: Rows, others: Rows) -> Field:
    """Return what tells the vectors of texts of our field from those of others, both alike."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([_unit(ours), _unit(others)])
    is_ours = np.repeat([True, False], [len(ours), len(others)])
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1_000)
    model.fit(rows, is_ours)
    return Field(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def learn_joining(readings: Readings, shares: Shares, width: int) -> Joining:
    """Return the projection that keeps most of these texts' joined vectors.

    Those are the first right singular vectors (Eckart and Young, 1936), with no mean taken out, so
    that cosines stay what they are.
    """
    _, _, directions = np.linalg.svd(shares.side_by_side(readings), full_matrices=False)
    return Joining(shares, np.ascontiguousarray(directions[:width].T))


def joining_file(models: Path) -> Path:
    return models / "english_encoder" / "joining.safetensors"


def write_joining(path: Path, joining: Joining) -> None:
    shares = joining.shares
    tensors: dict[str, npt.NDArray[Any]] = {
        _PROJECTION: joining.projection.astype(np.float16),
        _WEIGHTS: shares.field.weights,
    }
    numbers = {
        "within": shares.within,
        "outside": shares.outside,
        "glossed": shares.glossed,
        "bias": shares.field.bias,
    }
    path.write_bytes(save(tensors, {name: str(number) for name, number in numbers.items()}))


def read_joining(path: Path) -> Joining:
    """Return what `write_joining` wrote.

    Raises
    ------
    WeightsError
        When the file is missing or damaged.
    """
    try:
        with safe_open(path, "np") as file:
            numbers = {name: float(number) for name, number in file.metadata().items()}
            field = Field(file.get_tensor(_WEIGHTS), numbers["bias"])
            shares = Shares(field, numbers["within"], numbers["outside"], numbers["glossed"])
            return Joining(shares, file.get_tensor(_PROJECTION).astype(np.float32))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read: {error}") from error


def _unit(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)
