"""The command ``matchmaker demo``, and what the service says about signing in when it starts."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from matchmaker.config import Settings
    from matchmaker.database import Database
    from matchmaker.demo.loading import Loaded


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing, and say nothing, beside own content.")
@click.option("--force", is_flag=True, help="Load it beside what is there already.")
def demo_command(if_empty: bool, force: bool) -> None:
    """Load the demo content: an invented hub with a year behind it.

    Organisations, people, needs and capabilities are registered, matched, reviewed and brought
    together through the same steps as everybody's. While it is loaded, the front page lets every
    visitor sign in as one of its people, unless a mail server is set. Keep it off a real hub.

    Example: matchmaker demo
    """
    from matchmaker.database.opening import opened_site
    from matchmaker.demo.loading import NotEmptyError
    from matchmaker.matching.encoder import EncoderError

    with opened_site() as (settings, db):
        try:
            loaded = _load(db, settings, force)
        except NotEmptyError as error:
            if if_empty:
                return
            message = "This database has content of its own; --force loads the demo beside it."
            raise click.ClickException(message) from error
        except EncoderError as error:
            raise click.ClickException(str(error)) from error
        _tell(loaded, if_empty)


def _load(db: "Database", settings: "Settings", force: bool) -> "Loaded":
    from datetime import datetime

    from matchmaker.clock import utc_now
    from matchmaker.demo.loading import load_demo
    from matchmaker.matching.pipeline import Pipeline, load_pipeline
    from matchmaker.matching.progress import match_with_progress
    from matchmaker.outbox.links import Links
    from matchmaker.pooling.proposing import propose_from_shipped

    pipelines: list[Pipeline] = []

    def match(db: "Database", now: datetime) -> None:
        # Loaded at the first chapter: a second start of the service must not wait for it.
        if not pipelines:
            pipelines.append(load_pipeline(settings))
        match_with_progress(db, pipelines[0], now=now)
        propose_from_shipped(db, pipelines[0], now=now)

    return load_demo(
        db,
        Links(settings.base_url, settings.secret_key),
        match,
        now=utc_now(),
        force=force,
        on_chapter=lambda number, total: click.echo(f"Demo content: part {number + 1} of {total}"),
    )


def _tell(loaded: "Loaded", quietly: bool) -> None:
    if loaded.played:
        click.echo(f"Demo content: {loaded.played} events")
        if loaded.left_out:
            click.echo(f"Left out, because this model does not suggest the pair: {loaded.left_out}")
    elif not quietly:
        click.echo("The demo content is loaded already.")


def describe_sign_in(db: "Database", settings: "Settings") -> str:
    """Return how to sign in: with one click as each role, or as oneself."""
    from matchmaker.demo.queries import demo_people

    base_url = settings.base_url
    people = demo_people(db) if settings.shows_outbox else []
    lines = [f"\nServing on {base_url} (stop with Ctrl-C)"]
    if people:
        lines.append("The front page signs you in with one click as:")
        lines += [f"  {p.persona:<14} {p.name}, {p.title}, {p.organisation}" for p in people]
    elif db.first("select 1 from account limit 1") is None:
        lines.append("Nobody can sign in yet: matchmaker user add --help")
    else:
        lines.append(f"Sign in with your e-mail address: {base_url}/sign-in")
    return "\n".join(lines) + "\n"
