"""The commands ``matchmaker model …``: what the ranking learns from the hub's reviews."""

import contextlib
from collections.abc import Iterator

import click

from matchmaker.clock import utc_now
from matchmaker.database.opening import opened_site
from matchmaker.matching.hub_model import SIGNALS
from matchmaker.matching.hub_training import (
    Comparison,
    Difference,
    NothingNewError,
    Retraining,
    TooFewReviewsError,
    retrain,
)
from matchmaker.matching.hub_versions import (
    SHIPPED_NUMBER,
    BusyError,
    Version,
    VersionError,
    changing,
    list_versions,
    load_hub_model,
    use_version,
)

_SHIPPED = "shipped"
_RANKED_ANEW = "A running service ranks everything anew within a minute; else: matchmaker match"


@click.group("model")
def model_group() -> None:
    """Let the ranking learn from the hub's reviews, and choose which version it uses.

    Example: matchmaker model retrain
    """


@model_group.command("retrain")
def retrain_command() -> None:
    """Learn from the older reviews and compare on the newest fifth.

    The new version comes into use only when it is not worse than the one in use on those newest
    reviews. Each version is kept.

    Example: matchmaker model retrain
    """
    with opened_site() as (settings, db), _told():
        _warn(load_hub_model(settings.hub_models_folder).remark)
        result = retrain(db, settings.hub_models_folder, now=utc_now())
    for line in [*_figures(result), "", *_weights(result), "", *_outcome(result)]:
        click.echo(line)


@model_group.command("list")
def list_command() -> None:
    """List the kept versions with their figures, and say which is in use.

    Log loss (lower is better) and AUC (higher is better) are those on the reviews held back.

    Example: matchmaker model list
    """
    with opened_site() as (settings, _db):
        folder = settings.hub_models_folder
        in_use = load_hub_model(folder)
        _warn(in_use.remark)
        click.echo(_line(_SHIPPED, "", "", "", "", is_used=in_use.number == SHIPPED_NUMBER))
        for version in list_versions(folder):
            click.echo(_version_line(version, is_used=version.number == in_use.number))


@model_group.command("use")
@click.argument("version")
def use_command(version: str) -> None:
    """Put VERSION in use: a number from the list, or "shipped" for what came with the program.

    The weekly retraining then leaves it alone until somebody runs "model retrain" again.

    Example: matchmaker model use 3
    """
    if version != _SHIPPED and not version.isdecimal():
        raise click.BadParameter(f"{version!r} is neither a number nor {_SHIPPED!r}")
    number = SHIPPED_NUMBER if version == _SHIPPED else int(version)
    with opened_site() as (settings, db), _told(), changing(settings.hub_models_folder):
        use_version(db, settings.hub_models_folder, number, now=utc_now())
    click.echo(f"In use: {_named(number)}. {_RANKED_ANEW}")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (TooFewReviewsError, NothingNewError, VersionError, BusyError) as error:
        raise click.ClickException(str(error)) from error


def _warn(remark: str) -> None:
    if remark:
        click.echo(f"The shipped weights are in use: {remark}.", err=True)


def _named(number: int) -> str:
    return f"version {number}" if number else _SHIPPED


def _figures(result: Retraining) -> Iterator[str]:
    found = result.comparison
    yield f"{result.reviews} reviews, compared on the newest {found.pairs}"
    yield ""
    yield _row("", _named(result.old.number), "learned now", "difference (95 %)")
    losses = _shown(found.old_log_loss), _shown(found.new_log_loss)
    yield _row("log loss", *losses, _difference(found.log_loss))
    yield _row("AUC", *_areas(found), _difference(found.auc))


def _areas(found: Comparison) -> tuple[str, str]:
    return _shown(found.old_auc), _shown(found.new_auc)


def _weights(result: Retraining) -> Iterator[str]:
    yield _row("weight of", _named(result.old.number), "learned now", "")
    for name, before, after in zip(SIGNALS, result.old.weights, result.new.weights, strict=True):
        yield _row(name, f"{before:+.2f}", f"{after:+.2f}", "")
    yield _row("(start)", f"{result.old.intercept:+.2f}", f"{result.new.intercept:+.2f}", "")


def _outcome(result: Retraining) -> Iterator[str]:
    if result.version is None:
        yield f"Worse on the newest reviews: {_named(result.old.number)} stays in use."
    else:
        yield f"In use: {_named(result.version)}. {_RANKED_ANEW}"


def _row(label: str, before: str, after: str, difference: str) -> str:
    return f"{label:<22}{before:>12}{after:>14}   {difference}".rstrip()


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"


def _difference(found: Difference | None) -> str:
    return "-" if found is None else f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _version_line(version: Version, *, is_used: bool) -> str:
    origin = version.origin
    if origin is None:
        return f"{version.number:<8}  {version.remark}"
    figures = f"log loss {_shown(origin.log_loss)}", f"AUC {_shown(origin.auc)}"
    reviews = f"{origin.reviews} reviews"
    return _line(str(version.number), origin.created_at, reviews, *figures, is_used=is_used)


def _line(version: str, day: str, reviews: str, log_loss: str, auc: str, *, is_used: bool) -> str:
    mark = "in use" if is_used else ""
    return f"{version:<8}  {day:<20}  {reviews:>13}  {log_loss:>14}  {auc:>9}  {mark}".rstrip()
