"""Measures pools against what the material says, and beside simpler ways."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.pooling.clustering import pairs_within, pools_of
from matchmaker.pooling.likeness import ReadNeed, likely_pairs
from matchmaker.pooling.material import LabelledPair
from matchmaker.pooling.pair_model import PairModel
from matchmaker.pooling.training import Half, Numbers, fit, parts_of

DRAWS = 2_000
SEED = 20
# What a tuned bound has to reach on the tune half, pairs of two topics taken to be wrong. Staff
# look at every proposed pool and each owner decides: one false pair in four costs them less than
# a like need that nobody is shown.
WANTED_PRECISION = 0.75
BOUNDS = tuple(np.round(np.arange(0.2, 0.96, 0.025), 3).tolist())

Pair = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """`precision` is that among like pairs and near misses in equal number.

    `raw` is that among all labelled pairs, of which most are near misses. `across` is how many
    pairs of two topics were put together besides, and `overall` the precision when they are all
    taken to be wrong.
    """

    precision: float
    recall: float
    raw: float
    across: int
    overall: float
    precision_interval: tuple[float, float]
    recall_interval: tuple[float, float]


def pools_of_half(model: PairModel, needs: Sequence[ReadNeed], least: float) -> set[Pair]:
    """Return every two needs that come into one pool."""
    return _together(_likely(model, needs), least)


def measure(together: Collection[Pair], pairs: Sequence[LabelledPair]) -> Figures:
    """Return the figures with 95 % intervals, drawing topics again."""
    table = np.array(list(_counts(together, pairs).values()), np.float64)
    random = np.random.default_rng(SEED)
    drawn = table[random.integers(len(table), size=(DRAWS, len(table)))].sum(axis=1)
    hits, misses, likes, nears = table.sum(axis=0).tolist()
    precisions = [_precision(*row) for row in drawn.tolist()]
    recalls = (drawn[:, 0] / np.maximum(drawn[:, 2], 1)).tolist()
    return Figures(
        precision=_precision(hits, misses, likes, nears),
        recall=hits / max(1, likes),
        raw=hits / max(1, hits + misses),
        across=len(together) - int(hits + misses),
        overall=hits / max(1, len(together)),
        precision_interval=_interval(precisions),
        recall_interval=_interval(recalls),
    )


def pools_by_bound(half: Half, far: Numbers, encoder: str) -> dict[float, set[Pair]]:
    """Return what each bound puts together of the half, all of it in one file.

    Each pair is judged by models that saw no pair of its topics.
    """
    likely = _judged_unseen(half, far, encoder)
    return {bound: _together(likely, bound) for bound in BOUNDS}


def _judged_unseen(half: Half, far: Numbers, encoder: str) -> dict[Pair, float]:
    """Return the mean chance by the models without the topic of the first and of the second."""
    judged: dict[Pair, list[float]] = defaultdict(list)
    for part in parts_of(half):
        rest = frozenset(half.topics.values()) - part
        for pair, chance in _likely(fit(half.only(rest), far, encoder), half.needs).items():
            judged[pair] += [chance for key in pair if half.topics[key] in part]
    return {pair: sum(chances) / 2 for pair, chances in judged.items() if chances}


def _likely(model: PairModel, needs: Sequence[ReadNeed]) -> dict[Pair, float]:
    return {(str(a), str(b)): chance for (a, b), chance in likely_pairs(model, needs).items()}


def _together(likely: Mapping[Pair, float], least: float) -> set[Pair]:
    return {pair for pool in pools_of(likely, least=least) for pair in pairs_within(pool)}


def tuned_cut(scores: Mapping[Pair, float], pairs: Sequence[LabelledPair]) -> float:
    """Return the score from which pairs are put together, for ways that know no probability."""
    cuts = sorted({round(score, 3) for score in scores.values()})
    return best_bound({cut: above(scores, cut) for cut in cuts}, pairs)


def above(scores: Mapping[Pair, float], cut: float) -> set[Pair]:
    return {pair for pair, score in scores.items() if score >= cut}


def scored(needs: Sequence[ReadNeed], matrix: Numbers) -> dict[Pair, float]:
    """Return the score of every two needs from a matrix in their order, which is that of ids."""
    ids = [str(need.id) for need in needs]
    return {
        (ids[x], ids[y]): float(matrix[x, y])
        for x in range(len(ids))
        for y in range(x + 1, len(ids))
    }


def best_bound(together: Mapping[float, Collection[Pair]], pairs: Sequence[LabelledPair]) -> float:
    """Return the bound of most hits among those precise enough, else that of best precision."""
    rows = []
    for bound, found in together.items():
        table = np.array(list(_counts(found, pairs).values()), np.float64)
        hits, misses, likes, nears = table.sum(axis=0).tolist()
        across = len(found) - hits - misses
        precision = _precision(hits, misses, likes, nears, across)
        is_enough = precision >= WANTED_PRECISION
        rows.append((is_enough, hits if is_enough else precision, bound))
    return max(rows)[2]


def _precision(hits: float, misses: float, likes: float, nears: float, across: float = 0) -> float:
    """Return the share of right ones, near misses weighing as if there were as many as likes."""
    weighed = misses * likes / max(1, nears)
    return hits / (hits + weighed + across) if hits else 0.0


def _counts(
    together: Iterable[Pair], pairs: Sequence[LabelledPair]
) -> dict[str, tuple[int, int, int, int]]:
    """Return the right ones, the wrong ones, the like ones and the near misses of each topic."""
    found = set(together)
    counts: dict[str, tuple[int, int, int, int]] = {}
    for pair in pairs:
        hits, misses, likes, nears = counts.get(pair.topic, (0, 0, 0, 0))
        is_found = (pair.first, pair.second) in found
        counts[pair.topic] = (
            hits + (is_found and pair.is_like),
            misses + (is_found and not pair.is_like),
            likes + pair.is_like,
            nears + (not pair.is_like),
        )
    return counts


def _interval(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return float(low), float(high)
