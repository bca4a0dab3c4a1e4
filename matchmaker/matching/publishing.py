"""Writes what is shipped in ``models/``: files computed from the encoder, and the reranker."""

import hashlib
import math
from pathlib import Path
from typing import Any

from matchmaker.matching.artefacts import write_artefact, write_json
from matchmaker.matching.breadth import read_breadth
from matchmaker.matching.encoder import Encoder
from matchmaker.matching.features import FEATURES
from matchmaker.matching.gold import Split, read_gold
from matchmaker.matching.language_means import (
    LanguageMeans,
    compute_means,
    language_offsets,
    means_key,
    means_of,
)
from matchmaker.matching.neighbours import background_key, stored_background
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.training import ORDER, PARTS, WRONGLY_UNANSWERED, Outcome, train

# Pairs below this are hardly more than chance.
FLOOR_PROBABILITY = 0.04
SPLITS: tuple[Split, ...] = ("train", "tune")
# The tuned encoder has little left of a language. Taking out what all languages have in common, or
# all of what parts them, made the lists of the gold set's train and tune worse (0.70 to 0.73
# against 0.75), this share of what parts them did not.
TAKEN_OUT = 0.3


def publish_encoder_files(encoder: Encoder, models: Path) -> LanguageMeans:
    """Write the language means and the background of an encoder with a ``meta.json``."""
    folder = models / "encoder"
    corpus = folder / "language_corpus.jsonl"
    stored = language_offsets(compute_means(encoder, corpus), TAKEN_OUT)
    write_artefact(folder / "language_means.json", means_key(encoder.revision, corpus), stored)
    means = means_of(stored)
    background = stored_background(encoder, means, models)
    write_artefact(folder / "background.json", background_key(encoder.revision, models), background)
    names = ("language_corpus.jsonl", "language_means.json", "background.json")
    digests = {name: _digest((folder / name).read_bytes()) for name in names}
    write_json(folder / "meta.json", {"encoder": encoder.revision, "sha256": digests})
    return means


def publish_reranker(pipeline: Pipeline, models: Path) -> str:
    """Train the reranker, write it with ``meta.json`` and model card, and return the card."""
    golds = [read_gold(models, split) for split in SPLITS]
    outcome = train(pipeline, golds, read_breadth(models, "tune"))
    folder = models / "reranker"
    folder.mkdir(parents=True, exist_ok=True)
    content = _serialised(outcome.estimator)
    (folder / "model.skops").write_bytes(content)
    judgements = _digest((models / "gold" / "judgements.tsv").read_bytes())
    meta = describe_model(
        pipeline.encoder.revision, content, judgements, answered_from=outcome.answered_from
    )
    write_json(folder / "meta.json", meta)
    card = _card(outcome, meta)
    (folder / "README.md").write_text(card, encoding="utf-8")
    return card


def _logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _serialised(estimator: Any) -> bytes:
    import skops.io

    return bytes(skops.io.dumps(estimator))


def describe_model(
    encoder_revision: str, content: bytes, judgements: str, *, answered_from: float
) -> dict[str, Any]:
    """Return the ``meta.json`` of a serialised model; `judgements` names what it learned from."""
    import sklearn

    return {
        "sha256": _digest(content),
        "features": list(FEATURES),
        "encoder": encoder_revision,
        "scikit_learn": sklearn.__version__,
        "floor": round(_logit(FLOOR_PROBABILITY), 4),
        "answered_from": round(answered_from, 4),
        "judgements": judgements,
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _card(outcome: Outcome, meta: dict[str, Any]) -> str:
    """Return the model card; every figure in it was measured by the run that wrote it."""
    rows = "\n".join(
        f"| {m.name} | {m.ndcg:.3f} | {m.interval[0]:.3f}-{m.interval[1]:.3f} | {m.mrr:.3f} |"
        for m in outcome.measurements
    )
    weights = "\n".join(
        f"| {name} | {weight:+.2f} |"
        for name, weight in zip(FEATURES, outcome.weights, strict=True)
    )
    return _CARD.format(
        rows=rows,
        weights=weights,
        needs=outcome.needs,
        topics=outcome.topics,
        problems=outcome.problems,
        order=", ".join(f"`{n}` {w:g}" for n, w in zip(ORDER, outcome.order, strict=True)),
        floor=FLOOR_PROBABILITY,
        answered_from=outcome.answered_from,
        wrongly=WRONGLY_UNANSWERED,
        found=outcome.found_unanswered,
        first_gap=outcome.calibration_error,
        pair_gap=outcome.pair_calibration_error,
        parts=PARTS,
        feature_count=len(FEATURES),
        **{key: meta[key] for key in ("encoder", "scikit_learn")},
    )


_CARD = """# Model card: reranker

Written by `scripts/train_ranker.py` from what that run measured. Do not edit.

**What it is.** Logistic regression over {feature_count} named features of a need and a capability
(`matchmaker/matching/features.py`), for the encoder `{encoder}`; scikit-learn {scikit_learn}.
Its score is the logit of the probability that an adviser would bring the two together (grade 2
or 3). What the hubs' own reviews teach is added by a second model, see `matchmaker model`.

**Trained on** two sets that the encoder has not seen: the splits `train` and `tune` of
`models/gold`, {needs} needs over {topics} topics, each in its writer's words and in the other
language, and the part `tune` of `models/breadth`, {problems} needs with one answer each. The
weights that decide the order ({order})
are the best of a grid for nDCG@10 of both together, as the gold set alone cannot tell them from
chance. How probable a score is comes from the gold set. The parts `test` of both are not used here;
`models/README.md` has what `matchmaker evaluate` says of them.

## Measured on topics held out

{parts} parts by topic of the gold set, no topic in two; nDCG@10 over graded judgements, needs in
both languages; the two weights of the order were chosen on all of it. Intervals are 95 %, drawing
topics again.

| ranking | nDCG@10 | interval | MRR |
| --- | --- | --- | --- |
{rows}

## Probability

Over all held-out pairs the promised share differs from the found share by {pair_gap:.4f} on
average, over the first places of the lists by {first_gap:.3f}. Pairs under {floor} are not
suggested.

A need whose best pair is under {answered_from:.3f} is said to have no good match yet. That bound
tells {wrongly:.0%} of the held-out needs wrongly that nothing answers them, and {found:.0%} of the
same needs rightly when their answers are taken away and their near misses stay.

## Weights, of features scaled to unit variance

| feature | weight |
| --- | --- |
{weights}

## Limits

- Needs and capabilities were written for this project, by few hands; two passes of judging agreed
  nearly everywhere, which real advisers would not. Real reviews of the hubs have not been seen.
- The near misses of the gold set are meant to mislead. In a catalogue with fewer of them the
  share of needs that are rightly left without a match is higher.
"""
