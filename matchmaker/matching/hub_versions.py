"""Keeps what the ranking learned from the hub's reviews: every version, and which is in use.

A version is a small JSON file of weights with a checksum, written whole or not at all: text that
any program and any later scikit-learn can read, and that can hold no code.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import filelock

from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.artefacts import read_artefact, write_artefact, write_json
from matchmaker.matching.hub_model import SHIPPED, HubModel, read_hub_model

WAIT_SECONDS = 60
SHIPPED_NUMBER = SHIPPED.number
_POINTER = "in-use.json"


class VersionError(Exception):
    """A version cannot be used; the message says which and why."""


class BusyError(Exception):
    """Another process is changing the versions and does not come to an end."""


@dataclass(frozen=True)
class Origin:
    """Where a version comes from, and how it did on decisions it had not seen.

    `auc` is None where the decisions held back were all alike. `newest` is the last review that
    was known, for learning or for judging.
    """

    created_at: str
    reviews: int
    held_back: int
    newest: int
    log_loss: float
    auc: float | None


@dataclass(frozen=True)
class Version:
    """A kept version; `model` and `origin` are None when its file is damaged."""

    number: int
    model: HubModel | None
    origin: Origin | None
    remark: str = ""


@dataclass(frozen=True)
class Choice:
    """Which version is to be used; `by_hand` when a person chose it, which a clock respects."""

    number: int = SHIPPED_NUMBER
    by_hand: bool = False


def load_hub_model(folder: Path) -> HubModel:
    """Return the model in use; the shipped one with a remark when that cannot be read."""
    try:
        return get_model(folder, read_choice(folder).number)
    except VersionError as error:
        return replace(SHIPPED, remark=str(error))


def get_model(folder: Path, number: int) -> HubModel:
    """Return a version, the shipped weights for 0.

    Raises
    ------
    VersionError
        When there is no such version, or its file is damaged.
    """
    if number == SHIPPED_NUMBER:
        return SHIPPED
    if not _path(folder, number).is_file():
        raise VersionError(f"there is no version {number} in {folder}")
    version = _read(folder, number)
    if version.model is None:
        raise VersionError(f"version {number} {version.remark}")
    return version.model


def list_versions(folder: Path) -> list[Version]:
    """Return the kept versions, oldest first, without the shipped one."""
    return [_read(folder, number) for number in _numbers(folder)]


def read_choice(folder: Path) -> Choice:
    """Return which version is to be used; the shipped one until a version was chosen.

    Raises
    ------
    VersionError
        When the file that says so is damaged.
    """
    path = folder / _POINTER
    if not path.exists():
        return Choice()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Choice(int(stored["number"]), bool(stored["by_hand"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise VersionError(f"{path} is damaged: choose a version with matchmaker model use") from (
            error
        )


@contextlib.contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Keep other processes from changing the versions meanwhile; readers are not held up.

    Raises
    ------
    BusyError
        When another process has not come to an end within `WAIT_SECONDS`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / ".lock", timeout=WAIT_SECONDS):
            yield
    except filelock.Timeout as error:
        raise BusyError("another retraining is under way; try again in a minute") from error


def keep(folder: Path, model: HubModel, origin: Origin) -> HubModel:
    """Write a new version, without using it, and return it with its number."""
    number = max(_numbers(folder), default=SHIPPED_NUMBER) + 1
    content = {**model.as_json(), "origin": asdict(origin)}
    write_artefact(_path(folder, number), _key(number), content)
    return replace(model, number=number)


def use_version(
    db: Database, folder: Path, number: int, *, now: datetime, by_hand: bool = True
) -> HubModel:
    """Put a version in use, the shipped weights for 0, and log it; return the model.

    Everything is ranked anew by the next ``match_changed``. Call it inside `changing`.

    Raises
    ------
    VersionError
        When there is no such version, or its file is damaged.
    """
    model, before = get_model(folder, number), load_hub_model(folder)
    with db.atomic():
        log.record(
            db, "model.use", "model", number,
            actor_id=None, now=now, from_state=before.name, to_state=model.name, by_hand=by_hand,
        )  # fmt: skip
        # Last in the transaction: when it cannot be written, nothing is logged.
        write_json(folder / _POINTER, {**asdict(Choice(number, by_hand)), "since": to_text(now)})
    return model


def _read(folder: Path, number: int) -> Version:
    content = read_artefact(_path(folder, number), _key(number))
    if content is None:
        return Version(number, None, None, "is damaged")
    try:
        return Version(number, read_hub_model(content, number), _origin(content))
    except ValueError as error:
        return Version(number, None, None, f"cannot be used: {error}")


def _origin(content: dict[str, Any]) -> Origin:
    return Origin(**content["origin"])


def _numbers(folder: Path) -> list[int]:
    names = (path.stem.removeprefix("version-") for path in folder.glob("version-*.json"))
    return sorted(int(name) for name in names if name.isdecimal())


def _path(folder: Path, number: int) -> Path:
    return folder / f"version-{number}.json"


def _key(number: int) -> str:
    return f"hub model {number}"
