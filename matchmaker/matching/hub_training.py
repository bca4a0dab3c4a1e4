"""Learns the second stage of the ranking from the hub's reviews, and judges what was learned.

The shipped weights enter as imagined reviews: rows of signals drawn once and for all, each with
the shipped model's own probability as its answer, together worth `PRIOR_REVIEWS` real ones. No
review gives back the shipped weights, a few move them little, thousands decide.

Only pairs near the top are shown, so that nothing is learned of pairs that the first stage puts
far down; for these the imagined reviews keep its logit at weight one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.hub_model import FACTS, SHIPPED, SIGNALS, History, HubModel, Numbers
from matchmaker.matching.hub_reviews import (
    DecidedPair,
    read_decided_pairs,
    read_propensities,
    weights_of,
)
from matchmaker.matching.hub_versions import (
    Origin,
    changing,
    keep,
    list_versions,
    load_hub_model,
    use_version,
)
from matchmaker.matching.metrics import area_under_curve, bootstrap_interval

LEAST_REVIEWS = 30
HELD_BACK = 0.2
PRIOR_REVIEWS = 60.0
_PRIOR_ROWS = 500
_SEED = 20261122
_DRAWS = 500
_HISTORIES = ("organisation_history", "kind_history")


class TooFewReviewsError(Exception):
    """There is too little to learn from."""

    def __init__(self, count: int) -> None:
        super().__init__(f"the hub has decided on {count} pairs; {LEAST_REVIEWS} are needed")


class NothingNewError(Exception):
    """No decision has come since the last version was learned."""


@dataclass(frozen=True)
class Difference:
    """How much the new model's figure lies above the old one's, with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Two models on the same decisions, which neither of them has learned from.

    Intervals are over drawing needs again. Areas are None when the decisions are all alike.
    """

    pairs: int
    old_log_loss: float
    new_log_loss: float
    log_loss: Difference
    old_auc: float | None = None
    new_auc: float | None = None
    auc: Difference | None = None

    @property
    def is_not_worse(self) -> bool:
        """The log loss has not risen, and the area has not clearly fallen."""
        return self.log_loss.mean <= 0 and (self.auc is None or self.auc.high >= 0)


@dataclass(frozen=True)
class Retraining:
    """What came of a retraining; `version` is None when the model in use stays."""

    reviews: int
    old: HubModel
    new: HubModel
    comparison: Comparison
    version: int | None


def retrain(db: Database, folder: Path, *, now: datetime) -> Retraining:
    """Learn from the older reviews; use the result when it is not worse on the newest fifth.

    What is put in use is the very model that was compared, so that its figures are its own.

    Raises
    ------
    TooFewReviewsError
        When the hub has decided on fewer than `LEAST_REVIEWS` pairs.
    NothingNewError
        When a kept version has seen every decision already.
    BusyError
        When another process is retraining and does not come to an end.
    """
    with changing(folder):
        pairs = read_decided_pairs(db)
        _check(pairs, folder)
        learned, held_back = hold_back(pairs)
        old, new = load_hub_model(folder), train(learned, read_propensities(db))
        comparison = compare(old, new, held_back)
        version = None
        if comparison.is_not_worse:
            new = keep(folder, new, _origin(pairs, comparison, now))
            version = new.number
            use_version(db, folder, version, now=now, by_hand=False)
    return Retraining(len(pairs), old, new, comparison, version)


def train(pairs: Sequence[DecidedPair], propensities: Numbers) -> HubModel:
    """Return the model that the pairs teach, oldest first; without any, the shipped weights."""
    from sklearn.linear_model import LogisticRegression

    rows, history = _rows_with_history(pairs)
    imagined = imagined_rows()
    chances = 1 / (1 + np.exp(-SHIPPED.scores(imagined)))
    share = PRIOR_REVIEWS / len(imagined)
    answers = [pair.is_yes for pair in pairs]
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1_000)
    model.fit(
        np.concatenate([rows, imagined, imagined]),
        np.concatenate([answers, np.ones(len(imagined)), np.zeros(len(imagined))]),
        np.concatenate([weights_of(pairs, propensities), share * chances, share * (1 - chances)]),
    )
    weights = tuple(round(float(weight), 6) for weight in model.coef_[0])
    return HubModel(weights, round(float(model.intercept_[0]), 6), history)


def imagined_rows() -> Numbers:
    """Return the rows of signals that stand for the shipped weights, always the same.

    Histories are drawn wider than real ones are, so that they need many reviews to count.
    """
    random = np.random.default_rng(_SEED)
    return np.column_stack(
        [
            random.normal(0, 2, _PRIOR_ROWS),
            random.choice([-1, 0, 1], (_PRIOR_ROWS, len(FACTS)), p=[0.2, 0.5, 0.3]),
            random.uniform(-1, 1, (_PRIOR_ROWS, len(_HISTORIES))),
        ]
    )


def compare(old: HubModel, new: HubModel, pairs: Sequence[DecidedPair]) -> Comparison:
    """Judge two models on decisions; each pair counts alike, with the history each model has."""
    answers = np.array([pair.is_yes for pair in pairs])
    needs = [str(pair.need_id) for pair in pairs]
    before, after = (model.scores(signals_for(model, pairs)) for model in (old, new))
    losses = [np.logaddexp(0, np.where(answers, -scores, scores)) for scores in (before, after)]
    rises = losses[1] - losses[0]
    old_loss, new_loss = (float(loss.mean()) for loss in losses)
    rise = Difference(float(rises.mean()), *bootstrap_interval(rises.tolist(), needs))
    if answers.all() or not answers.any():
        return Comparison(len(pairs), old_loss, new_loss, rise)
    areas = [area_under_curve(scores, answers) for scores in (before, after)]
    gain = Difference(areas[1] - areas[0], *_area_interval(before, after, answers, needs))
    return Comparison(len(pairs), old_loss, new_loss, rise, areas[0], areas[1], gain)


def signals_for(model: HubModel, pairs: Iterable[DecidedPair]) -> Numbers:
    """Return the signals of pairs as this model would see them: its history, their facts."""
    rows = []
    for pair in pairs:
        leaning = model.history.leaning(pair.organisation_id, pair.kind)
        rows.append(_row(pair, leaning))
    return np.array(rows).reshape(-1, len(SIGNALS))


def hold_back(pairs: Sequence[DecidedPair]) -> tuple[Sequence[DecidedPair], Sequence[DecidedPair]]:
    """Return the older pairs, and the newest fifth."""
    cut = len(pairs) - max(1, round(len(pairs) * HELD_BACK))
    return pairs[:cut], pairs[cut:]


def _check(pairs: Sequence[DecidedPair], folder: Path) -> None:
    if len(pairs) < LEAST_REVIEWS:
        raise TooFewReviewsError(len(pairs))
    seen = [version.origin.newest for version in list_versions(folder) if version.origin]
    if pairs[-1].review_id <= max(seen, default=0):
        raise NothingNewError("no decision has come since the last version was learned")


def _rows_with_history(pairs: Sequence[DecidedPair]) -> tuple[Numbers, History]:
    """Return the rows, each with the history before its own decision, and the final history."""
    history, rows = History(), []
    for pair in pairs:
        rows.append(_row(pair, history.leaning(pair.organisation_id, pair.kind)))
        history = history.with_decision(pair.organisation_id, pair.kind, is_yes=pair.is_yes)
    return np.array(rows).reshape(-1, len(SIGNALS)), history


def _row(pair: DecidedPair, leaning: tuple[float, float]) -> list[float]:
    signals = {**pair.signals, **dict(zip(_HISTORIES, leaning, strict=True))}
    return [signals.get(name, 0.0) for name in SIGNALS]


def _area_interval(
    before: Numbers, after: Numbers, answers: npt.NDArray[np.bool_], needs: Sequence[str]
) -> tuple[float, float]:
    """Return the 95 % interval of the gain in area when whole needs are drawn again."""
    places_of = [np.flatnonzero(np.array(needs) == need) for need in sorted(set(needs))]
    random, gains = np.random.default_rng(0), []
    for _ in range(_DRAWS):
        drawn = random.integers(0, len(places_of), len(places_of))
        rows = np.concatenate([places_of[place] for place in drawn])
        right = answers[rows]
        if right.any() and not right.all():
            areas = [area_under_curve(scores[rows], right) for scores in (before, after)]
            gains.append(areas[1] - areas[0])
    if not gains:
        return float("-inf"), float("inf")
    low, high = np.percentile(gains, [2.5, 97.5])
    return float(low), float(high)


def _origin(pairs: Sequence[DecidedPair], comparison: Comparison, now: datetime) -> Origin:
    return Origin(
        created_at=to_text(now),
        reviews=len(pairs),
        held_back=comparison.pairs,
        newest=pairs[-1].review_id,
        log_loss=round(comparison.new_log_loss, 6),
        auc=None if comparison.new_auc is None else round(comparison.new_auc, 6),
    )
