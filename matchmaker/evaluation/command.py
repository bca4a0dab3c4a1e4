"""The command ``evaluate``."""

from pathlib import Path

import click

from matchmaker.config import read_cache_folder, read_encoder
from matchmaker.evaluation.comparison import Task
from matchmaker.lines import BadLine, read_json_lines
from matchmaker.matching.command import RankingRefused
from matchmaker.matching.encoder import EncoderError
from matchmaker.matching.files import CAPABILITY_KINDS, FileRefused, read_profiles
from matchmaker.matching.judgements import BadJudgements, read_qrels
from matchmaker.matching.pipeline import open_pipeline
from matchmaker.matching.profile import NEED

_FILE = click.Path(path_type=Path)


@click.command(
    "evaluate",
    epilog="Example: matchmaker evaluate --needs models/gold/test/needs.jsonl "
    "--capabilities models/gold/test/capabilities.jsonl --qrels models/gold/test/qrels.txt",
)
@click.option("--needs", type=_FILE, help="JSON Lines with id, title, description.")
@click.option("--capabilities", type=_FILE, help="JSON Lines of the same form.")
@click.option("--qrels", type=_FILE, help="Judgements in the TREC format.")
@click.option("--run", "runs", type=_FILE, multiple=True, help="A TREC run to judge beside ours.")
@click.option(
    "--right", type=click.IntRange(min=1), default=1, show_default=True,
    help="The least grade that counts as right for MRR and recall.",
)  # fmt: skip
@click.option(
    "--card", type=_FILE,
    help="Instead of --needs: the folder models of a checkout, whose README.md is written anew.",
)  # fmt: skip
@click.option("--real-data", type=_FILE, help="With --card: the folder of real texts.")
def evaluate_command(
    needs: Path | None,
    capabilities: Path | None,
    qrels: Path | None,
    runs: tuple[Path, ...],
    right: int,
    card: Path | None,
    real_data: Path | None,
) -> None:
    """Measure the ranking, its baselines and other runs against judgements.

    Prints nDCG@10, MRR and recall@20 with intervals, paired differences, and the figures by
    direction of languages and by length of the need. A field "topic" of a need groups needs that
    are drawn together.
    """
    try:
        if card:
            click.echo(_write_card(card, real_data), nl=False)
            return
        if not (needs and capabilities and qrels):
            raise click.UsageError("--needs, --capabilities and --qrels are needed, or --card")
        task = read_task(needs, capabilities, qrels, right)
        click.echo(report_on(task, runs), nl=False)
    except (FileRefused, BadJudgements, EncoderError) as error:
        raise RankingRefused(str(error)) from error


def report_on(task: Task, runs: tuple[Path, ...] = ()) -> str:
    """Return the report on the shipped pipeline and its baselines."""
    from matchmaker.evaluation.report import comparison_report
    from matchmaker.evaluation.systems import OURS, compared_systems

    cache_folder = read_cache_folder()
    pipeline = open_pipeline(read_encoder(), cache_folder)
    systems = compared_systems(
        pipeline, task.needs, task.capabilities, cache_folder=cache_folder, runs=runs
    )
    return comparison_report(task, systems, OURS)


def _write_card(models: Path, real_data: Path | None) -> str:
    from matchmaker.evaluation.card import write_card

    cache_folder = read_cache_folder()
    pipeline = open_pipeline(read_encoder(), cache_folder)
    return write_card(pipeline, models, cache_folder, real_data)


def read_task(needs: Path, capabilities: Path, qrels: Path, right: int = 1) -> Task:
    """Return what the files say.

    Raises
    ------
    FileRefused, BadJudgements
        When a file cannot be used, or no need of the file has a right capability in the other.
    """
    task = Task(
        needs=read_profiles(needs, NEED),
        capabilities=read_profiles(capabilities, CAPABILITY_KINDS[0]),
        grades=read_qrels(qrels),
        groups=_topics(needs),
        least_right=right,
    )
    if not task.judged_needs():
        raise BadJudgements(
            f"{qrels} has no pair with a grade of {right} or more whose need is in {needs} and "
            f"whose capability is in {capabilities}: are the ids those of the files?"
        )
    return task


def _topics(path: Path) -> dict[str, str]:
    try:
        return {
            str(content.get("id")): str(content["topic"])
            for _, content in read_json_lines(path)
            if content.get("topic")
        }
    except BadLine as error:
        raise FileRefused(str(error)) from error
