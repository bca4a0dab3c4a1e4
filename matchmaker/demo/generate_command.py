"""The command ``matchmaker generate``."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from matchmaker.config import Settings
    from matchmaker.database import Database
    from matchmaker.demo.generating import Generated


@click.command("generate")
@click.option("--seed", default=1, show_default=True, help="Another number makes another hub.")
@click.option(
    "--share",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.02, 1.0),
    help="How much of the full size: 300 open needs, 2,000 capabilities, 60 collaborations.",
)
@click.option(
    "--without-ranking",
    is_flag=True,
    help="Leave the model out: suggestions are those known from where the texts come from.",
)
def generate_command(seed: int, share: float, without_ranking: bool) -> None:
    """Fill an empty database with an invented hub and two years of its work.

    Four advisers, 300 open needs, 2,000 capabilities and 60 collaborations that run, for trying
    out how the service feels at full size. Everything goes through the same steps as everybody's,
    so that the log is complete. The front page lets every visitor sign in as one of its people,
    unless a mail server is set.

    Example: matchmaker generate --share 0.1 --without-ranking
    """
    from matchmaker.database.opening import opened_site
    from matchmaker.demo.loading import NotEmptyError
    from matchmaker.matching.encoder import EncoderError

    with opened_site() as (settings, db):
        try:
            made = _generate(db, settings, seed, share)
            if not without_ranking:
                _rank(db, settings)
        except NotEmptyError as error:
            raise click.ClickException("This database has content already.") from error
        except EncoderError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"Generated hub: {made.happened} events")


def _generate(db: "Database", settings: "Settings", seed: int, share: float) -> "Generated":
    from tqdm import tqdm

    from matchmaker.clock import utc_now
    from matchmaker.demo.generating import Size, generate_hub
    from matchmaker.outbox.links import Links

    with tqdm(unit="events", disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        links = Links(settings.base_url, settings.secret_key)
        size = Size().scaled(share)
        return generate_hub(db, links, size, seed=seed, now=utc_now(), progress=show)


def _rank(db: "Database", settings: "Settings") -> None:
    """Embed all texts once and let the model rank; what was decided stays on the lists."""
    from matchmaker.clock import utc_now
    from matchmaker.matching.pipeline import load_pipeline
    from matchmaker.matching.progress import match_with_progress

    match_with_progress(db, load_pipeline(settings), now=utc_now())
