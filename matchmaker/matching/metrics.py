"""How good an order is, against what is known to be right."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

RESAMPLES = 2_000


def ndcg_at(gains: Sequence[float] | Numbers, cut: int = 10) -> float:
    """Return the normalised discounted gain of the first `cut` places.

    `gains` are the grades of all candidates in the order that is judged; 0 when none is above 0.

    >>> round(ndcg_at([0, 1, 0]), 4)
    0.6309
    """
    grades = np.asarray(gains, np.float64)
    discounts = 1 / np.log2(np.arange(2, cut + 2))
    ideal = np.sort(grades)[::-1][:cut]
    best = float(ideal @ discounts[: len(ideal)])
    if best == 0:
        return 0.0
    shown = grades[:cut]
    return float(shown @ discounts[: len(shown)]) / best


def reciprocal_rank(gains: Sequence[float] | Numbers) -> float:
    """Return 1 / the place of the first candidate with a grade above 0; 0 when there is none."""
    places = np.flatnonzero(np.asarray(gains) > 0)
    return 1 / (int(places[0]) + 1) if len(places) else 0.0


def recall_at(gains: Sequence[float] | Numbers, cut: int = 20) -> float:
    """Return the share of the candidates with a grade above 0 that stand in the first `cut`."""
    is_right = np.asarray(gains) > 0
    return float(is_right[:cut].sum() / is_right.sum()) if is_right.any() else 0.0


def average_precision(gains: Sequence[float] | Numbers) -> float:
    """Return the mean, over the right candidates, of the share that is right down to each."""
    places = np.flatnonzero(np.asarray(gains) > 0) + 1
    return float((np.arange(1, len(places) + 1) / places).mean()) if len(places) else 0.0


def area_under_curve(scores: Numbers, is_right: npt.NDArray[np.bool_]) -> float:
    """Return how often a right candidate scores above a wrong one, a tie counting half."""
    right, wrong = scores[is_right], scores[~is_right]
    if not len(right) or not len(wrong):
        return float("nan")
    above = (right[:, None] > wrong).mean() + 0.5 * (right[:, None] == wrong).mean()
    return float(above)


def bootstrap_interval(
    values: Sequence[float], groups: Sequence[str], *, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of the mean when whole groups (topics) are drawn again."""
    names = sorted(set(groups))
    place_of = {name: place for place, name in enumerate(names)}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for value, group in zip(values, groups, strict=True):
        sums[place_of[group]] += value
        counts[place_of[group]] += 1
    draws = np.random.default_rng(seed).integers(0, len(names), (RESAMPLES, len(names)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(probabilities: Numbers, is_right: npt.NDArray[np.bool_], bins: int) -> float:
    """Return the mean gap between promised and found share, over bins of equal size."""
    order = np.argsort(probabilities, kind="stable")
    gaps = [
        len(part) * abs(float(probabilities[part].mean()) - float(is_right[part].mean()))
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return float(np.sum(gaps)) / len(order) if len(order) else 0.0
