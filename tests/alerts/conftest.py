"""A hub, a hospital with a need and a company with a solution, and the mails they get."""

import re
from dataclasses import dataclass
from datetime import datetime

import pytest

from matchmaker.accounts.account import Account
from matchmaker.alerts.telling import tell_due
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_account, make_capability, make_hub, make_organisation

LINKS = Links("http://localhost", "only-for-tests")
#: NOW is Monday the 23rd of November 2026, ten o'clock in Denmark.
MONDAY = NOW


@dataclass
class World:
    db: Database
    hub: int
    hospital: int
    company: int
    anna: Account
    karen: Account
    jonas: Account
    capability: int

    def tell(self, now: datetime) -> int:
        return tell_due(self.db, links=LINKS, now=now)

    def mails(self, account: Account, kind: str | None = None) -> list[dict[str, str]]:
        return self.db.rows(
            "select * from outbox_mail where account_id = :account"
            " and (:kind is null or kind = :kind) order by id",
            {"account": account.id, "kind": kind},
        )

    def lines(self, account: Account) -> list[str]:
        """Return every line of every list that the person was mailed, without numbers."""
        texts = "\n".join(mail["body_text"] for mail in self.mails(account))
        return [re.sub(r"\d+", "#", line) for line in texts.split("\n") if line.startswith("– ")]


@pytest.fixture
def world(memory_db: Database) -> World:
    return make_world(memory_db)


def make_world(db: Database) -> World:
    hub = make_hub(db)
    hospital = make_organisation(db, kind="hospital", name="Sygehus Sydfjord")
    company = make_organisation(db, name="Nordhud ApS")
    jonas = make_account(db, company, name="Jonas Lind", language="en")
    return World(
        db=db,
        hub=hub,
        hospital=hospital,
        company=company,
        anna=make_account(db, hub, "hub_staff", name="Anna Riis"),
        karen=make_account(db, hospital, name="Karen Holm", language="da"),
        jonas=jonas,
        capability=make_capability(db, company, owner_id=jonas.id),
    )
