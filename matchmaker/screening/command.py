"""The command ``matchmaker screen``."""

from pathlib import Path

import click

from matchmaker.lines import BadLine
from matchmaker.screening.files import SameFileError, screen_file

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("screen", short_help="Find patient data in a file of texts.")
@click.option("--in", "in_path", required=True, type=_FILE, help="JSON Lines with id and text.")
@click.option("--out", "out_path", required=True, type=_FILE, help="Where the findings go.")
def screen_command(in_path: Path, out_path: Path) -> None:
    """Find CPR numbers and other data about patients in a file of texts.

    Every line of the file is a JSON object with "id" and "text". For each, in the same order, one
    line is written: "id", "patient_data" (true when the text must not be stored) and "findings"
    with what it is, how grave ("refuse" or "warn"), from which character to which, and the words,
    masked. Texts that only raise doubts have patient_data false.

    Example: matchmaker screen --in texts.jsonl --out findings.jsonl
    """
    try:
        count = screen_file(in_path, out_path)
    except (BadLine, SameFileError) as error:
        raise _RefusedError(str(error)) from error
    except OSError as error:
        path = in_path if str(error.filename) == str(in_path) else out_path
        raise _RefusedError(f"{path}: {error.strerror}") from error
    click.echo(
        f"{count.texts} texts screened: {count.with_patient_data} with patient data,"
        f" {count.with_doubts} with doubts only."
    )
    if count.repeated_ids:
        click.echo(f"{count.repeated_ids} lines repeat the id of a line before them.", err=True)


class _RefusedError(click.ClickException):
    """The files cannot be used as they are."""

    exit_code = 2
