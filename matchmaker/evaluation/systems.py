"""The rankings that are compared: baselines, each step of ours, and runs from files."""

from collections.abc import Sequence
from pathlib import Path

from matchmaker.evaluation.baselines import (
    Numbers,
    bm25_scores,
    character_scores,
    cosines,
    plain_cosines,
)
from matchmaker.evaluation.comparison import lists_of
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.encoder import UNTUNED, SentenceEncoder
from matchmaker.matching.judgements import Lists, read_run
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import rank
from matchmaker.matching.unpacking import unpacked_folder
from matchmaker.matching.vectors import embed_profiles

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
    alone = SentenceEncoder(str(unpacked_folder(cache_folder)), cache_folder)
    profiles = [*needs, *capabilities]
    vectors = embed_profiles(pipeline.encoder, profiles)
    embedded = [pipeline.embedded(p, v) for p, v in zip(profiles, vectors, strict=True)]
    scores: dict[str, Numbers] = {
        "BM25": bm25_scores(needs, capabilities),
        "character TF-IDF": character_scores(needs, capabilities),
        "packaged encoder, plain cosine": plain_cosines(untuned, needs, capabilities),
        "our encoder without glosses, plain cosine": plain_cosines(alone, needs, capabilities),
        "our encoder, plain cosine": cosines([v.whole for v in vectors], len(needs)),
        "our encoder, languages taken out": cosines([e.whole for e in embedded], len(needs)),
    }
    systems = {name: lists_of(rows, needs, capabilities) for name, rows in scores.items()}
    systems[OURS] = _lists(pipeline, embedded[: len(needs)], embedded[len(needs) :])
    for path in runs:
        systems[path.name] = read_run(path)
    return systems


def shipped_lists(
    pipeline: Pipeline, needs: Sequence[Profile], capabilities: Sequence[Profile]
) -> Lists:
    embedded = pipeline.embed([*needs, *capabilities])
    return _lists(pipeline, embedded[: len(needs)], embedded[len(needs) :])


def _lists(
    pipeline: Pipeline, needs: Sequence[Embedded], capabilities: Sequence[Embedded]
) -> Lists:
    collection = Collection(capabilities)
    return {
        str(need.profile.id): [
            str(match.capability.profile.id)
            for match in rank(pipeline, need, collection, len(capabilities))
        ]
        for need in needs
    }
