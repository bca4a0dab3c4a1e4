"""The same screen for files of texts, so that old texts can be checked before an import."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from matchmaker.lines import BadLine, read_json_lines
from matchmaker.screening.screen import Finding, screen


class SameFileError(ValueError):
    """The findings would overwrite the texts."""


@dataclass(frozen=True)
class Count:
    """How a file came out."""

    texts: int
    with_patient_data: int
    with_doubts: int
    repeated_ids: int


def screen_file(in_path: Path, out_path: Path) -> Count:
    """Screen a JSON Lines file with ``id`` and ``text``; write one line of findings for each.

    The lines of `out_path` come in the order of `in_path`, with ``id``, ``patient_data`` (whether
    something must be refused) and ``findings``. It is replaced as a whole or left as it was.

    Raises
    ------
    BadLine
        At the first line that is not a JSON object with ``id`` and ``text``.
    SameFileError
        When both paths are one file.
    OSError
        When a file cannot be read or written.
    """
    if out_path.exists() and out_path.samefile(in_path):
        raise SameFileError("--out must be another file than --in")
    texts = with_patient_data = with_doubts = 0
    ids: set[str | int] = set()
    with _replacing(out_path) as out:
        for key, text in _texts(in_path):
            findings = screen(text)
            is_refused = any(finding.severity == "refuse" for finding in findings)
            out.write(json.dumps(_line(key, is_refused, findings), ensure_ascii=False) + "\n")
            texts += 1
            with_patient_data += is_refused
            with_doubts += bool(findings) and not is_refused
            ids.add(key)
    return Count(texts, with_patient_data, with_doubts, repeated_ids=texts - len(ids))


def _texts(path: Path) -> Iterator[tuple[str | int, str]]:
    for number, fields in read_json_lines(path):
        key, text = fields.get("id"), fields.get("text")
        if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
            raise BadLine(path, number, "needs “id”, a text or a whole number")
        if not isinstance(text, str):
            raise BadLine(path, number, "needs “text”, a text")
        yield key, text


def _line(key: str | int, is_refused: bool, findings: list[Finding]) -> dict[str, Any]:
    return {
        "id": key,
        "patient_data": is_refused,
        "findings": [
            {
                "what": finding.kind,
                "severity": finding.severity,
                "start": finding.start,
                "end": finding.end,
                "where": finding.masked,
            }
            for finding in findings
        ],
    }


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Write a new file beside `path` and put it in its place when all has been written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
