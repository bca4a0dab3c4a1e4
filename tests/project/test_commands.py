"""Every command says what it does with an example, and mistakes are told in one line."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from matchmaker.cli import ELSEWHERE, main

EXPECTED = {
    "evaluate",
    *(
        "backup",
        "check",
        "demo",
        "export",
        "generate",
        "import",
        "init",
        "mail",
        "match",
        "model",
        "pool",
        "rank",
    ),
    *("screen", "serve", "user"),
}


def every_command(
    command: click.Command = main, path: tuple[str, ...] = ("matchmaker",)
) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from every_command(child, (*path, name))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHMAKER_DATA", str(tmp_path / "data"))


def test_the_promised_commands_are_there() -> None:
    assert set(main.list_commands(click.Context(main))) == EXPECTED


@pytest.mark.parametrize(("path", "command"), list(every_command()))
def test_every_command_has_help_with_an_example(path: str, command: click.Command) -> None:
    result = CliRunner().invoke(command, ["--help"], prog_name=path)
    assert result.exit_code == 0
    assert command.get_short_help_str(), f"{path} does not say what it does"
    example = rf"Example: (MATCHMAKER_\S+ )?{path}\b"
    assert re.search(example, " ".join(result.output.split())), f"{path} has no example"


@pytest.mark.parametrize(("path", "command"), list(every_command()))
def test_every_option_says_what_it_does(path: str, command: click.Command) -> None:
    options = [part for part in command.params if isinstance(part, click.Option)]
    silent = [option.name for option in options if not option.help and option.name != "help"]
    assert not silent, f"{path}: {silent}"


def test_the_list_of_commands_is_shown_without_importing_them() -> None:
    code = "import sys, matchmaker.cli; print({'flask', 'torch', 'sqlite_utils'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_small_products_have_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    code = (
        "import matchmaker.matching.pipeline; from threadpoolctl import threadpool_info;"
        "print({pool['num_threads'] for pool in threadpool_info() if pool['user_api'] == 'blas'})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "{1}"


def test_help_answers_at_once() -> None:
    start = time.process_time()
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert time.process_time() - start < 0.5
    for _module, help_line in ELSEWHERE.values():
        assert help_line in result.output


@pytest.mark.parametrize(
    ("environment", "arguments", "message"),
    [
        ({"MATCHMAKER_BASE_URL": "hub"}, ["init"], "MATCHMAKER_BASE_URL must be a full address"),
        ({"MATCHMAKER_SMTP_PORT": "x", "MATCHMAKER_SMTP_HOST": "h"}, ["check"], "SMTP_PORT"),
        ({}, ["import", "needs", "absent.csv"], "absent.csv"),
        ({}, ["export", "needs", "needs.pdf"], "must end in .csv, .xlsx, .jsonl"),
        ({}, ["backup", "/nowhere/at/all.db"], "/nowhere/at"),
        ({}, ["serve", "--port", "99999"], "--port"),
    ],
)
def test_a_mistake_is_told_in_one_line_without_a_trace(
    environment: dict[str, str], arguments: list[str], message: str
) -> None:
    result = CliRunner().invoke(main, arguments, env=environment)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert not result.exception or isinstance(result.exception, SystemExit)


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "matchmaker.db").write_bytes(b"this is no database, " * 100)
    result = CliRunner().invoke(main, ["match"])
    assert result.exit_code == 1
    assert "Error: file is not a database" in result.output


def test_check_names_what_is_wrong_and_says_so_by_its_exit_code(tmp_path: Path) -> None:
    missing = CliRunner().invoke(main, ["check", "--quick"])
    assert missing.exit_code == 1
    assert "WRONG  database" in missing.output
    CliRunner().invoke(main, ["export", "audit", str(tmp_path / "audit.csv")])
    good = CliRunner().invoke(main, ["check", "--quick"])
    assert good.exit_code == 0, good.output


def test_a_backup_is_a_whole_database_for_its_owner_alone(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    result = CliRunner().invoke(main, ["backup", str(copy)])
    assert result.exit_code == 0, result.output
    assert copy.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("*copy*")] == ["copy.db"]
