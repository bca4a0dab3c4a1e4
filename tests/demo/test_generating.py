"""A generated hub: as large as asked for, the same each time, never beside other content."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

from matchmaker.cli import main
from matchmaker.clock import to_text
from matchmaker.database import Database, open_database
from matchmaker.demo.generating import Size, generate_hub
from matchmaker.demo.loading import NotEmptyError
from matchmaker.demo.queries import demo_people
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_hub

LINKS = Links("http://localhost", "only-for-tests")
SMALL = Size().scaled(0.03)


@pytest.fixture(scope="module")
def small_hub() -> Database:
    db = open_database(":memory:")
    generate_hub(db, LINKS, SMALL, seed=5, now=NOW)
    return db


def _one(db: Database, sql: str) -> int:
    return int(next(iter((db.first(sql) or {"": 0}).values())))


def test_it_is_as_large_as_asked_for(small_hub: Database) -> None:
    assert Size(9, 60, 2) == SMALL
    assert _one(small_hub, "select count(*) from need where state in ('submitted', 'published')"
                ) == SMALL.needs  # fmt: skip
    assert _one(small_hub, "select count(*) from capability where state = 'published'"
                ) == SMALL.capabilities  # fmt: skip
    running = "select count(*) from collaboration where stage not in ('draft', 'closed', 'scaled')"
    assert _one(small_hub, running) == SMALL.running
    staff = (
        "select count(*) from membership m join organisation o on o.id = m.organisation_id"
        " where o.name = 'Hub Syddanmark' and m.role in ('hub_staff', 'hub_manager')"
    )
    assert _one(small_hub, staff) == 4


def test_two_years_lie_behind_it_and_nothing_ahead(small_hub: Database) -> None:
    first, last = small_hub.execute("select min(at), max(at) from audit_event").fetchone()
    assert first < to_text(NOW - timedelta(days=700))
    assert last <= to_text(NOW)


def test_no_mail_waits_to_be_sent_years_late(small_hub: Database) -> None:
    assert _one(small_hub, "select count(*) from outbox_mail where state <> 'sent'") == 0
    assert _one(small_hub, "select count(*) from outbox_mail") > 0


def test_one_signs_in_as_its_people(small_hub: Database) -> None:
    personas = {person.persona for person in demo_people(small_hub)}
    assert {"hub-staff", "hub-manager"} <= personas


def test_the_same_seed_makes_the_same_hub(small_hub: Database) -> None:
    again = open_database(":memory:")
    generate_hub(again, LINKS, SMALL, seed=5, now=NOW)
    log = "select at, action, subject_kind, subject_id, detail from audit_event order by id"
    assert list(again.execute(log)) == list(small_hub.execute(log))


def test_it_keeps_away_from_other_content(memory_db: Database) -> None:
    make_hub(memory_db)
    with pytest.raises(NotEmptyError):
        generate_hub(memory_db, LINKS, SMALL, seed=5, now=NOW)
    assert _one(memory_db, "select count(*) from organisation") == 1


def test_the_command_says_what_it_made_and_refuses_a_second_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("MATCHMAKER_DATA", str(tmp_path_factory.mktemp("data")))
    arguments = ["generate", "--share", "0.02", "--without-ranking"]
    made = CliRunner().invoke(main, arguments)
    assert re.search(r"Generated hub: \d+ events", made.output), made.output
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 1
    assert "has content already" in again.output
