"""Which earlier needs are about the same as this one: by their stored vectors, or by themes.

Nothing is embedded here: what the matching has stored is compared, each vector without what only
tells its language. A need without a stored vector is compared by the themes that it names.
"""

import struct
from collections.abc import Collection
from functools import lru_cache

import numpy as np

from matchmaker.database import Database
from matchmaker.matching.artefacts import read_artefact
from matchmaker.matching.encoder import Vectors
from matchmaker.matching.language_means import NO_MEANS, LanguageMeans, means_key, means_of
from matchmaker.resources import resource_folder

#: Cosine of centred vectors from which two needs count as alike; see tests/outcomes.
ALIKE = 0.5
SHARED_THEMES = 3

_COUNTS = struct.Struct("<II")


def find_like_needs(db: Database, need_id: int, among: Collection[int]) -> dict[int, float]:
    """Return how like each of the other needs is that is alike, between 0 and 1."""
    others = [other for other in among if other != need_id]
    if not others:
        return {}
    found = _by_themes(db, need_id, others)
    return {**found, **_by_vectors(db, need_id, others)}


def _by_vectors(db: Database, need_id: int, others: list[int]) -> dict[int, float]:
    vectors = _read_vectors(db, [need_id, *others])
    own = vectors.pop(need_id, None)
    if own is None or not vectors:
        return {}
    cosines = np.array(list(vectors.values())) @ own
    pairs = zip(vectors, cosines.tolist(), strict=True)
    return {other: cosine for other, cosine in pairs if cosine >= ALIKE}


def _read_vectors(db: Database, need_ids: list[int]) -> dict[int, Vectors]:
    marks = ", ".join("?" * len(need_ids))
    rows = db.rows(
        "select m.profile_id, m.language, m.encoder, v.vector from matched_profile m"
        " join text_vector v on v.text_hash = m.text_hash and v.encoder = m.encoder"
        f" where m.kind = 'need' and m.profile_id in ({marks})",
        tuple(need_ids),
    )
    return {
        row["profile_id"]: _means(row["encoder"]).centred(
            _whole(row["vector"]), row["language"], "query"
        )
        for row in rows
    }


def _whole(blob: bytes) -> Vectors:
    """Return the vector of the whole text, the first of the rows that are stored."""
    passages, without = _COUNTS.unpack_from(blob)
    rows = np.frombuffer(blob, "<f4", offset=_COUNTS.size).reshape(1 + passages + without, -1)
    return np.asarray(rows[0], np.float32)


@lru_cache(maxsize=4)
def _means(encoder: str) -> LanguageMeans:
    """Return the shipped means of an encoder; another one's vectors are taken as they are."""
    folder = resource_folder("models") / "encoder"
    key = means_key(encoder, folder / "language_corpus.jsonl")
    stored = read_artefact(folder / "language_means.json", key)
    return NO_MEANS if stored is None else means_of(stored)


def _by_themes(db: Database, need_id: int, others: list[int]) -> dict[int, float]:
    marks = ", ".join("?" * len(others))
    rows = db.rows(
        "select o.profile_id, count(*) as shared, (select count(*) from theme_of_profile t"
        " where t.noun = 'need' and t.profile_id = ?) as own from theme_of_profile o"
        " where o.noun = 'need' and o.concept in (select concept from theme_of_profile"
        f" where noun = 'need' and profile_id = ?) and o.profile_id in ({marks})"
        " group by o.profile_id having shared >= ?",
        (need_id, need_id, *others, SHARED_THEMES),
    )
    return {row["profile_id"]: ALIKE * row["shared"] / row["own"] for row in rows}
