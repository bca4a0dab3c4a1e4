"""The database of this site, for commands; pages use ``web.db`` and everything else is given it."""

import contextlib
from collections.abc import Iterator

from matchmaker.config import Settings, read_settings
from matchmaker.database import Database, open_database


@contextlib.contextmanager
def opened_site() -> Iterator[tuple[Settings, Database]]:
    """Yield the settings and an open database, created where there is none yet.

    Raises
    ------
    SettingError
        When a setting cannot be used.
    """
    settings = read_settings()
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    db = open_database(settings.database_path)
    try:
        yield settings, db
    finally:
        db.close()
