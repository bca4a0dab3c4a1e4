"""Takes out of a vector what only tells the language of its text.

A multilingual encoder puts texts of one language near each other whatever they are about. The
mean vector of a language, over texts of our field, is that common part. It comes from the corpus
in ``models/encoder``, so that it is the same for one text alone and for a thousand.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from matchmaker.matching.artefacts import read_or_make_json
from matchmaker.matching.encoder import Encoder, Role, Vectors
from matchmaker.resources import resource_folder

_DIGITS = 6
_ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class LanguageMeans:
    """The mean vector of each language, for texts embedded as queries and as passages."""

    means: dict[Role, dict[str, Vectors]]

    def centred(self, vectors: Vectors, language: str, role: Role) -> Vectors:
        """Return the rows without what is kept here of their language, of length 1 again.

        A language without texts in the corpus loses the mean of all languages. A row that equals
        its mean stays nothing but zeros, and is thus near to no other.
        """
        rest = vectors - self._mean(language, role)
        lengths = np.linalg.norm(rest, axis=-1, keepdims=True)
        return np.asarray(rest / np.where(lengths > 0, lengths, 1), np.float32)

    def _mean(self, language: str, role: Role) -> Vectors:
        of_role = self.means[role]
        known = of_role.get(language)
        if known is not None:
            return known
        rows = list(of_role.values()) or [np.zeros(1, np.float32)]
        return np.asarray(np.mean(rows, axis=0), np.float32)


NO_MEANS = LanguageMeans({"query": {}, "passage": {}})


def load_means(encoder: Encoder, cache_folder: Path) -> LanguageMeans:
    """Return the means of this encoder: shipped, kept from an earlier start, or made now."""
    folder = resource_folder("models") / "encoder"
    corpus = folder / "language_corpus.jsonl"
    stored = read_or_make_json(
        "language_means",
        means_key(encoder.revision, corpus),
        folder,
        cache_folder,
        lambda: compute_means(encoder, corpus),
    )
    return means_of(stored)


def means_key(encoder_revision: str, corpus: Path) -> str:
    """Return what the means of an encoder depend on."""
    return f"{encoder_revision} {hashlib.sha256(corpus.read_bytes()).hexdigest()[:12]}"


def means_of(stored: dict[Role, dict[str, list[float]]]) -> LanguageMeans:
    return LanguageMeans(
        {
            role: {code: np.array(mean, np.float32) for code, mean in stored[role].items()}
            for role in _ROLES
        }
    )


def compute_means(encoder: Encoder, corpus: Path) -> dict[Role, dict[str, list[float]]]:
    """Return ``{role: {language: mean vector}}`` over the texts of the corpus."""
    by_language: dict[str, list[str]] = {}
    for line in corpus.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        by_language.setdefault(record["lang"], []).append(record["text"])
    return {
        role: {code: _mean(encoder, texts, role) for code, texts in sorted(by_language.items())}
        for role in _ROLES
    }


def language_offsets(
    means: dict[Role, dict[str, list[float]]], share: float
) -> dict[Role, dict[str, list[float]]]:
    """Return a share of how far each language's mean lies from the mean of all languages."""
    return {role: _offsets(of_role, share) for role, of_role in means.items()}


def _offsets(means: dict[str, list[float]], share: float) -> dict[str, list[float]]:
    middle = np.mean(list(means.values()), axis=0)
    return {
        code: [round(float(number), _DIGITS) for number in share * (np.array(mean) - middle)]
        for code, mean in means.items()
    }


def _mean(encoder: Encoder, texts: Sequence[str], role: Role) -> list[float]:
    ordered = sorted(texts, key=lambda text: (len(text), text))
    mean = encoder.encode(ordered, role).mean(axis=0, dtype=np.float64)
    return [round(float(number), _DIGITS) for number in mean]
