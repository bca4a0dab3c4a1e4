"""Loading the demo content: once, going on after an interruption, never beside own content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from matchmaker.clock import to_text
from matchmaker.collaborations.collaboration import STAGES
from matchmaker.config import MailServer
from matchmaker.database import Database, open_database
from matchmaker.demo.command import describe_sign_in
from matchmaker.demo.loading import NotEmptyError, load_demo
from matchmaker.demo.queries import PERSONAS, demo_people, is_loaded
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_organisation, make_suggestion

LINKS = Links("http://127.0.0.1:8000", "only-for-tests")
START = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def suggest_everything(db: Database, now: datetime) -> None:
    """Stand in for the ranking: suggest each pair that the story can speak of."""
    for pair in db.rows(
        "select n.id as need_id, c.id as capability_id from need n join capability c"
        " where n.state in ('submitted', 'published') and c.state = 'published' and not exists"
        " (select 1 from suggestion s where (s.need_id, s.capability_id) = (n.id, c.id))"
    ):
        make_suggestion(db, pair["need_id"], pair["capability_id"], created_at=to_text(now))


@dataclass
class PullThePlug:
    """Match like `suggest_everything`, and die in a chosen chapter."""

    chapter: int
    seen: list[datetime] = field(default_factory=list)

    def __call__(self, db: Database, now: datetime) -> None:
        self.seen.append(now)
        if len(self.seen) == self.chapter:
            raise KeyboardInterrupt
        suggest_everything(db, now)


@pytest.fixture(scope="module")
def loaded() -> Iterator[Database]:
    db = open_database(":memory:")
    load_demo(db, LINKS, suggest_everything, now=START)
    yield db
    db.close()


def content(db: Database) -> list[Any]:
    tables = ("organisation", "need", "capability", "review", "collaboration", "interest")
    return [db.rows(f"select * from {table} order by id") for table in tables]


def count(db: Database, what: str) -> int:
    row = db.first(f"select count(*) as number from {what}")
    return int(row["number"]) if row else 0


def test_the_hub_has_decisions_of_every_kind(loaded: Database) -> None:
    decisions = {row["decision"] for row in loaded.rows("select decision from review")}
    assert decisions == {"approve", "reject", "defer", "refer"}
    reasons = {row["reason"] for row in loaded.rows("select reason from review where reason > ''")}
    assert len(reasons) >= 5


def test_there_are_collaborations_in_every_stage_that_lasts(loaded: Database) -> None:
    stages = {row["stage"] for row in loaded.rows("select stage from collaboration")}
    # "accepted" becomes "introduced" in the same moment.
    assert stages == set(STAGES) - {"accepted"}
    answers = {row["answer"] for row in loaded.rows("select answer from interest")}
    assert answers == {"yes", "no", "later"}


def test_every_step_is_in_the_audit_log_at_its_time(loaded: Database) -> None:
    events = loaded.rows("select at, action, to_state from audit_event order by id")
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    assert all(event["at"] <= to_text(START) for event in events)
    for noun in ("need", "capability", "collaboration"):
        created = [event for event in events if event["action"] == f"{noun}.create"]
        assert len(created) == count(loaded, noun)
    introduced = [event for event in events if event["to_state"] == "introduced"]
    assert len(introduced) >= count(loaded, "collaboration where introduced_at > ''")


def test_every_persona_can_be_tried(loaded: Database) -> None:
    assert [person.persona for person in demo_people(loaded)] == list(PERSONAS)


def test_a_second_load_does_nothing(loaded: Database) -> None:
    before = content(loaded)
    assert load_demo(loaded, LINKS, suggest_everything, now=START).played == 0
    assert content(loaded) == before


def test_an_interrupted_load_goes_on_to_the_same_end(loaded: Database) -> None:
    db = open_database(":memory:")
    with pytest.raises(KeyboardInterrupt):
        load_demo(db, LINKS, PullThePlug(chapter=3), now=START)
    assert not is_loaded(db)
    assert demo_people(db) == []
    load_demo(db, LINKS, suggest_everything, now=START.replace(hour=18))
    assert [len(rows) for rows in content(db)] == [len(rows) for rows in content(loaded)]
    db.close()


def test_own_content_is_left_alone(memory_db: Database) -> None:
    make_organisation(memory_db)
    with pytest.raises(NotEmptyError):
        load_demo(memory_db, LINKS, suggest_everything, now=START)
    assert count(memory_db, "organisation") == 1


def test_what_is_not_suggested_is_left_out_and_counted(memory_db: Database) -> None:
    result = load_demo(memory_db, LINKS, lambda _db, _now: None, now=START)
    assert result.left_out > 50
    assert count(memory_db, "collaboration") == 0
    assert is_loaded(memory_db)


def test_signing_in_with_one_click(
    client: Any, db: Database, page: Callable[..., Any], tmp_path: Path
) -> None:
    assert client.post("/demo/sign-in", data={"persona": "clinician"}).status_code == 404
    assert "demo/sign-in" not in client.get("/").get_data(as_text=True)
    load_demo(db, LINKS, lambda _db, _now: None, now=NOW)
    front = page("/")
    buttons = [form for form in front.iter() if "demo/sign-in" in (form.get("action") or "")]
    assert len(buttons) == len(PERSONAS)
    assert client.post("/demo/sign-in", data={"persona": "somebody"}).status_code == 404
    answer = client.post("/demo/sign-in", data={"persona": "hub-staff"})
    assert answer.status_code == 302
    assert client.get("/collaborations").status_code in (200, 308)


def test_nobody_signs_in_with_one_click_where_mails_go_out(
    app: Flask, client: Any, db: Database
) -> None:
    load_demo(db, LINKS, lambda _db, _now: None, now=NOW)
    settings = app.extensions["matchmaker.settings"]
    delivering = replace(settings, mail_server=MailServer("localhost"))
    assert "with one click" in describe_sign_in(db, settings)
    assert "with one click" not in describe_sign_in(db, delivering)
    app.extensions["matchmaker.settings"] = delivering
    assert "demo/sign-in" not in client.get("/").get_data(as_text=True)
    assert client.post("/demo/sign-in", data={"persona": "administrator"}).status_code == 404
