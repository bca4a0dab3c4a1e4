"""Reading JSON Lines files as they really arrive: from Linux, Excel, PowerShell and Notepad.

>>> import pathlib, tempfile
>>> path = pathlib.Path(tempfile.mkdtemp()) / "texts.jsonl"
>>> _ = path.write_text('{"id": 1, "text": "Liggesår"}\\n\\n{"id": 2, "text": "Fald"}\\n', "utf-8")
>>> list(read_json_lines(path))
[(1, {'id': 1, 'text': 'Liggesår'}), (3, {'id': 2, 'text': 'Fald'})]
"""

import codecs
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadLine(ValueError):  # noqa: N818 - named after what the reader of the message has before them
    """One line of a file cannot be used; the text of the line is not repeated in the message."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


def read_json_lines(
    path: Path, on_bad_line: Callable[[BadLine], None] | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every JSON object of the file with the number of its line, in the file's order.

    Line numbers start at 1 and count empty lines, which are skipped. UTF-8 with or without a
    byte order mark and UTF-16 with one are read; a file without any UTF-8 letter outside ASCII
    but with other such bytes is taken as Windows-1252, which Danish Windows programs write.
    With `on_bad_line`, a line that is no JSON object is handed to it, and reading goes on.

    Raises
    ------
    BadLine
        At the first line that is not one JSON object, names a field twice, or is neither
        clearly UTF-8 nor clearly Windows-1252. Lines before it have been yielded.
    OSError
        When the file cannot be opened or read.
    """
    for number, line in _text_lines(path, _encoding(path)):
        if not line.strip():
            continue
        try:
            fields = _json_object(path, number, line)
        except BadLine as bad:
            if on_bad_line is None:
                raise
            on_bad_line(bad)
        else:
            yield number, fields


def _text_lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        if encoding == "utf-16":
            with path.open(encoding=encoding) as file:
                for number, line in enumerate(file, start=1):
                    yield number, line
            return
        with path.open("rb") as raw_file:
            for number, raw in enumerate(raw_file, start=1):
                yield number, raw.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"holds bytes that are not {error.encoding}"
        raise BadLine(path, number + (encoding == "utf-16"), reason) from error


def _encoding(path: Path) -> str:
    """Return how the file is written, judged by all of it.

    A file with UTF-8 letters and other bytes in turn has been through two programs: guessing
    would store wrong letters without a word, so that it is refused.
    """
    utf_8_seen, first_other = False, 0
    with path.open("rb") as file:
        if file.read(2) in _UTF_16_MARKS:
            return "utf-16"
        file.seek(0)
        for number, line in enumerate(file, start=1):
            if line.isascii():
                continue
            if _is_utf_8(line):
                utf_8_seen = True
            else:
                first_other = first_other or number
    if first_other and utf_8_seen:
        raise BadLine(path, first_other, "letters are not UTF-8 as in the rest of the file")
    return "cp1252" if first_other else "utf-8-sig"


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _json_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(
            line, object_pairs_hook=_without_doubles, parse_constant=_refuse_constant
        )
        # Half a surrogate pair is legal in JSON but can be stored nowhere.
        if "\\u" in line:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise BadLine(path, number, f"not JSON at column {error.colno} ({error.msg})") from error
    except UnicodeEncodeError as error:
        raise BadLine(path, number, "holds half a character (an unpaired surrogate)") from error
    except RecursionError as error:
        raise BadLine(path, number, "is nested too deeply") from error
    except ValueError as error:
        raise BadLine(path, number, str(error)) from error
    if not isinstance(value, dict):
        raise BadLine(path, number, "must be a JSON object, as {...}")
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a field given twice: only one of the two would be seen, screened and stored."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("names the same field twice")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
