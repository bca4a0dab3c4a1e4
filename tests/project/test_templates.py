"""Templates: each compiles, is used, asks no queries, and holds no inline code."""

import re
from pathlib import Path

import pytest
from flask import Flask

from matchmaker.resources import resource_folder

FOLDER = resource_folder("templates")
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
SOURCES = "\n".join(
    path.read_text()
    for root in (FOLDER, Path(__file__).resolve().parents[2] / "matchmaker")
    for path in root.rglob("*.*")
    if path.suffix in {".html", ".txt", ".py"}
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name: str, app: Flask) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith("emails/")])
def test_a_template_holds_no_inline_code_or_style(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_used(name: str) -> None:
    assert name in SOURCES or name.startswith("security/"), f"{name} is rendered by nothing"
