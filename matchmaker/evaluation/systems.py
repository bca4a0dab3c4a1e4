"""The rankings that are compared: baselines, each step of ours, and runs from files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matchmaker.evaluation.baselines import Numbers, bm25_scores, character_scores, plain_cosines
from matchmaker.evaluation.comparison import lists_of
from matchmaker.matching.collection import Collection
from matchmaker.matching.encoder import UNTUNED, SentenceEncoder
from matchmaker.matching.judgements import Lists, read_run
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import rank

OURS = "matchmaker"


def compared_systems(
    pipeline: Pipeline,
    needs: Sequence[Profile],
    capabilities: Sequence[Profile],
    *,
    cache_folder: Path,
    runs: Sequence[Path] = (),
) -> dict[str, Lists]:
    """Return the lists of each system by its name, baselines first, ours before the runs."""
    untuned = SentenceEncoder(UNTUNED, cache_folder)
    scores: dict[str, Numbers] = {
        "BM25": bm25_scores(needs, capabilities),
        "character TF-IDF": character_scores(needs, capabilities),
        "packaged encoder, plain cosine": plain_cosines(untuned, needs, capabilities),
        "our encoder, plain cosine": plain_cosines(pipeline.encoder, needs, capabilities),
        "our encoder, languages taken out": _centred(pipeline, needs, capabilities),
    }
    systems = {name: lists_of(rows, needs, capabilities) for name, rows in scores.items()}
    systems[OURS] = shipped_lists(pipeline, needs, capabilities)
    for path in runs:
        systems[path.name] = read_run(path)
    return systems


def shipped_lists(
    pipeline: Pipeline, needs: Sequence[Profile], capabilities: Sequence[Profile]
) -> Lists:
    embedded = pipeline.embed([*needs, *capabilities])
    collection = Collection(embedded[len(needs) :])
    return {
        str(need.profile.id): [
            str(match.capability.profile.id)
            for match in rank(pipeline, need, collection, len(capabilities))
        ]
        for need in embedded[: len(needs)]
    }


def _centred(
    pipeline: Pipeline, needs: Sequence[Profile], capabilities: Sequence[Profile]
) -> Numbers:
    wholes = [embedded.whole for embedded in pipeline.embed([*needs, *capabilities])]
    rows = np.array(wholes, np.float64)
    return np.asarray(rows[: len(needs)] @ rows[len(needs) :].T)
