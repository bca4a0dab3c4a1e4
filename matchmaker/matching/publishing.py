"""Writes what is shipped in ``models/``: files computed from the encoder, and the reranker."""

import hashlib
import math
from pathlib import Path
from typing import Any

from matchmaker.matching.artefacts import write_artefact, write_json
from matchmaker.matching.encoder import Encoder
from matchmaker.matching.features import FEATURES
from matchmaker.matching.language_means import LanguageMeans, compute_means, means_key, means_of
from matchmaker.matching.neighbours import background_key, stored_background
from matchmaker.matching.training import PARTS, Outcome, train
from matchmaker.matching.training_records import read_records

# In a pool of records one capability counts as right, though others would do too. Of a hub's
# catalogue about this share fits a need; the probability is shifted to it (prior correction).
FITTING_SHARE = 0.015
# Pairs below this are hardly more than chance.
FLOOR_PROBABILITY = 0.04


def publish_encoder_files(encoder: Encoder, models: Path) -> LanguageMeans:
    """Write the language means and the background of an encoder with a ``meta.json``."""
    folder = models / "encoder"
    corpus = folder / "language_corpus.jsonl"
    stored = compute_means(encoder, corpus)
    write_artefact(folder / "language_means.json", means_key(encoder.revision, corpus), stored)
    means = means_of(stored)
    background = stored_background(encoder, means, models)
    write_artefact(folder / "background.json", background_key(encoder.revision, models), background)
    names = ("language_corpus.jsonl", "language_means.json", "background.json")
    digests = {name: _digest((folder / name).read_bytes()) for name in names}
    write_json(folder / "meta.json", {"encoder": encoder.revision, "sha256": digests})
    return means


def publish_reranker(encoder: Encoder, means: LanguageMeans, models: Path) -> str:
    """Train the reranker, write it with ``meta.json`` and model card, and return the card."""
    records = models / "training" / "records.jsonl"
    outcome = train(encoder, means, read_records(records))
    folder = models / "reranker"
    folder.mkdir(parents=True, exist_ok=True)
    content = _serialised(_shifted(outcome.estimator, prior_shift(outcome)))
    (folder / "model.skops").write_bytes(content)
    meta = describe_model(encoder.revision, content, _digest(records.read_bytes()))
    write_json(folder / "meta.json", meta)
    card = _card(outcome, meta)
    (folder / "README.md").write_text(card, encoding="utf-8")
    return card


def prior_shift(outcome: Outcome) -> float:
    """Return what is added to every logit, so that `FITTING_SHARE` is the share to begin with."""
    return _logit(FITTING_SHARE) - _logit(1 / outcome.pool)


def _shifted(estimator: Any, shift: float) -> Any:
    estimator[-1].intercept_ = estimator[-1].intercept_ + shift
    return estimator


def _logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _serialised(estimator: Any) -> bytes:
    import skops.io

    return bytes(skops.io.dumps(estimator))


def describe_model(encoder_revision: str, content: bytes, records: str) -> dict[str, Any]:
    """Return the ``meta.json`` of a serialised model; `records` names what it was trained on."""
    import sklearn

    return {
        "sha256": _digest(content),
        "features": list(FEATURES),
        "encoder": encoder_revision,
        "scikit_learn": sklearn.__version__,
        "floor": round(_logit(FLOOR_PROBABILITY), 4),
        "records": records,
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _card(outcome: Outcome, meta: dict[str, Any]) -> str:
    """Return the model card; every figure in it was measured by the run that wrote it."""
    rows = "\n".join(
        f"| {m.name} | {m.ndcg:.3f} | {m.interval[0]:.3f}-{m.interval[1]:.3f} | {m.mrr:.3f} "
        f"| {m.auc:.3f} | {m.ndcg_across:.3f} | {m.ndcg_within:.3f} |"
        for m in outcome.measurements
    )
    weights = "\n".join(
        f"| {name} | {weight:+.2f} |"
        for name, weight in zip(FEATURES, outcome.weights, strict=True)
    )
    held_out_floor = 1 / (1 + math.exp(prior_shift(outcome) - _logit(FLOOR_PROBABILITY)))
    return _CARD.format(
        rows=rows,
        weights=weights,
        needs=outcome.needs,
        topics=outcome.topics,
        pool=outcome.pool,
        floor=FLOOR_PROBABILITY,
        share=FITTING_SHARE,
        shift=prior_shift(outcome),
        kept=outcome.kept_above(held_out_floor),
        shown=outcome.shown_above(held_out_floor),
        promised=outcome.first_promised,
        found=outcome.first_found,
        gap=outcome.calibration_error,
        parts=PARTS,
        feature_count=len(FEATURES),
        **{key: meta[key] for key in ("encoder", "scikit_learn")},
    )


_CARD = """# Model card: reranker

Written by `scripts/train_ranker.py` from what that run measured. Do not edit.

**What it is.** Logistic regression over {feature_count} named features of a need and a capability
(`matchmaker/matching/features.py`), for the encoder `{encoder}`; scikit-learn {scikit_learn}.
Its score is the logit of a probability that the capability answers the need.

**Trained on** `models/training/records.jsonl`: {needs} needs over {topics} topics, each with one
capability that answers it and two near misses, written for this project.

## Measured on topics held out

{parts} parts by topic, no topic in two. Each need is ranked against all capabilities of its part
({pool} on average), of which one counts as right. The correction for hubs comes from the other
parts. Intervals are 95 %, drawing topics again.

| ranking | nDCG@10 | interval | MRR | AUC | answer in another language | in the same |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

## Probability

As trained, over all held-out pairs the promised share differs from the found share by {gap:.4f} on
average; the first place of each list promises {promised:.2f} on average and was right in
{found:.2f} of the lists. There one capability in {pool} counts as right, though others of the pool
would do. In the catalogue of a hub about {share:.1%} of the capabilities fit a need: the shipped
model adds {shift:+.2f} to every logit for that, an assumption that the reviews of the hubs will
replace.

Pairs under {floor} are not suggested. On the held-out records {kept:.0%} of the right pairs, and
{shown:.1f} pairs for each need, lie above that.

## Weights, of features scaled to unit variance

| feature | weight |
| --- | --- |
{weights}

## Limits

- Only one capability counts as right for each need; others of the same topic that would do count
  as wrong. The figures are therefore too low, and the probability is cautious.
- Where more or fewer capabilities fit than assumed, the true share is higher or lower than the
  probability; the order is the same.
- The records were written in one go by few hands. In them answers are longer than near misses and
  more often in another language than the need; length and language are no features for that reason.
- Real reviews of the hubs have not been seen yet.
"""
