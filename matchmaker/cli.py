"""The ``matchmaker`` commands. Each calls one function; the larger ones lie with their subject.

Nothing heavy is imported before the command that needs it runs: ``matchmaker --help`` answers at
once.
"""

import contextlib
import importlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from matchmaker.config import SettingError

if TYPE_CHECKING:
    from matchmaker.config import Settings
    from matchmaker.database import Database

#: Commands that lie elsewhere: where, and the line that ``matchmaker --help`` shows.
ELSEWHERE: Final = {
    "demo": ("matchmaker.demo.command:demo_command", "Load the demo content."),
    "evaluate": ("matchmaker.evaluation.command:evaluate_command", "Measure the ranking."),
    "export": ("matchmaker.transfer.command:export_command", "Write a table to a file."),
    "generate": (
        "matchmaker.demo.generate_command:generate_command",
        "Fill an empty database with an invented hub.",
    ),
    "import": ("matchmaker.transfer.command:import_group", "Read organisations, needs and more."),
    "mail": ("matchmaker.outbox.command:mail_group", "See and send what is in the outbox."),
    "model": ("matchmaker.matching.hub_command:model_group", "Learn from the hub's reviews."),
    "pool": ("matchmaker.pooling.command:pool_command", "Find like needs, on files."),
    "rank": ("matchmaker.matching.command:rank_command", "Rank capabilities for needs, on files."),
    "screen": ("matchmaker.screening.command:screen_command", "Look for patient data in a file."),
    "user": ("matchmaker.accounts.command:user_group", "Add people and change their roles."),
}


class Commands(click.Group):
    """Finds commands where they lie, and tells known errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            own = super().get_command(ctx, name)
            rows.append((name, own.get_short_help_str(80) if own else ELSEWHERE[name][1]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (SettingError, OSError, sqlite3.Error) as error:
            raise click.ClickException(_one_line(error)) from error


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__


@click.group(cls=Commands)
@click.version_option(package_name="matchmaker")
def main() -> None:
    """Matches public needs with capabilities, and helps a hub to bring people together.

    Settings are read from environment variables that begin with MATCHMAKER_; without any, data
    lies in .data under the current folder.

    Example: matchmaker serve --port 8000
    """


@contextlib.contextmanager
def _opened() -> Iterator[tuple["Settings", "Database"]]:
    from matchmaker.database.opening import opened_site

    with opened_site() as site:
        yield site


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="MATCHMAKER_PORT",
    type=click.IntRange(1, 65535),
    help="Port to listen on; MATCHMAKER_PORT does the same.",
)
def serve(host: str, port: int) -> None:
    """Serve the pages and do the work besides: matching, mails, dates.

    Stop it with Ctrl-C or SIGTERM; what has begun is finished first.

    Example: matchmaker serve --host 0.0.0.0 --port 8000
    """
    os.environ.setdefault("MATCHMAKER_BASE_URL", f"http://127.0.0.1:{port}")
    from matchmaker.demo.command import describe_sign_in
    from matchmaker.serve import serve as run_server

    with _opened() as (settings, db):
        click.echo(describe_sign_in(db, settings))
    run_server(settings, host, port)


@main.command()
def init() -> None:
    """Create the database and unpack the embedding model. Harmless to repeat.

    Example: matchmaker init
    """
    from matchmaker.matching.encoder import PACKAGED
    from matchmaker.matching.unpacking import UnpackingError, unpacked_folder

    with _opened() as (settings, _db):
        click.echo(f"Database: {settings.database_path}")
    if settings.encoder != PACKAGED:
        click.echo(f"Encoder: {settings.encoder}")
        return
    try:
        click.echo(f"Encoder: {unpacked_folder(settings.cache_folder)}")
    except UnpackingError as error:
        raise click.ClickException(str(error)) from error


@main.command()
def match() -> None:
    """Bring all suggestions up to date, as the service does by itself.

    Example: matchmaker match
    """
    from matchmaker.clock import utc_now
    from matchmaker.matching.encoder import EncoderError
    from matchmaker.matching.pipeline import load_pipeline
    from matchmaker.matching.progress import match_with_progress
    from matchmaker.pooling.proposing import propose_from_shipped

    with _opened() as (settings, db):
        try:
            pipeline = load_pipeline(settings)
            count = match_with_progress(db, pipeline, now=utc_now())
            propose_from_shipped(db, pipeline, now=utc_now())
        except EncoderError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{count} needs and capabilities brought up to date")


@main.command()
@click.option("--quick", is_flag=True, help="Leave out the encoder, which takes seconds.")
def check(quick: bool) -> None:
    """Check settings, database, models, outbox and disk. Exit code 1 when something is wrong.

    Example: matchmaker check
    """
    from matchmaker.check import run_checks

    findings = list(run_checks(with_encoder=not quick))
    for finding in findings:
        click.echo(f"{'ok    ' if finding.is_good else 'WRONG '} {finding.name}: {finding.text}")
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a whole copy of the database to FILE while the service runs.

    To restore, stop the service and put the copy in the place of matchmaker.db.

    Example: matchmaker backup /var/backups/matchmaker.db
    """
    from matchmaker.database.backup import back_up

    with _opened() as (_settings, db):
        size = back_up(db, file)
    click.echo(f"{file}: {size / 1e6:.1f} MB, integrity checked")
