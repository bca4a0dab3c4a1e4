"""What is stored of suggestions, and looking for profiles by meaning."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.database import Database
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import NEED, Field, Profile
from matchmaker.matching.stored_profiles import Side, published_ids
from matchmaker.matching.suggestion import Suggestion, SuggestionNotFound
from matchmaker.words.language import detect_language

# Of pairs of needs about different things, one in twenty lies above this.
LEAST_LIKENESS = 0.25
# What lies this many standard deviations above the mean answers a search; with few profiles,
# nothing can be said of the usual, and all are shown in order.
OUTSTANDING = 1.5
FEW = 20


@dataclass(frozen=True)
class Found:
    """A published profile that answers a search or is like a text; higher scores are better."""

    id: int
    score: float


def find_suggestion(db: Database, suggestion_id: int) -> Suggestion | None:
    row = db.first("select * from suggestion where id = ?", (suggestion_id,))
    return _suggestion(row) if row else None


def get_suggestion(db: Database, suggestion_id: int) -> Suggestion:
    suggestion = find_suggestion(db, suggestion_id)
    if suggestion is None:
        raise SuggestionNotFound(suggestion_id)
    return suggestion


def list_for_need(db: Database, need_id: int) -> list[Suggestion]:
    """Return the current suggestions of a need, best first."""
    return _current(db, "need_id", need_id, order="position")


def list_for_capability(db: Database, capability_id: int) -> list[Suggestion]:
    """Return the current suggestions that propose a capability, best first."""
    return _current(db, "capability_id", capability_id, order="score desc, need_id")


def needs_suggesting(db: Database, capability_id: int) -> frozenset[int]:
    """Return the needs on whose list a capability stands now."""
    return frozenset(
        row["need_id"]
        for row in db.rows(
            "select need_id from suggestion where capability_id = ? and withdrawn_at is null",
            (capability_id,),
        )
    )


def similar_needs(
    db: Database,
    pipeline: Pipeline,
    text: str,
    *,
    now: datetime,
    limit: int = 3,
    exclude: int | None = None,
) -> list[Found]:
    """Return published needs like a text that is being written, most alike first.

    Nothing of the text is stored. `exclude` is the need being edited, if it has an id.
    """
    likeness = _likeness(db, pipeline, "need", text, now)
    alike = [found for found in likeness if found.score >= LEAST_LIKENESS]
    return [found for found in alike if found.id != exclude][:limit]


def find_by_meaning(
    db: Database, pipeline: Pipeline, side: Side, query: str, *, now: datetime, limit: int = 20
) -> list[Found]:
    """Return the published profiles that answer a question by meaning, best first, ties by id.

    A few words meet one passage rather than the whole of a profile, so that both count. All
    texts are somewhat near to each other: only what lies clearly above the usual is an answer.
    """
    collection = pipeline.collection(db, side, now=now)
    if not query.strip() or not len(collection):
        return []
    asked = _asked(pipeline, query)
    features = np.concatenate([compute_features(asked, part) for part in collection.parts()])
    columns = dict(zip(FEATURES, features.T, strict=True))
    hubness = (columns["hub_capability"] + columns["hub_need"]) / 2
    found = _published(db, side, collection, columns["whole"] + columns["passages"] - hubness)
    if len(found) < FEW:
        return found[:limit]
    scores = [one.score for one in found]
    least = np.mean(scores) + OUTSTANDING * np.std(scores)
    return [one for one in found[:limit] if one.score >= least]


def _likeness(
    db: Database, pipeline: Pipeline, side: Side, text: str, now: datetime
) -> list[Found]:
    """Return every published profile of one side by nearness of whole texts, hubs corrected."""
    collection = pipeline.collection(db, side, now=now)
    if not text.strip() or not len(collection):
        return []
    asked = _asked(pipeline, text)
    cosines = collection.cosines(asked.whole)
    return _published(db, side, collection, cosines - (collection.hubness + asked.hubness) / 2)


def _asked(pipeline: Pipeline, text: str) -> Embedded:
    (embedded,) = pipeline.embed(
        [Profile(0, NEED, detect_language(text), (Field("problem", text),))]
    )
    return embedded


def _published(
    db: Database, side: Side, collection: Collection, scores: npt.NDArray[np.floating[Any]]
) -> list[Found]:
    shown = published_ids(db, side)
    return _ordered(
        {
            int(profile.id): float(scores[place])
            for place, profile in enumerate(collection.profiles)
            if profile.id in shown
        }
    )


def _ordered(scores: dict[int, float]) -> list[Found]:
    found = [Found(key, round(score, 6)) for key, score in scores.items()]
    return sorted(found, key=lambda one: (-one.score, one.id))


def _current(db: Database, column: str, value: int, *, order: str) -> list[Suggestion]:
    rows = db.rows(
        f"""select * from suggestion where {column} = ? and withdrawn_at is null
            order by {order}""",
        (value,),
    )
    return [_suggestion(row) for row in rows]


def _suggestion(row: dict[str, Any]) -> Suggestion:
    return Suggestion(**{**row, "evidence": json.loads(row["evidence"])})
