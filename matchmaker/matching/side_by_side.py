"""The two encoders in floats, as sentence-transformers runs any folder: to learn and to measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matchmaker.matching.encoder import Role, SentenceEncoder, Vectors
from matchmaker.matching.english_folder import ENGLISH
from matchmaker.matching.unpacking import unpacked_folder
from matchmaker.words.glosses import gloss


@dataclass(frozen=True)
class SideBySide:
    own: SentenceEncoder
    english: SentenceEncoder

    def encode(self, texts: Sequence[str], role: Role) -> tuple[Vectors, Vectors]:
        """Return the rows of the texts as they are, and those of their glosses."""
        glosses = [gloss(text) for text in texts]
        return self.own.encode(texts, role), self.english.encode(glosses, role)

    def in_dynamic_int8(self) -> "SideBySide":
        return SideBySide(self.own.in_dynamic_int8(), self.english.in_dynamic_int8())


def side_by_side(cache_folder: Path) -> SideBySide:
    folder = unpacked_folder(cache_folder)
    return SideBySide(
        SentenceEncoder(str(folder), cache_folder),
        SentenceEncoder(str(folder / ENGLISH), cache_folder),
    )
