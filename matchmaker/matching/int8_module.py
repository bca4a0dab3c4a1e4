"""The encoder's first module for sentence-transformers, run by ONNX Runtime in 8 bits."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from onnxruntime import InferenceSession
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

from matchmaker.matching.graph_file import TOKENIZER_FILE
from matchmaker.matching.int8_graph import GRAPH_FILE, INPUT, OUTPUT
from matchmaker.matching.onnx_session import open_session

MASK = "attention_mask"


class Int8Transformer(InputModule):
    """Tokens in, the mean of their vectors out: ``Transformer`` and ``Pooling`` in one.

    Where no text is padded nothing has to be masked, and the mean costs next to nothing.
    """

    def __init__(self, folder: Path, most_tokens: int, width: int, threads: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._width = width
        self.max_seq_length = most_tokens
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self.tokenizer.enable_truncation(most_tokens)
        self.tokenizer.enable_padding()
        # Of several texts each has a thread: two that share one wait for each other at every step.
        self._session = open_session(folder / GRAPH_FILE, 1)
        self._readers = ThreadPoolExecutor(threads, "reader")
        # Somebody waits for a text that comes alone, and no thread has anything else to do.
        self._session_alone = open_session(folder / GRAPH_FILE, threads)

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        ids = np.array([encoding.ids for encoding in encodings], np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], np.int64)
        return {INPUT: torch.from_numpy(ids), MASK: torch.from_numpy(mask)}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Read each text alone: nothing is padded, and no text depends on others of its batch."""
        ids, mask = (features[name].numpy() for name in (INPUT, MASK))
        texts = [row[keep > 0] for row, keep in zip(ids, mask, strict=True)]
        if len(texts) == 1:
            rows = [_read(self._session_alone, texts[0])]
        else:
            rows = list(self._readers.map(partial(_read, self._session), texts))
        features["sentence_embedding"] = torch.from_numpy(np.stack(rows))
        return features

    def get_embedding_dimension(self) -> int:
        return self._width

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        for name in (GRAPH_FILE, TOKENIZER_FILE):
            shutil.copy(self._folder / name, Path(output_path) / name)


def _read(session: InferenceSession, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    return np.asarray(session.run([OUTPUT], {INPUT: ids})[0].mean(axis=0))
