"""Corrects for hubs: texts that are near to everything, whatever it is about.

How near a text is to texts of the other side that have nothing to do with it is measured on a
fixed background, a part of ``models/breadth``, as texts that the encoder was tuned on tell less of
new ones. The correction of a pair thus depends on the pair alone: it is the same for one text and
for a thousand, and in any order.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.matching.artefacts import read_or_make_json
from matchmaker.matching.breadth import breadth_file, read_breadth
from matchmaker.matching.encoder import Encoder, Vectors
from matchmaker.matching.language_means import LanguageMeans, means_key
from matchmaker.matching.profile import Profile
from matchmaker.matching.training_records import TrainingRecord
from matchmaker.matching.vectors import embed_profiles, role_of
from matchmaker.resources import resource_folder

NEAREST = 20
# Records of the background, drawn evenly from all: more would change little and weigh more.
MOST_RECORDS = 1_500


@dataclass(frozen=True)
class Background:
    """Centred vectors of whole needs and whole capabilities, one in a row."""

    needs: Vectors
    capabilities: Vectors

    def hubness(self, whole: Vectors, *, of_need: bool) -> float:
        """Return the mean cosine to the nearest of the other side; 0 without a background."""
        others = self.capabilities if of_need else self.needs
        if not len(others):
            return 0.0
        cosines = others @ whole
        nearest = min(NEAREST, len(cosines))
        return float(np.partition(cosines, -nearest)[-nearest:].mean())


NO_BACKGROUND = Background(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))


def load_background(encoder: Encoder, means: LanguageMeans, cache_folder: Path) -> Background:
    """Return the background for this encoder: shipped, kept from an earlier start, or made now."""
    models = resource_folder("models")
    stored = read_or_make_json(
        "background",
        background_key(encoder.revision, models),
        models / "encoder",
        cache_folder,
        lambda: stored_background(encoder, means, models),
    )
    return Background(_unpacked(stored["needs"]), _unpacked(stored["capabilities"]))


def background_key(encoder_revision: str, models: Path) -> str:
    """Return what the background of an encoder depends on: its means and the records."""
    records = hashlib.sha256(breadth_file(models).read_bytes()).hexdigest()
    means = means_key(encoder_revision, models / "encoder" / "language_corpus.jsonl")
    return f"{means} {records[:12]}"


def stored_background(encoder: Encoder, means: LanguageMeans, models: Path) -> dict[str, Any]:
    """Return the background of the records in `models` as it is written to a file."""
    records = read_breadth(models, "background")
    every = -(-len(records) // MOST_RECORDS)
    background = compute_background(encoder, means, records[::every])
    return {"needs": _packed(background.needs), "capabilities": _packed(background.capabilities)}


def compute_background(
    encoder: Encoder, means: LanguageMeans, records: Sequence[TrainingRecord]
) -> Background:
    """Return the centred vectors of the needs, and of the capabilities that answer them."""
    needs = [record.need for record in records]
    capabilities = [record.answer for record in records]
    return Background(
        _centred_wholes(encoder, means, needs), _centred_wholes(encoder, means, capabilities)
    )


def _centred_wholes(encoder: Encoder, means: LanguageMeans, profiles: Sequence[Profile]) -> Vectors:
    vectors = embed_profiles(encoder, profiles)
    return np.array(
        [
            means.centred(vector.whole, profile.language, role_of(profile))
            for profile, vector in zip(profiles, vectors, strict=True)
        ],
        np.float32,
    )


def _packed(vectors: Vectors) -> dict[str, Any]:
    content = base64.b64encode(vectors.astype("<f2").tobytes()).decode("ascii")
    return {"rows": len(vectors), "float16": content}


def _unpacked(stored: dict[str, Any]) -> Vectors:
    flat = np.frombuffer(base64.b64decode(stored["float16"]), "<f2")
    return flat.reshape(stored["rows"], -1).astype(np.float32)
