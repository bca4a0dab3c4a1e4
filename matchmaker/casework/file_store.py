"""Where shared files lie: in a folder beside the database, under names that nobody can guess."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from matchmaker.casework.errors import StorageError

FOLDER = "files"
_RANDOM_BYTES = 24


@dataclass(frozen=True)
class FileStore:
    """The folder of the shared files; it is never one that the web server serves from."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Write the content to the disk and return the name that it lies under.

        Raises
        ------
        StorageError
            When the disk is full or cannot be written; nothing is left behind then.
        """
        name = secrets.token_hex(_RANDOM_BYTES)
        draft = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise StorageError(str(error.strerror)) from error
        return name

    def find(self, name: str, sha256: str) -> Path | None:
        """Return the file, or None when it is missing or is not what was stored."""
        path = self.folder / name
        try:
            content = path.read_bytes()
        except OSError:
            return None
        return path if hashlib.sha256(content).hexdigest() == sha256 else None

    def remove(self, name: str) -> None:
        """Take a file away; one that cannot be removed now is swept later."""
        with contextlib.suppress(OSError):
            (self.folder / name).unlink(missing_ok=True)

    def sweep(self, kept: Iterable[str], *, older_than: float) -> int:
        """Remove what no record knows of and is older than this moment; return how many."""
        known, removed = set(kept), 0
        if not self.folder.is_dir():
            return 0
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if path.name not in known and path.stat().st_mtime < older_than:
                    path.unlink()
                    removed += 1
        return removed
