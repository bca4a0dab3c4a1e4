"""Other ways to find the nearest of many vectors, for the bench."""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bench_data import AT_A_TIME, NEED_IDS, WIDTH, Made, Vectors

NEAREST = 1_000


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def resident() -> int:
    """Return how many bytes of memory this process holds now."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Other:
    """Another way to find the nearest. `add` is None where everything has to be built anew."""

    name: str
    memory: int
    built: float
    search: Callable[[int], Sequence[int]]
    add: Callable[[], object] | None


def other_ways(wholes: Vectors, asked: Vectors, made: Made, skipped: set[str]) -> Iterator[Other]:
    """Yield each way, built when it is asked for and free to go when the next one is."""
    ways = {"numpy": _numpy, "semantic_search": _semantic_search, "usearch": _usearch}
    for name, way in ways.items():
        if name not in skipped:
            yield way(wholes, asked)
    if "bm25s" not in skipped:
        yield _bm25s(len(wholes), made)


def _numpy(wholes: Vectors, asked: Vectors) -> Other:
    def search(need: int) -> Sequence[int]:
        cosines = wholes @ asked[need]
        nearest = np.argpartition(-cosines, NEAREST - 1)[:NEAREST]
        ordered: list[int] = nearest[np.argsort(-cosines[nearest])].tolist()
        return ordered

    def add() -> object:
        return np.vstack([wholes, asked[:1]])

    return Other("numpy, brute force", wholes.nbytes, 0.0, search, add)


def _semantic_search(wholes: Vectors, asked: Vectors) -> Other:
    import torch
    from sentence_transformers.util import semantic_search

    rows, queries = torch.from_numpy(wholes), torch.from_numpy(asked)

    def search(need: int) -> Sequence[int]:
        (found,) = semantic_search(queries[need], rows, top_k=NEAREST)
        return [int(hit["corpus_id"]) for hit in found]

    return Other(
        "sentence-transformers, semantic_search", wholes.nbytes, 0.0, search,
        lambda: torch.cat([rows, queries[:1]]),
    )  # fmt: skip


def _usearch(wholes: Vectors, asked: Vectors) -> Other:
    from usearch.index import Index

    index = Index(ndim=WIDTH, metric="ip", dtype="f16")
    built, _ = timed(lambda: index.add(np.arange(len(wholes)), wholes))

    def search(need: int) -> Sequence[int]:
        return [int(key) for key in index.search(asked[need], NEAREST).keys]

    def add() -> object:
        return index.add(len(index), asked[0])

    return Other("usearch, HNSW in float16", int(index.memory_usage), built, search, add)


def _bm25s(size: int, made: Made) -> Other:
    import bm25s

    before, index = resident(), bm25s.BM25()
    starts = range(1, size + 1, AT_A_TIME)
    parts = [range(start, min(start + AT_A_TIME, size + 1)) for start in starts]

    def build() -> None:
        texts = [text for part in parts for text in made.texts(part)]
        index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    built, _ = timed(build)
    memory = resident() - before
    questions = made.texts(NEED_IDS)

    def search(need: int) -> Sequence[int]:
        tokens = bm25s.tokenize([questions[need]], show_progress=False)
        found = index.retrieve(tokens, k=NEAREST, show_progress=False)
        return [int(place) for place in found.documents[0]]

    return Other("bm25s, on the texts", memory, built, search, None)
