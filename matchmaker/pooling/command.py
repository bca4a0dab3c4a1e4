"""The command ``matchmaker pool``."""

from pathlib import Path

import click

from matchmaker.config import read_cache_folder, read_encoder
from matchmaker.matching.command import RankingRefused, progress_bar, readable_errors
from matchmaker.matching.pipeline import Pipeline, open_pipeline
from matchmaker.pooling.files import pool_files
from matchmaker.pooling.pair_model import PairModel, PairModelRefused, load_pair_model

_FILE = click.Path(path_type=Path)


@click.command(
    "pool",
    epilog="Example: matchmaker pool --needs needs.jsonl --out pools.jsonl --keep-apart pairs.tsv",
)
@click.option("--needs", type=_FILE, required=True, help="JSON Lines with id, title, description.")
@click.option("--out", type=_FILE, required=True, help="Where the pools go, as JSON Lines.")
@click.option("--keep-apart", type=_FILE, help="Two ids a line, tab between: never in one pool.")
def pool_command(needs: Path, out: Path, keep_apart: Path | None) -> None:
    """Put the needs of a file that are about the same problem together, without a database.

    A line may also have "lang" (da, en, sv, no, de; detected when absent). Each line of the output
    is one pool of two needs or more: {"pool": "p1", "ids": ["n1", "n7"], "probability":
    [{"a": "n1", "b": "n7", "probability": 0.93}]}, with every pair of the pool and the probability
    that both are about the same problem. A need that is like no other is in no pool.
    """
    with readable_errors(), progress_bar("characters") as progress:
        pool_files(
            needs,
            out,
            open_pipeline=_open_pipeline,
            keep_apart_path=keep_apart,
            progress=progress,
        )


def _open_pipeline() -> tuple[Pipeline, PairModel]:
    pipeline = open_pipeline(read_encoder(), read_cache_folder())
    try:
        model = load_pair_model(pipeline.encoder.revision)
    except PairModelRefused as refusal:
        raise RankingRefused(str(refusal)) from refusal
    if model.remark:
        click.echo(f"Probabilities may be off: {model.remark}.", err=True)
    return pipeline, model
