"""The first module for sentence-transformers of two encoders that read a text side by side."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule

from matchmaker.matching.int8_reader import Int8Reader
from matchmaker.matching.joined import Joining, Readings, Rows
from matchmaker.words.glosses import gloss

_OWN, _GLOSSED, _ENGLISH = "own", "glossed", "english"


class JoinedTransformer(InputModule):
    """Tokens of a text and of its gloss in, their joined vectors out."""

    def __init__(
        self, own: Int8Reader, english: Int8Reader, joining: Joining, threads: int
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._own, self._english, self._joining = own, english, joining
        self._readers = ThreadPoolExecutor(threads, "reader")
        self.max_seq_length = own.most_tokens
        self.tokenizer = own.tokenizer

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        glosses = [gloss(text) for text in inputs]
        return {
            _OWN: self._own.tokenize([(prompt or "") + text for text in inputs]),
            _GLOSSED: self._own.tokenize([(prompt or "") + text for text in glosses]),
            _ENGLISH: self._english.tokenize(glosses),
        }

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Read every text in all ways, one alone in several at once; what is the same once."""
        own = [self._readers.submit(self._own.read, tokens) for tokens in features[_OWN]]
        # All are handed out before the first is waited for.
        glossed = [
            read
            if np.array_equal(tokens, as_it_stands)
            else self._readers.submit(self._own.read, tokens)
            for tokens, as_it_stands, read in zip(
                features[_GLOSSED], features[_OWN], own, strict=True
            )
        ]
        english = [
            self._readers.submit(self._english.read, tokens) for tokens in features[_ENGLISH]
        ]
        readings = Readings(*(_rows(reads) for reads in (own, glossed, english)))
        features["sentence_embedding"] = torch.from_numpy(self._joining.joined(readings))
        return features

    def get_embedding_dimension(self) -> int:
        return int(self._joining.projection.shape[1])

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the folder that it was loaded from can be copied")


def _rows(reads: Sequence["Future[Rows]"]) -> Rows:
    return np.stack([read.result() for read in reads])
