"""Looking for profiles by meaning, where the model is loaded; pages do without it otherwise."""

from flask import current_app

from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.matching.encoder import EncoderError
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.queries import find_by_meaning, similar_needs
from matchmaker.matching.stored_profiles import Side
from matchmaker.matching.what_if import Gain, list_gains

NEAREST = 20


def find_pipeline() -> Pipeline | None:
    """Return the pipeline of this process, or None while there is none to ask."""
    jobs = current_app.extensions.get("matchmaker.jobs")
    pipeline: Pipeline | None = getattr(jobs, "pipeline", None)
    return pipeline


def answered_from() -> float | None:
    """Return from which probability on a need has a good match; None while no model is loaded."""
    pipeline = find_pipeline()
    return pipeline.reranker.answered_from if pipeline else None


def nearest(db: Database, side: Side, text: str) -> list[int]:
    """Return published profiles that come closest to a question, nearest first."""
    pipeline = find_pipeline()
    if pipeline is None:
        return []
    try:
        found = find_by_meaning(db, pipeline, side, text, now=utc_now(), limit=NEAREST)
    except EncoderError:
        return []
    return [each.id for each in found]


def gains_of(db: Database, capability_id: int) -> list[Gain]:
    """Return what stating more would gain a capability; nothing where no model is loaded."""
    pipeline = find_pipeline()
    if pipeline is None:
        return []
    try:
        return list_gains(db, pipeline, capability_id, now=utc_now())
    except EncoderError:
        return []


def needs_like(db: Database, text: str, *, exclude: int | None = None) -> list[int] | None:
    """Return published needs like a text, most alike first; None where meaning is not known."""
    pipeline = find_pipeline()
    if pipeline is None:
        return None
    try:
        found = similar_needs(db, pipeline, text, now=utc_now(), exclude=exclude)
    except EncoderError:
        return None
    return [each.id for each in found]
