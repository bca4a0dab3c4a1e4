"""What the story tells of the work of a collaboration happens through the same actions."""

from matchmaker.database import Database
from matchmaker.demo import working
from tests.casework.conftest import introduce
from tests.collaborations.conftest import LINKS, make_world
from tests.factories import NOW


def test_tasks_meetings_and_outcomes_are_played(memory_db: Database) -> None:
    table = introduce(make_world(memory_db))
    karen, collaboration = table.world.karen, table.collaboration
    task = {"text": "Send planen", "due_days": 3}
    working.give_task(memory_db, collaboration, task, actor=karen, now=NOW)
    meeting = {"title": "Midtvejs", "in_days": 10}
    working.meet(memory_db, collaboration, meeting, actor=karen, links=LINKS, now=NOW)
    told = {"state": "in_use", "economy": "Mindre kørsel"}
    working.tell(memory_db, collaboration, told, actor=karen, now=NOW)
    assert [memory_db[name].count for name in ("task", "meeting", "outcome")] == [1, 1, 1]
