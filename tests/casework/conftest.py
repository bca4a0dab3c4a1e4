"""A collaboration whose parties have been introduced, and the time after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from matchmaker.accounts.account import Account
from matchmaker.casework.file_store import FileStore
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.database import Database
from tests.collaborations.conftest import LINKS, World, make_world
from tests.factories import NOW, make_account

TODAY = date(2026, 11, 23)
LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Table:
    """The people of `world`, sat down together in one collaboration."""

    world: World
    collaboration: Collaboration
    stranger: Account

    @property
    def db(self) -> Database:
        return self.world.db

    @property
    def id(self) -> int:
        return self.collaboration.id

    def offer(self, starts_on: str, ends_on: str) -> None:
        """Let the testbed say that it is free."""
        self.db["capability_period"].insert(
            {"capability_id": self.world.testbed, "starts_on": starts_on, "ends_on": ends_on}
        )


def introduce(world: World) -> Table:
    collaboration = world.invited()
    for person in (world.karen, world.jonas, world.tina):
        party = world.party_of(collaboration, person)
        answer_proposal(world.db, party.id, "yes", actor=person, links=LINKS, now=NOW)
    company = world.db["organisation"].insert(
        {"kind": "company", "name": "Fremmed ApS", "created_at": "x", "updated_at": "x"}
    )
    assert company.last_pk is not None
    stranger = make_account(world.db, int(str(company.last_pk)), "editor", name="Frede Fremmed")
    return Table(world, collaboration, stranger)


@pytest.fixture
def table(memory_db: Database) -> Table:
    return introduce(make_world(memory_db))


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")
