"""What the commands ``rank``, ``match`` and ``init`` do with the ranking."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from matchmaker.clock import utc_now
from matchmaker.config import Settings, read_cache_folder, read_encoder
from matchmaker.database import Database
from matchmaker.matching.encoder import EncoderError
from matchmaker.matching.files import FileRefused, rank_files
from matchmaker.matching.pipeline import Pipeline, load_pipeline, open_pipeline
from matchmaker.matching.refresh import match_changed
from matchmaker.matching.vectors import Progress

_FILE = click.Path(path_type=Path)


class RankingRefused(click.ClickException):
    """One line for the caller, and the exit status that click gives to wrong arguments."""

    exit_code = 2


@click.command(
    "rank",
    epilog="Example: matchmaker rank --needs needs.jsonl --capabilities capabilities.jsonl "
    "--out run.trec --top 20 --evidence evidence.jsonl",
)
@click.option("--needs", type=_FILE, required=True, help="JSON Lines with id, title, description.")
@click.option("--capabilities", type=_FILE, required=True, help="JSON Lines of the same form.")
@click.option("--out", type=_FILE, required=True, help="Where the run goes, in the TREC format.")
@click.option(
    "--top", type=click.IntRange(min=1), default=100, show_default=True, help="Lines per need."
)
@click.option("--evidence", type=_FILE, help="Where the passages of each pair go, as JSON Lines.")
@click.option("--answers", type=_FILE, help="Where it goes whether each need has a match at all.")
def rank_command(
    needs: Path,
    capabilities: Path,
    out: Path,
    top: int,
    evidence: Path | None,
    answers: Path | None,
) -> None:
    """Rank the capabilities of a file for each need of another, without a database.

    A line may also have "lang" (da, en, sv, no, de; detected when absent) and "kind".
    """
    with readable_errors(), progress_bar("characters") as progress:
        rank_files(
            needs,
            capabilities,
            out,
            open_pipeline=_open_pipeline,
            top=top,
            evidence_path=evidence,
            answers_path=answers,
            progress=progress,
        )


def _open_pipeline() -> Pipeline:
    pipeline = open_pipeline(read_encoder(), read_cache_folder())
    if pipeline.reranker.remark:
        click.echo(f"Ranked by similarity: {pipeline.reranker.remark}.", err=True)
    return pipeline


@contextmanager
def readable_errors() -> Iterator[None]:
    try:
        yield
    except (FileRefused, EncoderError) as error:
        raise RankingRefused(str(error)) from error


@contextmanager
def progress_bar(unit: str) -> Iterator[Progress]:
    """Yield a bar on the error output when that is a terminal, else something that is silent."""
    with tqdm(unit=f" {unit}", unit_scale=True, disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def prepare_encoder(settings: Settings) -> str:
    """Unpack and load the encoder, so that the first start waits for nothing; return its name."""
    with readable_errors():
        pipeline = load_pipeline(settings)
        pipeline.encoder.encode(["behov"], "query")
    return pipeline.model


def match_with_progress(db: Database, settings: Settings) -> None:
    """Bring all suggestions up to date and say how many profiles had changed."""
    with readable_errors(), progress_bar("profiles") as progress:
        pipeline = load_pipeline(settings)
        changed = match_changed(db, pipeline, now=utc_now(), report=progress)
    click.echo(f"Brought {changed} changed profiles up to date with {pipeline.model}.")
