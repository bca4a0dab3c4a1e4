"""Trains the reranker, and measures each part of the ranking on topics held out.

What moves a capability up or down in a list is chosen on many problems (`breadth`) and on the gold
set, which alone is too small to tell a weight from chance; how probable a score is, on the gold
set, where all that is near was judged. Only the splits ``train`` and ``tune`` are read; ``test`` is
for ``matchmaker evaluate``. The encoder has seen neither, so that what its vectors tell here they
tell of new texts too.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.encoder import Vectors
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.gold import RIGHT, GoldSplit
from matchmaker.matching.language_means import NO_MEANS
from matchmaker.matching.metrics import (
    bootstrap_interval,
    calibration_error,
    ndcg_at,
    reciprocal_rank,
)
from matchmaker.matching.neighbours import NO_BACKGROUND
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.training_records import TrainingRecord
from matchmaker.matching.vectors import embed_profiles

PARTS = 5
SEED = 20
REGULARISATION = 1.0
CALIBRATION_BINS = 20
# What may decide the order of a list, and the weights that are tried; `whole` has 1.
ORDER = ("whole", "passages", "hub_capability")
PASSAGE_WEIGHTS = (0.0, 0.1, 0.2, 0.3)
HUB_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
# Of the needs that something answers, this share may be told that nothing does.
WRONGLY_UNANSWERED = 0.1

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One need against the capabilities of its split.

    `features` has shape (capabilities, features); `plain` are cosines of whole texts with
    languages left in. `is_original` tells the writer's words from those in the other language.
    """

    topic: str
    features: Vectors
    plain: Vectors
    grades: npt.NDArray[np.int64]
    is_original: bool

    @property
    def is_right(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.grades >= RIGHT)


@dataclass(frozen=True)
class Measurement:
    """One way of ranking over all held-out needs that something answers."""

    name: str
    ndcg: float
    interval: tuple[float, float]
    mrr: float


