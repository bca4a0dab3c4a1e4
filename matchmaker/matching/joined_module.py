"""The first module for sentence-transformers of two encoders that read a text side by side."""

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from matchmaker.matching.int8_module import Int8Transformer
from matchmaker.matching.joined import Joining
from matchmaker.words.glosses import gloss

_VECTOR = "sentence_embedding"
_GLOSS = "gloss_"


class JoinedTransformer(InputModule):
    """Tokens of a text and of its gloss in, their joined vectors out."""

    def __init__(self, own: Int8Transformer, english: Int8Transformer, joining: Joining) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._own, self._english, self._joining = own, english, joining
        self.max_seq_length = own.max_seq_length
        self.tokenizer = own.tokenizer

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        glossed = self._english.preprocess([gloss(text) for text in inputs])
        own = self._own.preprocess(inputs, prompt)
        return own | {_GLOSS + name: tokens for name, tokens in glossed.items()}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        of_gloss = {
            name.removeprefix(_GLOSS): tokens
            for name, tokens in features.items()
            if name.startswith(_GLOSS)
        }
        own = self._own.forward(features)[_VECTOR].numpy()
        english = self._english.forward(of_gloss)[_VECTOR].numpy()
        features[_VECTOR] = torch.from_numpy(self._joining.joined(own, english))
        return features

    def get_embedding_dimension(self) -> int:
        return int(self._joining.projection.shape[1])

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the folder that it was loaded from can be copied")
