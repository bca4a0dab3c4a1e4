"""The commands ``matchmaker import`` and ``matchmaker export``."""

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from matchmaker.transfer.importing import Importer, Report
    from matchmaker.transfer.reading import Refusal, Row

MOST_REFUSALS_SHOWN = 40


class ColumnHelp(click.Command):
    """A command whose help ends with the columns that its file may have."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        rows = [
            (f"{column.name}{' *' if column.required else ''}", column.meaning or "text")
            for column in _columns(str(self.name))
        ]
        if rows:
            with formatter.section("Columns (* must be filled)"):
                formatter.write_dl(rows)


def _columns(noun: str) -> tuple[Any, ...]:
    from matchmaker.transfer import nouns, organisation_rows

    return {
        "organisations": organisation_rows.COLUMNS,
        "needs": nouns.NEED_COLUMNS,
        "capabilities": nouns.CAPABILITY_COLUMNS,
    }.get(noun, ())


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
        click.option("--dry-run", is_flag=True, help="Check everything, store nothing."),
        click.option("--all-or-nothing", is_flag=True, help="Store only if no row is refused."),
        click.option(
            "--report",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write every refusal to this CSV file.",
        ),
    ):
        command = option(command)
    return command


_source_option = click.option(
    "--source",
    default="import",
    show_default=True,
    help="Names where the rows come from; external ids are unique within it.",
)


@click.group("import")
def import_group() -> None:
    """Read organisations, needs, capabilities or finished projects from a file.

    CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252), XLSX and JSON Lines are read.
    The first row names the columns. A row is known by its external_id: importing a file again
    changes what differs and leaves the rest. Good rows are stored, every refused one is told with
    line, column and reason; the exit code is 1 when none was good. Texts with patient data are
    refused.

    Example: matchmaker import needs needs.xlsx --dry-run
    """


@import_group.command("organisations", cls=ColumnHelp)
@_source_option
@_options
def import_organisations(
    file: Path, source: str, dry_run: bool, all_or_nothing: bool, report: Path | None
) -> None:
    """Import organisations; departments after the one above them.

    Example: matchmaker import organisations organisations.csv
    """
    from matchmaker.transfer.organisation_rows import organisation_importer

    _import(
        file, lambda **who: organisation_importer(source, **who), dry_run, all_or_nothing, report
    )


@import_group.command("needs", cls=ColumnHelp)
@_source_option
@_options
def import_needs(
    file: Path, source: str, dry_run: bool, all_or_nothing: bool, report: Path | None
) -> None:
    """Import needs of organisations that are there already.

    Example: matchmaker import needs needs.xlsx --report refused.csv
    """
    from matchmaker.transfer.nouns import need_importer

    make = partial(need_importer, source)
    _import(file, make, dry_run, all_or_nothing, report)


@import_group.command("capabilities", cls=ColumnHelp)
@_source_option
@_options
def import_capabilities(
    file: Path, source: str, dry_run: bool, all_or_nothing: bool, report: Path | None
) -> None:
    """Import capabilities of organisations that are there already.

    Example: matchmaker import capabilities capabilities.jsonl --all-or-nothing
    """
    from matchmaker.transfer.nouns import capability_importer

    make = partial(capability_importer, source)
    _import(file, make, dry_run, all_or_nothing, report)


@import_group.command("projects")
@_options
def import_projects(file: Path, dry_run: bool, all_or_nothing: bool, report: Path | None) -> None:
    """Import finished projects as the organisations that took part in them.

    Lines have id, title, description, theme, region, start, end, lead, lead_cvr and partners.
    Each organisation gets one published capability of kind expertise, with its projects.

    Example: matchmaker import projects danish-projects-2007-2013.jsonl
    """
    from matchmaker.transfer.participants import participant_importer, participant_rows

    _import(file, participant_importer, dry_run, all_or_nothing, report, gather=participant_rows)


def _import(
    file: Path,
    make_importer: Callable[..., "Importer"],
    dry_run: bool,
    all_or_nothing: bool,
    report_file: Path | None,
    gather: Callable[[list["Row | Refusal"]], list["Row | Refusal"]] = list,
) -> None:
    from tqdm import tqdm

    from matchmaker.clock import utc_now
    from matchmaker.database.opening import opened_site
    from matchmaker.transfer.columns import unknown_columns
    from matchmaker.transfer.importing import import_rows
    from matchmaker.transfer.nouns import OPERATOR
    from matchmaker.transfer.reading import FileError, Row, read_rows

    try:
        rows = gather(list(read_rows(file)))
    except FileError as error:
        raise click.ClickException(str(error)) from error
    importer = make_importer(actor=OPERATOR, now=utc_now())
    unknown = unknown_columns([row for row in rows if isinstance(row, Row)], importer.columns)
    if unknown:
        click.echo(f"Not read: {', '.join(unknown)}", err=True)
    with opened_site() as (_settings, db), tqdm(total=len(rows), unit="rows", disable=None) as bar:
        report = import_rows(
            db,
            importer,
            rows,
            dry_run=dry_run,
            all_or_nothing=all_or_nothing,
            on_progress=bar.update,
        )
    _tell(report, report_file)


def _tell(report: "Report", report_file: Path | None) -> None:
    for refusal in report.refusals[:MOST_REFUSALS_SHOWN]:
        click.echo(str(refusal), err=True)
    if len(report.refusals) > MOST_REFUSALS_SHOWN:
        more = len(report.refusals) - MOST_REFUSALS_SHOWN
        click.echo(f"... and {more} more; --report FILE writes all", err=True)
    if report_file is not None:
        with report_file.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "column", "reason"))
            writer.writerows((each.line, each.column, each.reason) for each in report.refusals)
    counts = ", ".join(
        f"{report.outcomes[outcome]} {outcome}"
        for outcome in ("created", "changed", "unchanged", "refused")
    )
    click.echo(counts if report.was_stored else f"Nothing was stored. It would have been: {counts}")
    if report.refusals and not (report.was_stored and report.accepted):
        raise SystemExit(1)


@click.command("export")
@click.argument("what", type=click.Choice(("organisations", "needs", "capabilities", "audit")))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_command(what: str, file: Path) -> None:
    """Write organisations, needs, capabilities or the audit log to FILE.

    The ending decides: .csv, .xlsx or .jsonl. The columns are those that import reads, persons
    are left out, and no cell can start a formula in a spreadsheet.

    Example: matchmaker export needs needs.xlsx
    """
    from matchmaker.database.opening import opened_site
    from matchmaker.transfer.exporting import export_table
    from matchmaker.transfer.reading import FileError

    with opened_site() as (_settings, db):
        try:
            count = export_table(db, what, file)
        except FileError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {count} rows")
