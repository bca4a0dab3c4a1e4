#!/usr/bin/env python3
"""Measure the ranking among many stored capabilities, beside other ways to search vectors.

Writes a database of made-up capabilities with vectors in clusters (seeded, no encoder) into a
temporary folder, opens it as the program does, and prints two Markdown tables: what one need
costs by stage, and what numpy, sentence-transformers, bm25s and usearch cost for the same
vectors. Every time is the median of several. Each size runs in a process of its own.

100,000 capabilities take three minutes, 1.6 GB of disk and 0.7 GB of memory, 1,000,000 ten times
as much; see --most and --skip.

Example: .venv/bin/python scripts/bench_ranking.py --most 100000
"""

import argparse
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from bench_data import (
    NEED_IDS,
    NOW,
    REVISION,
    WIDTH,
    Made,
    Vectors,
    near,
    write_database,
    write_profiles,
)
from bench_others import NEAREST, other_ways, resident, timed

from matchmaker.database import Database, open_database
from matchmaker.matching.actions import embedded_profile, suggest_for_need
from matchmaker.matching.candidates import find_candidates
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.encoder import Role
from matchmaker.matching.evidence import carrying_pairs
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.language_means import LanguageMeans
from matchmaker.matching.neighbours import MOST_RECORDS, Background
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.ranking import Match, best_first, score_pairs
from matchmaker.matching.reranker import LearnedModel
from matchmaker.matching.shortlist import PLACES
from matchmaker.matching.texts import text_hash
from matchmaker.matching.vectors import find_vectors

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ADDED = 20
FIRST = 10


class NoEncoder:
    """All vectors are stored: what is measured is everything but the embedding."""

    revision = REVISION

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        raise AssertionError("nothing is left to be embedded")


