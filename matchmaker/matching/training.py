"""Trains the reranker, and measures each part of the ranking on topics held out.

No topic is in two parts, and a need is ranked against the answers and near misses of every topic
of its part. The correction for hubs is estimated on the other parts, so that no pair helps itself.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.encoder import Encoder, Vectors
from matchmaker.matching.evaluation import (
    area_under_curve,
    bootstrap_interval,
    calibration_error,
    ndcg_at,
    reciprocal_rank,
)
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.language_means import NO_MEANS, LanguageMeans
from matchmaker.matching.neighbours import NO_BACKGROUND, Background
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.training_records import TrainingRecord
from matchmaker.matching.vectors import ProfileVectors, embed_profiles

PARTS = 5
SEED = 20
REGULARISATION = 1.0
CALIBRATION_BINS = 20

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """The pairs of one part of the topics: a row of features for each need and capability.

    `features` has shape (needs, capabilities, features); `plain` and `centred` hold cosines of
    whole texts with languages left in and taken out.
    """

    topics: tuple[str, ...]
    features: Vectors
    plain: Vectors
    is_answer: npt.NDArray[np.bool_]
    same_language: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Measurement:
    """One way of ranking over all held-out needs."""

    name: str
    ndcg: float
    interval: tuple[float, float]
    mrr: float
    auc: float
    ndcg_across: float
    ndcg_within: float


@dataclass(frozen=True)
class Outcome:
    """The estimator for all records, and what was measured on held-out topics.

    `chances` and `is_answer` hold every held-out pair.
    """

    estimator: Any
    measurements: tuple[Measurement, ...]
    chances: Numbers
    is_answer: npt.NDArray[np.bool_]
    topics: int
    needs: int
    first_promised: float
    first_found: float

    @property
    def pool(self) -> int:
        """How many capabilities a need was ranked against, on average."""
        return round(len(self.chances) / self.needs)

    @property
    def weights(self) -> list[float]:
        return [float(weight) for weight in self.estimator[-1].coef_[0]]

    @property
    def calibration_error(self) -> float:
        return calibration_error(self.chances, self.is_answer, CALIBRATION_BINS)

    def kept_above(self, chance: float) -> float:
        """Return the share of right pairs with at least this probability."""
        return float((self.chances[self.is_answer] >= chance).mean())

    def shown_above(self, chance: float) -> float:
        """Return how many pairs of each need have at least this probability, on average."""
        return float((self.chances >= chance).sum() / self.needs)


def train(encoder: Encoder, means: LanguageMeans, records: Sequence[TrainingRecord]) -> Outcome:
    """Return the model of all records with its measurements; the same call gives the same."""
    parts = make_parts(encoder, means, records)
    learned = [_held_out_scores(parts, place) for place in range(len(parts))]
    steps = {name: [score(part) for part in parts] for name, score in _LADDER.items()}
    steps["learned from these features"] = learned
    promised, found = _first_places(parts, learned)
    return Outcome(
        estimator=_fit(parts),
        measurements=tuple(_measure(name, parts, scores) for name, scores in steps.items()),
        chances=_chances(np.concatenate([scores.ravel() for scores in learned])),
        is_answer=np.concatenate([part.is_answer.ravel() for part in parts]),
        topics=len({topic for part in parts for topic in part.topics}),
        needs=sum(len(part.topics) for part in parts),
        first_promised=promised,
        first_found=found,
    )


def make_parts(
    encoder: Encoder, means: LanguageMeans, records: Sequence[TrainingRecord]
) -> list[Part]:
    profiles = [p for record in records for p in (record.need, *record.capabilities)]
    made = embed_profiles(encoder, profiles)
    vectors = {profile.id: vector for profile, vector in zip(profiles, made, strict=True)}
    groups = _split_topics(records)
    return [
        _part(Pipeline(encoder, means, _background(encoder, means, groups, place, vectors)),
              encoder, group, vectors)
        for place, group in enumerate(groups)
    ]  # fmt: skip


def _split_topics(records: Sequence[TrainingRecord]) -> list[list[TrainingRecord]]:
    topics = sorted({record.topic for record in records})
    random.Random(SEED).shuffle(topics)  # noqa: S311 - a repeatable split, no secret
    part_of = {topic: place % PARTS for place, topic in enumerate(topics)}
    return [[r for r in records if part_of[r.topic] == part] for part in range(PARTS)]


def _background(
    encoder: Encoder,
    means: LanguageMeans,
    groups: Sequence[Sequence[TrainingRecord]],
    left_out: int,
    vectors: dict[int | str, ProfileVectors],
) -> Background:
    pipeline = Pipeline(encoder, means)
    others = [r for place, group in enumerate(groups) if place != left_out for r in group]

    def wholes(profiles: Sequence[Profile]) -> Vectors:
        rows = [pipeline.embedded(profile, vectors[profile.id]).whole for profile in profiles]
        return np.array(rows, np.float32)

    return Background(wholes([r.need for r in others]), wholes([r.answer for r in others]))


def _part(
    pipeline: Pipeline,
    encoder: Encoder,
    records: Sequence[TrainingRecord],
    vectors: dict[int | str, ProfileVectors],
) -> Part:
    plain = Pipeline(encoder, NO_MEANS, NO_BACKGROUND)
    profiles = [profile for record in records for profile in record.capabilities]

    def embedded(made: Pipeline, some: Sequence[Profile]) -> list[Embedded]:
        return [made.embedded(profile, vectors[profile.id]) for profile in some]

    wanted = [record.need for record in records]
    needs, capabilities = embedded(pipeline, wanted), Collection(embedded(pipeline, profiles))
    raw_needs, raw = embedded(plain, wanted), Collection(embedded(plain, profiles))
    answers = {record.answer.id for record in records}
    owner = {p.id: r.need.id for r in records for p in r.capabilities}
    return Part(
        topics=tuple(record.topic for record in records),
        features=np.stack([compute_features(need, capabilities) for need in needs]),
        plain=np.stack([raw.wholes @ need.whole for need in raw_needs]),
        is_answer=np.array(
            [[p.id in answers and owner[p.id] == need.id for p in profiles] for need in wanted]
        ),
        same_language=np.array([r.need.language == r.answer.language for r in records]),
    )


def _chances(scores: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-scores)))


def _column(part: Part, name: str) -> Numbers:
    return part.features[:, :, FEATURES.index(name)].astype(np.float64)


# Each line adds one step to the line before it.
_LADDER: dict[str, Callable[[Part], Numbers]] = {
    "plain cosine of whole texts": lambda part: part.plain.astype(np.float64),
    "language means taken out": lambda part: _column(part, "whole"),
    "and hubs corrected": lambda part: _column(part, "whole") - _column(part, "hub_capability"),
    "and passages": lambda part: (
        _column(part, "whole") + _column(part, "passages") / 2 - _column(part, "hub_capability")
    ),
}


def _fit(parts: Sequence[Part]) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = np.concatenate([part.features.reshape(-1, len(FEATURES)) for part in parts])
    answers = np.concatenate([part.is_answer.ravel() for part in parts])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=1_000))
    return model.fit(rows.astype(np.float64), answers)


def _held_out_scores(parts: Sequence[Part], place: int) -> Numbers:
    """Return the scores of one part by a model that has seen the others only."""
    model = _fit([part for other, part in enumerate(parts) if other != place])
    part = parts[place]
    rows = part.features.reshape(-1, len(FEATURES)).astype(np.float64)
    return np.asarray(model.decision_function(rows)).reshape(part.is_answer.shape)


def _measure(name: str, parts: Sequence[Part], scores: Sequence[Numbers]) -> Measurement:
    """Judge one score for each pair; ties count against it, as the answer comes last."""
    gains = [
        answers[np.lexsort((answers, -row))].astype(np.float64)
        for part, of_part in zip(parts, scores, strict=True)
        for row, answers in zip(of_part, part.is_answer, strict=True)
    ]
    values = np.array([ndcg_at(gain) for gain in gains])
    topics = [topic for part in parts for topic in part.topics]
    same = np.concatenate([part.same_language for part in parts])
    flat = [
        area_under_curve(row, answers)
        for part, of_part in zip(parts, scores, strict=True)
        for row, answers in zip(of_part, part.is_answer, strict=True)
    ]
    return Measurement(
        name=name,
        ndcg=float(values.mean()),
        interval=bootstrap_interval(values.tolist(), topics),
        mrr=float(np.mean([reciprocal_rank(gain) for gain in gains])),
        auc=float(np.mean(flat)),
        ndcg_across=float(values[~same].mean()),
        ndcg_within=float(values[same].mean()),
    )


def _first_places(parts: Sequence[Part], scores: Sequence[Numbers]) -> tuple[float, float]:
    """Return what the first place of each list promises on average, and how often it is right."""
    firsts = [
        (float(_chances(row).max()), bool(answers[int(row.argmax())]))
        for part, of_part in zip(parts, scores, strict=True)
        for row, answers in zip(of_part, part.is_answer, strict=True)
    ]
    promised, found = zip(*firsts, strict=True)
    return float(np.mean(promised)), float(np.mean(found))
