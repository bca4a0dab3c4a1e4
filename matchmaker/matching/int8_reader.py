"""Runs a tuned encoder in 8 bits by ONNX Runtime, a text at a time."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from matchmaker.matching.graph_file import TOKENIZER_FILE
from matchmaker.matching.int8_graph import GRAPH_FILE, INPUT, OUTPUT
from matchmaker.matching.onnx_session import open_session

Tokens = npt.NDArray[np.int64]


class Int8Reader:
    """Tokens in, the mean of their vectors out: the layers of a transformer and its pooling in one.

    Each text is read alone: nothing is padded, and no text depends on others of its batch.
    """

    def __init__(self, folder: Path) -> None:
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.most_tokens = int(shape["max_position_embeddings"])
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self.tokenizer.enable_truncation(self.most_tokens)
        self.tokenizer.no_padding()
        # Two threads that share a text wait for each other at every step, and those of two graphs
        # for each other's: one text takes twice as long as with a thread for each graph.
        self._session = open_session(folder / GRAPH_FILE, 1)

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        return [np.array(each.ids, np.int64) for each in self.tokenizer.encode_batch(list(texts))]

    def read(self, tokens: Tokens) -> npt.NDArray[np.float32]:
        """Return the vector of one text; without padding its mean costs next to nothing."""
        return np.asarray(self._session.run([OUTPUT], {INPUT: tokens})[0].mean(axis=0))
