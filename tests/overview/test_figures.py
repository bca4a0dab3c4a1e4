"""What a step, a wait and a share are, on hubs small enough to count by hand."""

from datetime import date, timedelta

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.overview.charts import bar_chart, theme_map
from matchmaker.overview.figures import Cell, Row, Table
from matchmaker.overview.funnel import read_lines
from matchmaker.overview.scope import Scope
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)
from tests.overview.reading import read_table

TODAY = NOW.date()
SCOPE = Scope(date(2026, 11, 1), date(2027, 6, 30))


def _after(days: float) -> str:
    return to_text(NOW + timedelta(days=days))


def _suggestion(db: Database, **company: object) -> int:
    hub = make_hub(db)
    need = make_need(db, make_organisation(db, kind="hospital"), hub_id=hub)
    return make_suggestion(db, need, make_capability(db, make_organisation(db, **company)))


def _review(db: Database, suggestion_id: int, sequence: int, decision: str, days: float) -> None:
    row = db.first("select id from account") or {"id": make_account(db).id}
    db["review"].insert(
        {
            "suggestion_id": suggestion_id,
            "sequence": sequence,
            "account_id": row["id"],
            "decision": decision,
            "reason": "price" if decision == "reject" else None,
            "created_at": _after(days),
        }
    )


def _collaboration(db: Database, suggestion_id: int, stages: dict[str, float]) -> int:
    hub = db.first("select id from organisation where kind = 'hub'") or {}
    made = db.insert_row(
        "collaboration",
        {
            "hub_id": hub["id"], "title": "A", "language": "da", "introduction": "B",
            "created_by": make_account(db).id, "created_at": _after(0), "updated_at": _after(0),
        },
    )  # fmt: skip
    db["collaboration_suggestion"].insert(
        {"collaboration_id": made, "suggestion_id": suggestion_id}
    )
    for stage, days in stages.items():
        db["collaboration"].update(made, {"stage": stage, "updated_at": _after(days)})
    return made


def _reached(db: Database) -> dict[str, int]:
    rows = read_table(db, "funnel", SCOPE, today=TODAY).rows
    return {row.key: row.cells["suggestions"].count for row in rows}


def test_who_skipped_a_step_has_been_there_but_took_no_time_for_it(memory_db: Database) -> None:
    suggestion_id = _suggestion(memory_db)
    _review(memory_db, suggestion_id, 1, "approve", 2)
    _collaboration(memory_db, suggestion_id, {"invited": 5, "introduced": 9, "test": 29})
    rows = {row.key: row for row in read_table(memory_db, "funnel", SCOPE, today=TODAY).rows}
    assert rows["dialogue"].cells["suggestions"].count == 1
    assert rows["dialogue"].measures["median_days"] is None
    assert rows["test"].measures["median_days"] == 0.0
    assert rows["introduced"].measures["median_days"] == 4.0
    assert rows["agreement"].cells["suggestions"].count == 0


def test_an_approval_that_was_undone_is_none(memory_db: Database) -> None:
    suggestion_id = _suggestion(memory_db)
    _review(memory_db, suggestion_id, 1, "approve", 1)
    _review(memory_db, suggestion_id, 2, "reopen", 1)
    assert (_reached(memory_db)["reviewed"], _reached(memory_db)["approved"]) == (1, 0)
    _review(memory_db, suggestion_id, 3, "reject", 2)
    assert read_table(memory_db, "losses", SCOPE, today=TODAY).find_cell(
        "price", "staff"
    ) == Cell.of("suggestion", [suggestion_id])


def test_a_draft_is_not_proposed_and_two_tries_count_once(memory_db: Database) -> None:
    suggestion_id = _suggestion(memory_db)
    _review(memory_db, suggestion_id, 1, "approve", 1)
    _collaboration(memory_db, suggestion_id, {})
    assert _reached(memory_db)["proposed"] == 0
    _collaboration(memory_db, suggestion_id, {"invited": 3, "closed": 8})
    _collaboration(memory_db, suggestion_id, {"invited": 20, "introduced": 25})
    (row,) = [
        r for r in read_table(memory_db, "funnel", SCOPE, today=TODAY).rows if r.key == "proposed"
    ]
    assert {name: cell.count for name, cell in row.cells.items()} == {
        "suggestions": 1,
        "needs": 1,
        "collaborations": 2,
    }


def test_the_period_holds_whole_danish_days(memory_db: Database) -> None:
    suggestion_id = _suggestion(memory_db)
    memory_db["suggestion"].update(suggestion_id, {"created_at": "2026-06-30T22:30:00Z"})
    day = date(2026, 7, 1)
    assert len(read_lines(memory_db, Scope(day, day))) == 1
    assert read_lines(memory_db, Scope(date(2026, 6, 1), date(2026, 6, 30))) == []


def test_another_hubs_suggestions_are_not_counted(memory_db: Database) -> None:
    _suggestion(memory_db)
    other = make_hub(memory_db, name="Hub Nord")
    assert read_lines(memory_db, Scope(SCOPE.first, SCOPE.last, other)) == []


def test_small_companies_have_the_share_that_they_have(memory_db: Database) -> None:
    for size in ("micro", "large", "large", "large"):
        _suggestion(memory_db, size=size)
    rows = {
        row.key: row.measures for row in read_table(memory_db, "sizes", SCOPE, today=TODAY).rows
    }
    assert rows["micro"]["capabilities_share"] == rows["micro"]["places_share"] == 0.25
    assert rows["micro"]["proposed_share"] is None


def test_an_empty_hub_has_empty_tables(memory_db: Database) -> None:
    assert _reached(memory_db)["suggested"] == 0
    for name in ("waiting", "clock", "themes", "regions", "kinds", "sizes", "losses"):
        table = read_table(memory_db, name, SCOPE, today=TODAY)
        assert all(not cell.count for row in table.rows for cell in row.cells.values())


def _theme(key: str, unmet: int, offers: int) -> Row:
    cells = {
        "unmet": Cell.of("need", range(unmet)),
        "capabilities": Cell.of("capability", range(offers)),
    }
    return Row(key, cells)


def test_bars_are_on_one_scale_and_points_do_not_cover_each_other() -> None:
    table = Table("themes", ("unmet",), (_theme("a", 8, 1), _theme("b", 4, 1), _theme("c", 4, 1)))
    bars = [bar.width for group in bar_chart(table, ["unmet"]).groups for bar in group.bars]
    assert bars == [100.0, 50.0, 50.0]
    places = {(point.x, point.y) for point in theme_map(table).points}
    assert len(places) == 3
    assert bar_chart(Table("themes", ("unmet",), ()), ["unmet"]).groups == ()
