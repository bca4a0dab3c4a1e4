"""Vectors of profiles: made in batches, kept in the table ``text_vector``.

A row holds everything of one text, found by its hash and the encoder's revision: the vector of
the whole, one for each passage, and one of the whole without each passage, as the encoder gave
them. What is done to them later can
therefore change without embedding again.
"""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from matchmaker.database import Database
from matchmaker.matching.encoder import BATCH, Encoder, Role, Vectors
from matchmaker.matching.profile import Profile
from matchmaker.matching.texts import passages_of, text_hash, texts_without, whole_parts

# SQLite takes 32,766 values in one statement; this also keeps memory low.
_AT_A_TIME = 500
_EMBEDDED_AT_A_TIME = 100

_ROWS = struct.Struct("<II")
_ROLES: tuple[Role, ...] = get_args(Role)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ProfileVectors:
    """`whole` has shape (width,), `passages` and `without` (number of passages, width).

    A row of `without` is the whole without that passage; it has no rows where `texts_without`
    has no texts or they were not asked for.
    """

    whole: Vectors
    passages: Vectors
    without: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))


def role_of(profile: Profile) -> Role:
    return "query" if profile.is_need else "passage"


def embed_profiles(
    encoder: Encoder,
    profiles: Sequence[Profile],
    progress: Progress | None = None,
    *,
    with_evidence: bool = False,
) -> list[ProfileVectors]:
    """Return the vectors of each profile, in order; those of `without` only for evidence.

    The same set of profiles gives the same numbers in whatever order it comes. `progress` is
    told how many of how many characters are done.
    """
    wanted = {(role_of(p), text) for p in profiles for text in _texts_of(p, with_evidence)}
    vector_of = _embed_texts(encoder, wanted, progress or (lambda done, total: None))
    return [_assembled(profile, vector_of, with_evidence) for profile in profiles]


def find_vectors(
    db: Database, encoder: Encoder, profiles: Iterable[Profile]
) -> dict[str, ProfileVectors]:
    """Return what is stored for these profiles, by text hash; missing ones are left out."""
    hashes = sorted({text_hash(profile) for profile in profiles})
    found: dict[str, ProfileVectors] = {}
    for start in range(0, len(hashes), _AT_A_TIME):
        some = hashes[start : start + _AT_A_TIME]
        marks = ",".join("?" * len(some))
        sql = f"select * from text_vector where encoder = ? and text_hash in ({marks})"
        for row in db.rows(sql, (encoder.revision, *some)):
            found[row["text_hash"]] = _from_blob(row["vector"])
    return found


def ensure_vectors(
    db: Database, encoder: Encoder, profiles: Sequence[Profile]
) -> dict[str, ProfileVectors]:
    """Return the vectors of all these profiles by text hash; embed and store missing ones.

    Nothing is locked while texts are embedded, and a killed process loses at most one batch.
    """
    found = find_vectors(db, encoder, profiles)
    missing = {text_hash(p): p for p in profiles if text_hash(p) not in found}
    items = sorted(missing.items())
    for start in range(0, len(items), _EMBEDDED_AT_A_TIME):
        some = items[start : start + _EMBEDDED_AT_A_TIME]
        made = embed_profiles(encoder, [profile for _, profile in some], with_evidence=True)
        fresh = dict(zip([key for key, _ in some], made, strict=True))
        store_vectors(db, encoder.revision, fresh)
        found.update(fresh)
    return found


def forget_vectors(db: Database, kept: set[str]) -> None:
    """Delete the vectors of every text that is not in `kept`; call it inside a transaction."""
    for row in db.rows("select distinct text_hash from text_vector"):
        if row["text_hash"] not in kept:
            db.execute("delete from text_vector where text_hash = ?", (row["text_hash"],))


def store_vectors(db: Database, revision: str, vectors: Mapping[str, ProfileVectors]) -> None:
    """Store the vectors of these text hashes; those that are there stay."""
    with db.atomic():
        for key, value in vectors.items():
            db.execute(
                "insert or ignore into text_vector (text_hash, encoder, vector) values (?, ?, ?)",
                (key, revision, _to_blob(value)),
            )


def _to_blob(vectors: ProfileVectors) -> bytes:
    """Return how many passages there are and how many left out, then the rows, whole first."""
    groups = [vectors.whole[None], vectors.passages, vectors.without]
    rows = np.vstack([group for group in groups if len(group)]).astype("<f4")
    return _ROWS.pack(len(vectors.passages), len(vectors.without)) + rows.tobytes()


def _from_blob(blob: bytes) -> ProfileVectors:
    passages, without = _ROWS.unpack_from(blob)
    flat = np.frombuffer(blob, "<f4", offset=_ROWS.size)
    rows = flat.reshape(1 + passages + without, -1).astype(np.float32)
    return ProfileVectors(rows[0], rows[1 : 1 + passages], rows[1 + passages :])


def _texts_of(profile: Profile, with_evidence: bool) -> list[str]:
    texts = [*whole_parts(profile), *(passage.text for passage in passages_of(profile))]
    return [*texts, *texts_without(profile)] if with_evidence else texts


def _embed_texts(
    encoder: Encoder, wanted: set[tuple[Role, str]], progress: Progress
) -> dict[tuple[Role, str], Vectors]:
    """Embed texts of like length together: a batch costs as much as its longest text."""
    vector_of: dict[tuple[Role, str], Vectors] = {}
    total, done = sum(len(text) for _, text in wanted), 0
    for role in _ROLES:
        texts = sorted((t for r, t in wanted if r == role), key=lambda text: (-len(text), text))
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            keys = [(role, text) for text in batch]
            vector_of.update(zip(keys, encoder.encode(batch, role), strict=True))
            done += sum(map(len, batch))
            progress(done, total)
    return vector_of


def _assembled(
    profile: Profile, vector_of: dict[tuple[Role, str], Vectors], with_evidence: bool
) -> ProfileVectors:
    role = role_of(profile)
    parts = whole_parts(profile)
    passages = [vector_of[role, passage.text] for passage in passages_of(profile)]
    whole = np.sum([len(part) * vector_of[role, part] for part in parts], axis=0)
    left_out = texts_without(profile) if with_evidence else []
    without = [vector_of[role, text] for text in left_out]
    return ProfileVectors(
        _unit(whole), np.array(passages, np.float32), np.array(without, np.float32)
    )


def _unit(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length else vector, np.float32)
