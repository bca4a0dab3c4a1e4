#!/usr/bin/env python3
"""Join the two tuned encoders, and write models/english_encoder/joining.safetensors.

The share of the gloss is the one of a grid with the best lists on `train` and `tune` of models/gold
and on `tune` of models/breadth, each set counting alike. Which directions of both encoders are
kept is learned from needs and answers of models/training. Takes about four minutes on two cores.
Afterwards run scripts/train_ranker.py and scripts/train_pooling.py.

Example: .venv/bin/python scripts/join_encoders.py
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matchmaker.config import read_cache_folder
from matchmaker.matching.breadth import read_breadth
from matchmaker.matching.encoder import Vectors
from matchmaker.matching.gold import RIGHT, GoldSplit, read_gold
from matchmaker.matching.joined import joining_file, learn_joining, write_joining
from matchmaker.matching.metrics import ndcg_at
from matchmaker.matching.profile import Profile
from matchmaker.matching.side_by_side import SideBySide, side_by_side
from matchmaker.matching.texts import whole_parts
from matchmaker.matching.training_records import TrainingRecord, read_records
from matchmaker.matching.vectors import role_of

MODELS = Path(__file__).resolve().parent.parent / "models"
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 1.0)
WIDTH = 384
# Records whose texts the directions are learned from: more would change nothing.
MOST_RECORDS = 1_500


@dataclass(frozen=True)
class Task:
    """Cosines of needs and capabilities by each encoder, and the grades: (needs, capabilities)."""

    own: Vectors
    english: Vectors
    grades: Vectors

    def ndcg(self, share: float) -> float:
        """Return nDCG@10 of the needs that something answers; ties count against it."""
        scores = (1 - share) * self.own + share * self.english
        orders = (np.lexsort((g, -s)) for s, g in zip(scores, self.grades, strict=True))
        lists = [grades[order] for order, grades in zip(orders, self.grades, strict=True)]
        return float(np.mean([ndcg_at(gains) for gains in lists if gains.max() >= RIGHT]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, default=MODELS, help="the folder to write into")
    arguments = parser.parse_args()
    encoders = side_by_side(read_cache_folder())
    golds = [_gold_task(encoders, read_gold(arguments.models, s)) for s in ("train", "tune")]
    breadth = _breadth_task(encoders, read_breadth(arguments.models, "tune"))
    share = _best_share(golds, breadth)
    records = read_records(arguments.models / "training" / "records.jsonl")
    some = records[:: -(-len(records) // MOST_RECORDS)]
    sides = [_encode(encoders, [r.need for r in some]), _encode(encoders, [r.answer for r in some])]
    own, english = (np.concatenate(rows) for rows in zip(*sides, strict=True))
    write_joining(joining_file(arguments.models), learn_joining(own, english, share, WIDTH))


def _best_share(golds: Iterable[Task], breadth: Task) -> float:
    golds, best, chosen = list(golds), 0.0, 0.0
    for share in SHARES:
        gold = float(np.mean([task.ndcg(share) for task in golds]))
        many = breadth.ndcg(share)
        print(f"share of the gloss {share:.2f}: nDCG@10 gold {gold:.3f}, breadth {many:.3f}")
        if gold + many > best:
            best, chosen = gold + many, share
    return chosen


def _gold_task(encoders: SideBySide, split: GoldSplit) -> Task:
    needs = [*split.needs, *split.translated]
    grades = np.array([split.graded(need) for need in needs], np.float32)
    return _task(encoders, needs, split.capabilities, grades)


def _breadth_task(encoders: SideBySide, records: Sequence[TrainingRecord]) -> Task:
    grades = RIGHT * np.eye(len(records), dtype=np.float32)
    return _task(encoders, [r.need for r in records], [r.answer for r in records], grades)


def _task(
    encoders: SideBySide,
    needs: Sequence[Profile],
    capabilities: Sequence[Profile],
    grades: Vectors,
) -> Task:
    own, english = zip(_encode(encoders, needs), _encode(encoders, capabilities), strict=True)
    return Task(own[0] @ own[1].T, english[0] @ english[1].T, grades)


def _encode(encoders: SideBySide, profiles: Sequence[Profile]) -> tuple[Vectors, Vectors]:
    """Return the rows of both encoders; the profiles are of one side. Like lengths go together."""
    texts = [whole_parts(profile)[0] for profile in profiles]
    order = np.argsort([len(text) for text in texts], kind="stable")
    own, english = encoders.encode([texts[place] for place in order], role_of(profiles[0]))
    return own[np.argsort(order)], english[np.argsort(order)]


if __name__ == "__main__":
    main()
