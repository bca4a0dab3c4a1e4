"""A small part of a hub of full size with two years behind it, made once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from matchmaker.database import Database, open_database
from matchmaker.demo.generating import Size, generate_hub
from matchmaker.outbox.links import Links
from matchmaker.overview.scope import Scope
from tests.factories import NOW

LINKS = Links("http://localhost", "only-for-tests")
SIZE = Size().scaled(0.06)


@pytest.fixture(scope="session")
def hub_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hub") / "matchmaker.db"
    db = open_database(path)
    generate_hub(db, LINKS, SIZE, seed=3, now=NOW)
    db.close()
    return path


@pytest.fixture
def hub_db(hub_file: Path) -> Iterator[Database]:
    """The generated hub, to be read only."""
    db = open_database(hub_file)
    yield db
    db.close()


@pytest.fixture
def scopes(hub_db: Database) -> list[Scope]:
    """Periods and hubs that the numbers are compared for."""
    hubs = [row["id"] for row in hub_db.rows("select id from organisation where kind = 'hub'")]
    assert len(hubs) == 2
    return [
        Scope(date(2024, 1, 1), date(2026, 11, 23)),
        Scope(date(2025, 11, 24), date(2026, 11, 23), hubs[0]),
        Scope(date(2025, 3, 1), date(2025, 10, 31), hubs[0]),
        Scope(date(2025, 1, 1), date(2026, 6, 30), hubs[1]),
    ]
