"""The demo content as it lies in the package: invented organisations, people, needs, offers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent

Entry = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """Everything of the files, each entry with a ``key`` that the others name it by."""

    organisations: tuple[Entry, ...]
    people: tuple[Entry, ...]
    needs: tuple[Entry, ...]
    capabilities: tuple[Entry, ...]
    story: tuple[Entry, ...]


def read_content() -> Content:
    """Return the content in the order of the files; organisations after the one above them."""
    organisations = _read("organisations-*.jsonl")
    return Content(
        organisations=tuple(sorted(organisations, key=lambda entry: entry["parent"] is not None)),
        people=_read("people-*.jsonl"),
        needs=_read("needs.jsonl"),
        capabilities=_read("capabilities-*.jsonl"),
        story=_read("story.jsonl"),
    )


def _read(pattern: str) -> tuple[Entry, ...]:
    lines = (
        line
        for path in sorted(_FOLDER.glob(pattern))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return tuple(json.loads(line) for line in lines if line.strip())
