"""Bringing suggestions up to date while somebody watches a terminal."""

from datetime import datetime

from tqdm import tqdm

from matchmaker.database import Database
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.refresh import match_changed


def match_with_progress(db: Database, pipeline: Pipeline, *, now: datetime) -> int:
    """Do as `match_changed` and draw a bar on the error output when that is a terminal."""
    with tqdm(unit="profiles", disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return match_changed(db, pipeline, now=now, report=show)
