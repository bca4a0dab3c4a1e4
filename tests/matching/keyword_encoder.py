"""An encoder of one-hot keywords: what is near to what can be read off the texts."""

from collections.abc import Sequence

import numpy as np

from matchmaker.matching.encoder import Role, Vectors
from matchmaker.matching.profile import NEED, Facts, Field, Profile

# Each row is one meaning, whatever it is called.
MEANINGS = (
    ("liggesår", "tryksår", "pressure"),
    ("fald", "fall"),
    ("ensomhed", "loneliness"),
    ("medicin", "medicine"),
    ("søvn", "sleep"),
)


class KeywordEncoder:
    """Counts keywords of each meaning; a text without any is near to no other."""

    revision = "keywords-1"

    def __init__(self) -> None:
        self.texts_seen = 0

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self.texts_seen += len(texts)
        rows = np.array([self._row(text.lower()) for text in texts], np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)

    def _row(self, text: str) -> list[int]:
        return [sum(text.count(word) for word in words) for words in MEANINGS]


def need(text: str, *, profile_id: int | str = 1, language: str = "da", **facts: int) -> Profile:
    return Profile(profile_id, NEED, language, (Field("problem", text),), Facts(**facts))


def capability(
    text: str,
    *,
    profile_id: int | str = 1,
    kind: str = "solution",
    language: str = "en",
    **facts: int,
) -> Profile:
    return Profile(profile_id, kind, language, (Field("description", text),), Facts(**facts))
