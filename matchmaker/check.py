"""What can be wrong with an installation, looked at piece by piece."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matchmaker.config import SettingError, Settings, read_settings
from matchmaker.database import Database, open_database
from matchmaker.database.migrations import migrations
from matchmaker.matching.encoder import EncoderError
from matchmaker.matching.pipeline import load_pipeline
from matchmaker.matching.unpacking import UnpackingError

LEAST_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Finding:
    """The result of one check, with what an operator should know."""

    name: str
    is_good: bool
    text: str


def run_checks(*, with_encoder: bool = True) -> Iterator[Finding]:
    """Yield a finding for each check; later ones are left out where they cannot be made."""
    try:
        settings = read_settings()
    except SettingError as error:
        yield Finding("settings", False, str(error))
        return
    yield Finding("settings", True, f"data in {settings.data_folder}, links to {settings.base_url}")
    yield _disk(settings)
    yield from _database_findings(settings)
    if with_encoder:
        yield from _models(settings)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_folder).free
    return Finding("free disk", free >= LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB")


def _database_findings(settings: Settings) -> Iterator[Finding]:
    if not settings.database_path.is_file():
        yield Finding("database", False, f"{settings.database_path} is missing: matchmaker init")
        return
    try:
        db = open_database(settings.database_path)
    except sqlite3.Error as error:
        yield Finding("database", False, str(error))
        return
    try:
        checks: tuple[Callable[[Database], Finding], ...] = (_integrity, _schema, _outbox)
        for check in checks:
            yield check(db)
    finally:
        db.close()


def _integrity(db: Database) -> Finding:
    verdict = db.execute("pragma integrity_check(1)").fetchone()[0]
    orphans = len(db.execute("pragma foreign_key_check").fetchall())
    text = verdict if not orphans else f"{orphans} rows point at something that is gone"
    return Finding("database", verdict == "ok" and not orphans, text)


def _schema(db: Database) -> Finding:
    pending = len(migrations.pending(db))
    known = {migration.name for migration in migrations.applied(db)}
    return Finding("migrations", not pending, f"{len(known)} applied, {pending} pending")


def _outbox(db: Database) -> Finding:
    row = db.first(
        "select count(*) filter (where state in ('waiting', 'sending')) as waiting,"
        " count(*) filter (where state in ('failed', 'uncertain')) as stuck from outbox_mail"
    )
    waiting, stuck = (row["waiting"], row["stuck"]) if row else (0, 0)
    return Finding("outbox", not stuck, f"{waiting} waiting, {stuck} failed or uncertain")


def _models(settings: Settings) -> Iterator[Finding]:
    """Embed one word, so that the model is known to load and its files to be whole."""
    try:
        pipeline = load_pipeline(settings)
        vectors = pipeline.encoder.encode(["tryksår"], "query")
    except (EncoderError, UnpackingError, OSError) as error:
        yield Finding("encoder", False, str(error))
        return
    yield Finding("encoder", True, f"{pipeline.encoder.revision}, {vectors.shape[1]} dimensions")
    remark = pipeline.reranker.remark
    yield Finding("ranker", not remark, remark or f"{pipeline.reranker.name}, checksum right")
    learned = pipeline.hub_model
    yield Finding("learned from reviews", not learned.remark, learned.remark or learned.name)
