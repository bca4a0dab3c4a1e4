"""The wheel holds everything that the service needs, and only what is declared is imported."""

import ast
import configparser
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
MAPPED = {"matchmaker.models": ROOT / "models", "matchmaker.templates": ROOT / "templates"}


@pytest.fixture(scope="module")
def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel built from a copy, so that no build folder is left here."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, tree)
    for name in ("matchmaker", "models", "templates"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, tree],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_every_package_is_listed(config: configparser.ConfigParser) -> None:
    listed = set(config["options"]["packages"].split())
    with_code = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "matchmaker").rglob("__init__.py")
    }
    assert listed == with_code | MAPPED.keys() | {"matchmaker.static"}


@pytest.mark.parametrize("folder", ["matchmaker", "models", "templates"])
def test_the_wheel_holds_every_tracked_file(folder: str, wheel: set[str]) -> None:
    run = subprocess.run(
        ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        pytest.skip("not a checkout")
    prefix = "" if folder == "matchmaker" else "matchmaker/"
    present = [name for name in run.stdout.splitlines() if (ROOT / name).is_file()]
    missing = [name for name in present if f"{prefix}{name}" not in wheel]
    allowed = {"babel.cfg", "messages.pot"}
    assert [name for name in missing if Path(name).name not in allowed] == []


def test_the_wheel_holds_no_tests_and_no_scripts(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.startswith("matchmaker")} == set()


def test_everything_imported_is_declared(config: configparser.ConfigParser) -> None:
    declared = _names(config["options"]["install_requires"])
    undeclared = {
        module: path
        for path in (ROOT / "matchmaker").rglob("*.py")
        for module in _imported(path)
        if module not in sys.stdlib_module_names
        and module != "matchmaker"
        and not declared & _distributions(module)
    }
    assert undeclared == {}


def test_everything_declared_is_pinned(config: configparser.ConfigParser) -> None:
    pinned = _names((ROOT / "scripts" / "constraints.txt").read_text())
    wanted = _names(config["options"]["install_requires"])
    wanted |= _names(config["options.extras_require"]["test"])
    assert wanted - pinned == set()


def _names(lines: str) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines.split("\n") if line.strip()}


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_some = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | from_some}


def _distributions(module: str) -> set[str]:
    return {canonicalize_name(name) for name in _installed().get(module, [])}


@cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()