@dataclass(frozen=True)
class Outcome:
    """The estimator for all cases, and what was measured on held-out topics.

    `chances` and `is_right` hold every held-out pair of a need and a capability of its split,
    `best` the probability of each held-out need's first place: of needs as they are, of those
    that something answers, and of these with their answers taken away.
    """

    estimator: Any
    order: Numbers
    measurements: tuple[Measurement, ...]
    chances: Numbers
    is_right: npt.NDArray[np.bool_]
    first_is_right: npt.NDArray[np.bool_]
    best: Numbers
    best_answered: Numbers
    best_without_answer: Numbers
    topics: int
    needs: int
    problems: int

    @property
    def weights(self) -> list[float]:
        return [float(weight) for weight in self.estimator[-1].coef_[0]]

    @property
    def calibration_error(self) -> float:
        """The gap between promise and truth of the first places, where promises are made."""
        return calibration_error(self.best, self.first_is_right, CALIBRATION_BINS // 4)

    @property
    def pair_calibration_error(self) -> float:
        return calibration_error(self.chances, self.is_right, CALIBRATION_BINS)

    @property
    def answered_from(self) -> float:
        """The probability of the best from which a need is said to have a match."""
        return float(np.quantile(self.best_answered, WRONGLY_UNANSWERED))

    @property
    def found_unanswered(self) -> float:
        """The share of needs without an answer that are said to have none."""
        return float((self.best_without_answer < self.answered_from).mean())


def train(
    pipeline: Pipeline, splits: Sequence[GoldSplit], problems: Sequence[TrainingRecord]
) -> Outcome:
    """Return the model of all cases with its measurements; the same call gives the same."""
    cases = [case for split in splits for case in make_cases(pipeline, split)]
    order = choose_order(cases, problem_features(pipeline, problems))
    learned = held_out_scores(cases, order)
    steps = {name: [score(case) for case in cases] for name, score in LADDER.items()}
    steps["learned from these features"] = learned
    judged = [(case, chances(row)) for case, row in zip(cases, learned, strict=True)]
    originals = [(case, row) for case, row in judged if case.is_original]
    answered = [(case, row) for case, row in originals if case.is_right.any()]
    return Outcome(
        estimator=fit(cases, order),
        order=order,
        measurements=tuple(_measure(name, cases, scores) for name, scores in steps.items()),
        chances=np.concatenate([row for _, row in originals]),
        is_right=np.concatenate([case.is_right for case, _ in originals]),
        first_is_right=np.array([bool(case.is_right[row.argmax()]) for case, row in originals]),
        best=np.array([row.max() for _, row in originals]),
        best_answered=np.array([row.max() for _, row in answered]),
        best_without_answer=np.array([row[~case.is_right].max() for case, row in originals]),
        topics=len({case.topic for case in cases}),
        needs=len(originals),
        problems=len(problems),
    )


def make_cases(pipeline: Pipeline, split: GoldSplit) -> list[Case]:
    """Return a case for each need in its writer's words, then one for each in the other."""
    wanted = [*split.needs, *split.translated]
    vectors = embed_profiles(pipeline.encoder, [*wanted, *split.capabilities])
    plain = Pipeline(pipeline.encoder, NO_MEANS, NO_BACKGROUND)

    def sides(made: Pipeline) -> tuple[list[Embedded], Collection]:
        profiles: list[Profile] = [*wanted, *split.capabilities]
        embedded = [made.embedded(p, v) for p, v in zip(profiles, vectors, strict=True)]
        return embedded[: len(wanted)], Collection(embedded[len(wanted) :])

    needs, capabilities = sides(pipeline)
    raw_needs, raw = sides(plain)
    return [
        Case(
            topic=split.topics[str(need.profile.id)],
            features=compute_features(need, capabilities),
            plain=raw.wholes @ raw_need.whole,
            grades=split.graded(need.profile),
            is_original=place < len(split.needs),
        )
        for place, (need, raw_need) in enumerate(zip(needs, raw_needs, strict=True))
    ]


def problem_features(pipeline: Pipeline, problems: Sequence[TrainingRecord]) -> Vectors:
    """Return the features of each need with the answers of all, in the same order."""
    needs = pipeline.embed([problem.need for problem in problems])
    answers = Collection(pipeline.embed([problem.answer for problem in problems]))
    return np.array([compute_features(need, answers) for need in needs])


def choose_order(cases: Sequence[Case], problems: Vectors) -> Numbers:
    """Return the weight of each of `ORDER`: the best of a grid for both sets, each counting alike.

    `problems` is what `problem_features` returns. Where two do equally well, the smaller weights.
    """
    grid = [(1.0, passages, -hub) for passages in PASSAGE_WEIGHTS for hub in HUB_WEIGHTS]
    gains = [_gold_ndcg(cases, order) + _breadth_ndcg(problems, order) for order in grid]
    return np.array(grid[int(np.argmax(gains))])


def _gold_ndcg(cases: Sequence[Case], order: Sequence[float]) -> float:
    scores = [_ordered(case.features, order) for case in cases]
    return float(np.mean([ndcg_at(gain) for _, gain in _gains(cases, scores)]))


def _breadth_ndcg(problems: Vectors, order: Sequence[float]) -> float:
    """Return nDCG@10 with one right answer for each need; ties count against it."""
    scores = _ordered(problems, order)
    ranks = (scores >= np.diag(scores)[:, None]).sum(axis=1)
    return float(np.where(ranks <= 10, 1 / np.log2(ranks + 1), 0).mean())


def _ordered(features: Vectors, order: Sequence[float]) -> Numbers:
    columns = [FEATURES.index(name) for name in ORDER]
    return np.asarray(features[..., columns].astype(np.float64) @ np.array(order))


def fit(cases: Sequence[Case], order: Numbers) -> Any:
    """Return the model that makes probabilities of the order and of how much of a hub a need is."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = np.concatenate([case.features for case in cases]).astype(np.float64)
    right = np.concatenate([case.is_right for case in cases])
    # One column for the order, so that the gold set says how far it reaches and not what it is.
    mixing = np.zeros((len(FEATURES), 2))
    mixing[[FEATURES.index(name) for name in ORDER], 0] = order
    mixing[FEATURES.index("hub_need"), 1] = 1
    mixed = rows @ mixing
    scales = mixed.std(axis=0)
    model = LogisticRegression(C=REGULARISATION, max_iter=1_000).fit(mixed / scales, right)
    # The same model, told of the features themselves.
    scaler = StandardScaler().fit(rows)
    weights = mixing @ (model.coef_[0] / scales)
    model.coef_ = (weights * scaler.scale_)[None]
    model.intercept_ += weights @ scaler.mean_
    model.n_features_in_ = len(FEATURES)
    return make_pipeline(scaler, model)


def held_out_scores(cases: Sequence[Case], order: Numbers) -> list[Numbers]:
    """Return the scores of each case by a model that has seen no case of its topic."""
    topics = sorted({case.topic for case in cases})
    random.Random(SEED).shuffle(topics)  # noqa: S311 - a repeatable split, no secret
    part_of = {topic: place % PARTS for place, topic in enumerate(topics)}
    models = [
        fit([case for case in cases if part_of[case.topic] != part], order) for part in range(PARTS)
    ]
    return [
        np.asarray(models[part_of[case.topic]].decision_function(case.features.astype(np.float64)))
        for case in cases
    ]


def chances(scores: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-scores)))


def _column(case: Case, name: str) -> Numbers:
    return case.features[:, FEATURES.index(name)].astype(np.float64)


# Each line adds one step to the line before it.
LADDER: dict[str, Callable[[Case], Numbers]] = {
    "plain cosine of whole texts": lambda case: case.plain.astype(np.float64),
    "language means taken out": lambda case: _column(case, "whole"),
    "and hubs corrected": lambda case: _column(case, "whole") - _column(case, "hub_capability") / 2,
    "and passages": lambda case: (
        _column(case, "whole") + _column(case, "passages") / 3 - _column(case, "hub_capability") / 2
    ),
}


def _measure(name: str, cases: Sequence[Case], scores: Sequence[Numbers]) -> Measurement:
    """Judge one score for each pair."""
    gains = _gains(cases, scores)
    values = np.array([ndcg_at(gain) for _, gain in gains])
    return Measurement(
        name=name,
        ndcg=float(values.mean()),
        interval=bootstrap_interval(values.tolist(), [case.topic for case, _ in gains]),
        mrr=float(
            np.mean([reciprocal_rank((gain >= RIGHT).astype(np.float64)) for _, gain in gains])
        ),
    )


def _gains(cases: Sequence[Case], scores: Sequence[Numbers]) -> list[tuple[Case, Numbers]]:
    """Return the grades along the list of each case that something answers.

    Ties count against it, as the right one comes last.
    """
    return [
        (case, case.grades[np.lexsort((case.grades, -row))].astype(np.float64))
        for case, row in zip(cases, scores, strict=True)
        if case.is_right.any()
    ]
