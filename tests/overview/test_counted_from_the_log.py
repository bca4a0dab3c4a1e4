"""Every number of the overview is the one that the audit log alone gives."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest

from matchmaker.clock import COPENHAGEN
from matchmaker.database import Database
from matchmaker.overview.figures import Table
from matchmaker.overview.scope import Scope
from matchmaker.overview.tables import read_section
from matchmaker.words.vocabulary import shipped_vocabulary
from tests.factories import NOW
from tests.overview.counted import STEPS, Counted, Hub, read_log
from tests.overview.reading import read_table

TODAY = NOW.date()


@pytest.fixture
def log(hub_db: Database) -> Hub:
    return read_log(hub_db)


def _counted(log: Hub, scope: Scope) -> Counted:
    first = datetime.combine(scope.first, time.min, COPENHAGEN)
    after = datetime.combine(scope.last + timedelta(days=1), time.min, COPENHAGEN)
    return Counted(log, first, after, scope.hub_id)


def _counts(table: Table) -> dict[str, dict[str, int]]:
    return {row.key: {name: cell.count for name, cell in row.cells.items()} for row in table.rows}


def _both(hub_db: Database, log: Hub, scopes: list[Scope]) -> Iterator[tuple[Scope, Counted]]:
    for scope in scopes:
        yield scope, _counted(log, scope)


def test_the_funnel(hub_db: Database, log: Hub, scopes: list[Scope]) -> None:
    for scope, counted in _both(hub_db, log, scopes):
        table = read_table(hub_db, "funnel", scope, today=TODAY)
        assert _counts(table) == counted.funnel()
        for step, row in enumerate(table.rows[1:], start=1):
            assert row.measures["median_days"] == counted.median_days(step), row.key
    everything = counted_steps(hub_db, scopes[0])
    assert everything["suggested"] > 200
    assert all(everything[step] > 0 for step in STEPS[:8])


def counted_steps(hub_db: Database, scope: Scope) -> dict[str, int]:
    rows = read_table(hub_db, "funnel", scope, today=TODAY).rows
    return {row.key: row.cells["suggestions"].count for row in rows}


def test_the_waiting_times(hub_db: Database, log: Hub, scopes: list[Scope]) -> None:
    for scope, counted in _both(hub_db, log, scopes):
        rows = read_table(hub_db, "waiting", scope, today=TODAY).rows
        found = {row.key: (row.cells["done"].count, row.cells["waiting"].count) for row in rows}
        assert found == counted.waiting()


def test_the_clock(hub_db: Database, log: Hub, scopes: list[Scope]) -> None:
    for scope, counted in _both(hub_db, log, scopes):
        rows = read_table(hub_db, "clock", scope, today=TODAY).rows
        found = {row.key: row.cells["cases"].count for row in rows}
        assert found == counted.clock(TODAY)


@pytest.mark.parametrize("name", ["regions", "kinds", "sizes"])
def test_who_takes_part(name: str, hub_db: Database, log: Hub, scopes: list[Scope]) -> None:
    for scope, counted in _both(hub_db, log, scopes):
        table = read_table(hub_db, name, scope, today=TODAY)
        expected = counted.groups(name)
        assert len(table.rows) > 1
        assert {row.key for row in table.rows} >= {
            key for key, counts in expected.items() if key and any(counts.values())
        }
        for row in table.rows:
            found = {column: cell.count for column, cell in row.cells.items()}
            assert found == {column: expected[row.key][column] for column in found}, row.key


def test_the_reasons_for_loss(hub_db: Database, log: Hub, scopes: list[Scope]) -> None:
    for scope, counted in _both(hub_db, log, scopes):
        expected = counted.losses()
        for reason, counts in _counts(read_table(hub_db, "losses", scope, today=TODAY)).items():
            assert counts == {side: expected[side][reason] for side in counts}, reason
    everything = _counted(log, scopes[0]).losses()
    assert everything["staff"].total() > 20
    assert everything["closed"].total() > 5
    assert everything["need_side"].total() + everything["offer_side"].total() > 1


def test_the_themes(hub_db: Database, log: Hub, scopes: list[Scope]) -> None:
    facets = {key: each.facet for key, each in shipped_vocabulary().concepts.items()}
    named: dict[tuple[str, int], set[str]] = {}
    for row in hub_db.rows("select noun, profile_id, concept from theme_of_profile"):
        if facets[row["concept"]] in ("problem", "technology", "process"):
            named.setdefault((row["noun"], row["profile_id"]), set()).add(row["concept"])
    for scope, counted in _both(hub_db, log, scopes):
        table = _counts(read_section(hub_db, "themes", scope, today=TODAY)[0])
        expected = counted.themes(named)
        assert table.keys() == expected.keys()
        for concept, counts in table.items():
            assert counts == {name: expected[concept][name] for name in counts}, concept
