"""A record of every kind that an address can name."""

from pathlib import Path

from matchmaker.alerts.watching import add_watch
from matchmaker.casework.file_store import FileStore
from matchmaker.casework.files import add_file
from matchmaker.casework.tasks import TaskDraft, add_task
from matchmaker.collaborations.asking import ask_hub
from matchmaker.conflicts.actions import declare_conflict
from matchmaker.conflicts.conflict import Declaration
from matchmaker.database import Database
from matchmaker.procurement.log import write_down
from tests.casework.conftest import TODAY, introduce
from tests.casework.test_bookings import book
from tests.casework.test_files import PDF
from tests.casework.test_meetings import call
from tests.collaborations.conftest import LINKS, make_world
from tests.factories import (
    NOW,
    make_capability,
    make_need,
    make_organisation,
    make_suggestion,
)
from tests.pooling.asking import joint_need_of


def make_records(db: Database, folder: Path) -> dict[str, list[int]]:
    """Return ids by what an address calls them; `folder` keeps the file."""
    table = introduce(make_world(db))
    world = table.world
    joint_need = joint_need_of(db, world.need, NOW)
    draft = make_need(db, world.hospital, hub_id=world.hub, state="draft", owner_id=world.karen.id)
    of_public_need = make_world(db).invited()
    table.offer("2027-01-01", "2027-12-31")
    task = TaskDraft("Send aftalen", TODAY, world.jonas.id, "parties")
    file = add_file(
        db, FileStore(folder), table.id, "Plan.pdf", PDF, audience="parties",
        actor=world.jonas, now=NOW,
    )  # fmt: skip
    contact = write_down(
        db, world.need, "meeting", world.company, "Ringet", TODAY, actor=world.karen, now=NOW
    )
    conflict = declare_conflict(
        db,
        Declaration("person", world.hospital, "Ægtefælle", TODAY, account_id=world.jonas.id),
        actor=world.jonas,
        links=LINKS,
        now=NOW,
    )
    watch = add_watch(
        db, "need", {"q": "fald"}, name="Fald", rhythm="daily", actor=world.karen, now=NOW
    )
    party = world.party_of(table.collaboration, world.jonas)
    question = ask_hub(db, party.id, "Hvor mange?", actor=world.jonas, links=LINKS, now=NOW)
    open_suggestion = make_suggestion(
        db, world.need, make_capability(db, make_organisation(db), title="Måtte"), position=3
    )
    return {
        "need_id": [draft, world.need],
        "capability_id": [
            make_capability(db, world.company, state="draft", owner_id=world.jonas.id),
            world.solution,
        ],
        "collaboration_id": [table.id, of_public_need.id],
        "organisation_id": [make_organisation(db), world.company],
        "joint_need_id": [joint_need],
        "task_id": [add_task(db, table.id, task, actor=world.jonas, now=NOW)],
        "file_id": [file],
        "meeting_id": [call(table)],
        "booking_id": [book(table)],
        "contact_id": [contact],
        "conflict_id": [conflict],
        "watch_id": [watch.id],
        "mail_id": [int(world.mails()[0]["id"])],
        "party_id": [party.id for party in of_public_need.parties],
        "question_id": [question],
        "suggestion_id": [*world.suggestions, open_suggestion],
        "passkey_id": [1],
    }