def make_pipeline(made: Made) -> Pipeline:
    """Return a pipeline of the usual parts and sizes, with a model of made-up weights."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline as chain
    from sklearn.preprocessing import StandardScaler

    random = np.random.default_rng(3)
    rows = random.random((500, len(FEATURES)))
    model = chain(StandardScaler(), LogisticRegression()).fit(rows, rows[:, 0] + rows[:, 1] > 1)
    sides = [near(random, made.centres.repeat(2, 0)[:MOST_RECORDS], 1.0) for _ in range(2)]
    mean = {"en": np.full(WIDTH, 0.001, np.float32)}
    return Pipeline(
        NoEncoder(),
        LanguageMeans({"query": mean, "passage": mean}),
        Background(*sides),
        LearnedModel(model, "bench", floor=-1e9),
    )


def measure_stages(
    db: Database, pipeline: Pipeline, needs: list[Embedded], capabilities: Collection
) -> list[float]:
    """Return the median seconds of finding candidates, features, ranking and evidence."""
    runs = []
    for need in needs:
        finding, places = timed(partial(find_candidates, need, capabilities))
        chosen = capabilities.chosen(places)
        features, _ = timed(partial(compute_features, need, chosen))
        ranking, matches = timed(partial(_ranked, pipeline, need, capabilities.chosen(places)))
        evidence, _ = timed(partial(_evidence, db, pipeline, matches[:PLACES]))
        runs.append((finding, features, ranking - features, evidence))
    return [float(np.median(times)) for times in zip(*runs, strict=True)]


def _ranked(pipeline: Pipeline, need: Embedded, chosen: Collection) -> list[Match]:
    return sorted(score_pairs(pipeline, need, chosen), key=best_first)


def _evidence(db: Database, pipeline: Pipeline, matches: Sequence[Match]) -> None:
    for match in matches:
        sides = match.need.profile, match.capability.profile
        found = find_vectors(db, pipeline.encoder, sides)
        vectors = [found[text_hash(profile)] for profile in sides]
        carrying_pairs(pipeline, match.need, match.capability, *vectors)


def measure_ours(db: Database, made: Made, size: int) -> tuple[list[str], Collection]:
    """Return the cells of one size in the first table, and what was held to get them."""
    pipeline, before = make_pipeline(made), resident()
    opened, capabilities = timed(lambda: pipeline.collection(db, "capability", now=NOW))
    memory = resident() - before
    needs = [embedded_profile(db, pipeline, "need", key) for key in NEED_IDS]
    stages = measure_stages(db, pipeline, needs, capabilities)
    saved = [timed(partial(suggest_for_need, db, pipeline, key, now=NOW))[0] for key in NEED_IDS]
    added = []
    for number in range(size + 1, size + 1 + ADDED):
        write_profiles(db, made, "capability", range(number, number + 1))
        added.append(timed(lambda: pipeline.collection(db, "capability", now=NOW))[0])
    times = [*stages, float(np.median(saved)), float(np.median(added))]
    return [f"{size:,}", _bytes(memory), _time(opened), *map(_time, times)], capabilities


def measure_others(
    size: int, wholes: Vectors, asked: Vectors, made: Made, skipped: set[str]
) -> Iterator[list[str]]:
    """Yield the cells of each way in the second table."""
    exact = [set(np.argsort(-(wholes @ need), kind="stable")[:FIRST].tolist()) for need in asked]
    for way in other_ways(wholes, asked, made, skipped):
        runs = [timed(partial(way.search, need)) for need in range(len(asked))]
        hits = [len(exact[need] & set(found[:FIRST])) for need, (_, found) in enumerate(runs)]
        share = "" if way.add is None else f"{np.mean(hits) / FIRST:.2f}"
        added = [timed(way.add)[0] for _ in range(5)] if way.add else [way.built]
        yield [
            f"{size:,}", way.name, _bytes(way.memory), _time(way.built),
            _time(float(np.median([took for took, _ in runs]))), _time(float(np.median(added))),
            share,
        ]  # fmt: skip


def write(size: int, seed: int, folder: Path) -> None:
    write_database(folder / f"{size}.db", Made.of(seed), size)


def measure(size: int, seed: int, folder: Path, skipped: set[str]) -> tuple[list[str], Any]:
    """Return the rows of one size in both tables."""
    made, path = Made.of(seed), folder / f"{size}.db"
    db = open_database(path)
    ours, capabilities = measure_ours(db, made, size)
    asked = made.vectors(NEED_IDS)
    wholes, needs = capabilities.wholes, np.array([vectors.whole for vectors in asked])
    # What the others are given is not to weigh on them.
    del capabilities
    others = list(measure_others(size, wholes, needs, made, skipped))
    db.close()
    path.unlink()
    return ours, others


def _time(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds >= 1 else f"{seconds * 1000:,.1f} ms"


def _bytes(count: int) -> str:
    return f"{count / 1e9:,.2f} GB" if count >= 1e9 else f"{count / 1e6:,.0f} MB"


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---:"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


OURS = (
    "capabilities", "memory", "open", "candidates", "features", "ranking", "evidence",
    "a saved need, all", "add one",
)  # fmt: skip
OTHERS = (
    "vectors", "beside", "memory", "build", f"nearest {NEAREST:,}", "add one",
    f"of the exact first {FIRST}",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many to store")
    parser.add_argument("--most", type=int, default=SIZES[-1], help="leave larger sizes out")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up vectors")
    parser.add_argument(
        "--skip", nargs="*", default=[], choices=("numpy", "semantic_search", "usearch", "bm25s")
    )
    parser.add_argument("--folder", type=Path, help="for the databases, instead of a temporary one")
    arguments = parser.parse_args()
    sizes = [size for size in arguments.sizes if size <= arguments.most]
    context = multiprocessing.get_context("spawn")
    one_each = partial(ProcessPoolExecutor, max_workers=1, mp_context=context)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        work = [(size, arguments.seed, Path(folder), set(arguments.skip)) for size in sizes]
        results = []
        for one in work:
            # Memory that writing has given back is not to hide what the opening takes.
            with one_each() as pool:
                pool.submit(write, *one[:3]).result()
            with one_each() as pool:
                results.append(pool.submit(measure, *one).result())
    print(_table(OURS, [ours for ours, _ in results]))
    print()
    print(_table(OTHERS, [row for _, others in results for row in others]))


if __name__ == "__main__":
    main()
