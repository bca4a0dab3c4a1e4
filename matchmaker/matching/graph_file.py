"""Writes the graph in whole numbers of an encoder into its folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from matchmaker.matching.int8_graph import (
    GRAPH_FILE,
    INPUT,
    float_graph,
    int8_graph,
    measured_ranges,
)
from matchmaker.matching.onnx_session import open_session
from matchmaker.matching.packaged_weights import Shape
from matchmaker.matching.tuning import Tensors
from matchmaker.resources import resource_folder

TOKENIZER_FILE = "tokenizer.json"
# How large the channels get is read off every so many texts of the corpus of languages.
_RANGE_EVERY, _RANGE_TOKENS, _RANGE_THREADS = 12, 256, 2


def range_texts() -> Iterator[str]:
    """Yield texts of all languages, from which it is read how large the channels get."""
    corpus = resource_folder("models") / "encoder" / "language_corpus.jsonl"
    lines = corpus.read_text(encoding="utf-8").split("\n")
    for line in filter(None, lines[::_RANGE_EVERY]):
        yield json.loads(line)["text"]


def write_graph(folder: Path, tensors: Tensors, shape: Shape, texts: Iterator[str]) -> None:
    """Write `GRAPH_FILE` beside the tokenizer of the folder, which has to be there."""
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(_RANGE_TOKENS, shape.positions))
    session = open_session(float_graph(tensors, shape), _RANGE_THREADS)
    names = [output.name for output in session.get_outputs()]
    seen = (
        dict(zip(names, session.run(names, _input(tokenizer, text)), strict=True)) for text in texts
    )
    graph = int8_graph(tensors, shape, measured_ranges(seen))
    (folder / GRAPH_FILE).write_bytes(graph)


def _input(tokenizer: Tokenizer, text: str) -> dict[str, npt.NDArray[np.int64]]:
    return {INPUT: np.array(tokenizer.encode(text).ids, np.int64)}
