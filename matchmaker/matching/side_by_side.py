"""The two encoders in floats, as sentence-transformers runs any folder: to learn and to measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matchmaker.matching.encoder import Role, SentenceEncoder
from matchmaker.matching.english_folder import ENGLISH
from matchmaker.matching.joined import Readings
from matchmaker.matching.unpacking import unpacked_folder
from matchmaker.words.glosses import gloss


@dataclass(frozen=True)
class SideBySide:
    own: SentenceEncoder
    english: SentenceEncoder

    def encode(self, texts: Sequence[str], role: Role) -> Readings:
        """Return what is made of the texts; one that is its own gloss is not read again for it."""
        glosses = [gloss(text) for text in texts]
        differ = [place for place, text in enumerate(texts) if glosses[place] != text]
        own = self.own.encode(texts, role)
        glossed = own.copy()
        glossed[differ] = self.own.encode([glosses[place] for place in differ], role)
        return Readings(own, glossed, self.english.encode(glosses, role))

    def in_dynamic_int8(self) -> "SideBySide":
        return SideBySide(self.own.in_dynamic_int8(), self.english.in_dynamic_int8())


def side_by_side(cache_folder: Path) -> SideBySide:
    folder = unpacked_folder(cache_folder)
    return SideBySide(
        SentenceEncoder(str(folder), cache_folder),
        SentenceEncoder(str(folder / ENGLISH), cache_folder),
    )
