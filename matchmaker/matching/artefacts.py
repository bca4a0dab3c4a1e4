"""What is computed once for an encoder: shipped for the packaged one, else kept in the cache."""

import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def read_or_make_json(
    name: str, key: str, shipped_folder: Path, cache_folder: Path, make: Callable[[], Any]
) -> Any:
    """Return the content stored under `key`, made and kept when no file has it.

    `key` names all that the content depends on. A file with another key or with damage is passed
    over. A cache that cannot be written costs time at the next start, nothing else.
    """
    kept = cache_folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
    for path in (shipped_folder / f"{name}.json", kept):
        stored = read_artefact(path, key)
        if stored is not None:
            return stored
    content = make()
    with contextlib.suppress(OSError):
        write_artefact(kept, key, content)
    return content


def write_artefact(path: Path, key: str, content: Any) -> None:
    """Write what `read_or_make_json` finds under `key`."""
    write_json(path, {"key": key, "sha256": _digest(content), "content": content})


def write_json(path: Path, content: Any) -> None:
    """Write a file that is whole at every moment, for readers in other processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as draft:
        draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a file to write beside `path`; it takes the place of `path` when all went well."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of the file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_artefact(path: Path, key: str) -> Any:
    """Return what `write_artefact` wrote, None when it is absent, damaged or of another key."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or content.get("sha256") != _digest(content.get("content")):
        return None
    return content["content"] if content.get("key") == key else None


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
