"""What became of a need: the steps that packages above the needs add to its own."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel.speaklater import LazyString

from matchmaker.accounts.account import Account
from matchmaker.database import Database


@dataclass(frozen=True)
class Step:
    """One thing that happened, told so that this reader may know it."""

    at: str
    text: LazyString | str
    address: str | None = None


Source = Callable[[Database, int, Account | None], list[Step]]
_SOURCES = "matchmaker.need_steps"


def add_need_steps(app: Flask, source: Source) -> None:
    """Have `source` asked for more steps: it gets the need's id and who reads (or None)."""
    app.extensions.setdefault(_SOURCES, []).append(source)


def more_need_steps(db: Database, need_id: int, reader: Account | None) -> list[Step]:
    sources: list[Source] = current_app.extensions.get(_SOURCES, [])
    return [step for source in sources for step in source(db, need_id, reader)]
