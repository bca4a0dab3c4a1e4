"""The first module for sentence-transformers of two encoders that read a text side by side."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule

from matchmaker.matching.int8_reader import Int8Reader
from matchmaker.matching.joined import Joining
from matchmaker.words.glosses import gloss

_IDS, _MASK = "input_ids", "attention_mask"
_GLOSS = "gloss_"


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
        own = self._own.tokenize([(prompt or "") + text for text in inputs])
        english = self._english.tokenize([gloss(text) for text in inputs])
        return _named("", own) | _named(_GLOSS, english)

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Read every text by both, each on a thread of its own; one alone by both at once."""
        # Both are handed out before the first is waited for.
        reading = [
            self._readers.map(encoder.read, *_rows(features, prefix))
            for encoder, prefix in ((self._own, ""), (self._english, _GLOSS))
        ]
        own, english = (np.stack(list(rows)) for rows in reading)
        features["sentence_embedding"] = torch.from_numpy(self._joining.joined(own, english))
        return features

    def get_embedding_dimension(self) -> int:
        return int(self._joining.projection.shape[1])

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the folder that it was loaded from can be copied")


def _named(prefix: str, tokens: tuple[Any, Any]) -> dict[str, torch.Tensor]:
    names = (prefix + _IDS, prefix + _MASK)
    return {name: torch.from_numpy(rows) for name, rows in zip(names, tokens, strict=True)}


def _rows(features: dict[str, Any], prefix: str) -> tuple[Any, Any]:
    return features[prefix + _IDS].numpy(), features[prefix + _MASK].numpy()
