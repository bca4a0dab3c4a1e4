"""What only one of several needs says: the facts that a joint need must not lose."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matchmaker.database import Database
from matchmaker.matching.collection import Embedded
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.stored_profiles import read_profiles
from matchmaker.matching.texts import passages_of, text_hash
from matchmaker.matching.vectors import find_vectors

#: What constrains a solution; how the problem is told differs anyway.
FIELDS = ("target", "extent", "tried", "requirements")
#: Below this cosine no passage of another need says the same.
LEAST_COMMON = 0.45


@dataclass(frozen=True)
class Difference:
    """A passage of one need that no other need of the group has the like of."""

    need_id: int
    field: str
    text: str
    language: str


def list_differences(db: Database, pipeline: Pipeline, need_ids: Iterable[int]) -> list[Difference]:
    """Return what only one of these needs says, in the order of the needs and their texts.

    Needs whose vectors are not stored yet are left out.
    """
    profiles = read_profiles(db, "need", need_ids)
    stored = find_vectors(db, pipeline.encoder, profiles)
    found = [(profile, stored.get(text_hash(profile))) for profile in profiles]
    needs = [pipeline.embedded(profile, vectors) for profile, vectors in found if vectors]
    return [
        difference
        for need in needs
        for difference in _only_in(need, [other for other in needs if other is not need])
    ]


def _only_in(need: Embedded, others: list[Embedded]) -> list[Difference]:
    said = [other.passages for other in others if len(other.passages)]
    if not said or not len(need.passages):
        return []
    nearest = (need.passages @ np.concatenate(said).T).max(axis=1)
    return [
        Difference(int(need.profile.id), passage.field, passage.text, need.profile.language)
        for passage, cosine in zip(passages_of(need.profile), nearest.tolist(), strict=True)
        if passage.field in FIELDS and cosine < LEAST_COMMON
    ]
