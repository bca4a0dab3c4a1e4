"""Made-up needs and capabilities whose texts and vectors lie in clusters, for the bench."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.clock import to_text
from matchmaker.database import Database, open_database
from matchmaker.matching.profile import Field, Profile
from matchmaker.matching.stored_profiles import Side
from matchmaker.matching.texts import passages_of, text_hash
from matchmaker.matching.vectors import ProfileVectors, store_vectors

REVISION = "made up"
WIDTH = 384
CLUSTERS = 397
NEED_IDS = range(2_000_001, 2_000_021)
AT_A_TIME = 5_000
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Made:
    """Makes profiles whose texts and vectors lie in clusters."""

    centres: Vectors

    @classmethod
    def of(cls, seed: int) -> "Made":
        return cls(_units(np.random.default_rng(seed).standard_normal((CLUSTERS, WIDTH))))

    def texts(self, numbers: range) -> list[str]:
        """Return texts of one to five sentences, each a passage; those of a cluster share words."""
        random = np.random.default_rng([2, numbers.start])
        own = random.integers(0, 60, (len(numbers), 5, 6)).tolist()
        common = (random.zipf(1.3, (len(numbers), 5, 11)) % 30_000).tolist()
        return [
            " ".join(
                " ".join(
                    [
                        *(f"W{n % CLUSTERS:04d}{w:05d}" for w in a),
                        "and the",
                        *(f"c{w:09d}" for w in b),
                    ]
                )
                + "."
                for a, b in zip(own[row][: _sentences(n)], common[row], strict=False)
            )
            for row, n in enumerate(numbers)
        ]

    def vectors(self, numbers: range) -> list[ProfileVectors]:
        random = np.random.default_rng([1, numbers.start])
        wholes = near(random, self.centres[np.array(numbers) % CLUSTERS], 1.0)
        made = []
        for whole, number in zip(wholes, numbers, strict=True):
            rows = np.tile(whole, (1 + _sentences(number), 1))
            made.append(ProfileVectors(whole, near(random, rows, 1.0), near(random, rows, 0.3)))
        return made


def _sentences(number: int) -> int:
    return 1 + number % 5


def _units(rows: npt.NDArray[Any]) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def near(random: np.random.Generator, rows: Vectors, spread: float) -> Vectors:
    noise = random.standard_normal(rows.shape, np.float32) * np.float32(spread / WIDTH**0.5)
    return _units(rows + noise)


def write_profiles(db: Database, made: Made, side: Side, numbers: range) -> None:
    """Store profiles with these ids and their vectors."""
    name = "problem" if side == "need" else "description"
    row: dict[str, Any] = {"language": "en", "state": "published", "organisation_id": 1}
    row |= {moment: to_text(NOW) for moment in ("created_at", "updated_at", "published_at")}
    row |= {"hub_id": 2} if side == "need" else {"kind": "solution", "organisation_id": 3}
    columns = ",".join(["id", "title", name, *row])
    insertion = f"insert into {side} ({columns}) values (?, ?, ?{', ?' * len(row)})"
    for start in range(numbers.start, numbers.stop, AT_A_TIME):
        some = range(start, min(start + AT_A_TIME, numbers.stop))
        profiles = [
            Profile(n, side, "en", (Field("title", f"Offer {n}"), Field(name, text)))
            for n, text in zip(some, made.texts(some), strict=True)
        ]
        vectors = made.vectors(some)
        firsts = zip(profiles[:5], vectors, strict=False)
        if any(len(passages_of(one)) != len(those.passages) for one, those in firsts):
            raise AssertionError("a made-up text has other passages than vectors")
        with db.atomic():
            values = [(p.id, *(f.text for f in p.fields), *row.values()) for p in profiles]
            db.conn.executemany(insertion, values)
            hashes = map(text_hash, profiles)
            store_vectors(db, REVISION, dict(zip(hashes, vectors, strict=True)))


def write_database(path: Path, made: Made, size: int) -> None:
    db = open_database(path)
    db.execute("pragma synchronous = off")
    moment = {"created_at": to_text(NOW), "updated_at": to_text(NOW), "region": "1083"}
    with db.atomic():
        for key, kind in enumerate(("municipality", "hub", "company"), start=1):
            db["organisation"].insert({"id": key, "kind": kind, "name": kind, **moment})
    write_profiles(db, made, "capability", range(1, size + 1))
    write_profiles(db, made, "need", NEED_IDS)
    db.close()
