"""The log of a database that had proposals before there was a log."""

from pathlib import Path

from matchmaker.collaborations.asking import answer_question, ask_hub
from matchmaker.collaborations.following import move_stage
from matchmaker.database import Database, open_database
from matchmaker.procurement.planning import save_plan
from tests.collaborations.conftest import LINKS
from tests.collaborations.test_answering import say
from tests.factories import NOW
from tests.procurement.conftest import TENDER, make_market


def test_the_log_is_written_for_what_was_told_before(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    db = open_database(path)
    _let_much_happen(db)
    kept = _lines(db)
    db.execute("drop trigger procurement_contact_is_never_deleted")
    with db.atomic():
        db["procurement_contact"].delete_where()
        db["_sqlite_migrations"].delete_where("name = ?", ["m024_what_was_told_before"])
    db.close()
    db = open_database(path)
    assert _lines(db) == kept
    db.close()


def _let_much_happen(db: Database) -> None:
    market = make_market(db)
    world, party = market.world, market.party_of(market.world.jonas)
    question = ask_hub(db, party.id, "How many?", actor=world.jonas, links=LINKS, now=NOW)
    answer_question(db, question, "28.", actor=world.staff, links=LINKS, now=NOW)
    for account in (world.karen, world.jonas, world.tina):
        say(world, market.first, account)
    save_plan(db, market.first.id, TENDER, actor=world.karen, now=NOW)
    move_stage(db, market.first.id, "test", actor=world.karen, now=NOW)


def _lines(db: Database) -> set[tuple[object, ...]]:
    rows = db.rows(
        "select need_id, collaboration_id, organisation_id, account_id, kind, item_kind, item_id,"
        " at from procurement_contact"
    )
    assert len(rows) == 9
    return {tuple(row.values()) for row in rows}
