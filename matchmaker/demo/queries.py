"""Whether the demo content is in a database, and who can be tried with one click."""

from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.demo.keys import Keys

LOADED = "demo_loaded"
#: The people of the front page: one for each way to use the service.
PERSONAS = (
    "clinician",
    "company",
    "testbed",
    "researcher",
    "hub-staff",
    "hub-manager",
    "administrator",
)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody invented, whom every visitor may sign in as."""

    persona: str
    account_id: int
    name: str
    title: str
    organisation: str


def is_loaded(db: Database) -> bool:
    return db.first("select 1 from setting where name = ?", (LOADED,)) is not None


def demo_people(db: Database) -> list[DemoPerson]:
    """Return the personas in the order of the front page; nobody without the demo content."""
    if not is_loaded(db):
        return []
    keys = Keys(db)
    found = ((persona, keys.find("account", persona)) for persona in PERSONAS)
    people = (_person(db, persona, account_id) for persona, account_id in found if account_id)
    return [person for person in people if person is not None]


def find_demo_person(db: Database, persona: str) -> DemoPerson | None:
    return next((person for person in demo_people(db) if person.persona == persona), None)


def _person(db: Database, persona: str, account_id: int) -> DemoPerson | None:
    """Return the person, unless the account has been closed or erased since."""
    row = db.first(
        "select a.name, a.title, o.name as organisation from account a"
        " join membership m on m.account_id = a.id and m.ended_at is null"
        " join organisation o on o.id = m.organisation_id"
        " where a.id = ? and a.active = 1 and a.erased_at is null order by m.id limit 1",
        (account_id,),
    )
    return DemoPerson(persona, account_id, **row) if row else None
