"""Sections are counted once until something is logged."""

from datetime import date

import pytest

from matchmaker.audit import log
from matchmaker.database import Database
from matchmaker.overview.kept import MOST_KEPT, KeptSections
from matchmaker.overview.scope import Scope
from matchmaker.overview.tables import read_section
from tests.factories import (
    NOW,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)

TODAY = NOW.date()
SCOPE = Scope(date(2026, 11, 1), date(2027, 6, 30))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Scope]]:
    """Return what has been counted, as it grows."""
    seen: list[tuple[str, Scope]] = []

    def counting(db: Database, section: str, scope: Scope, *, today: date) -> object:
        seen.append((section, scope))
        return read_section(db, section, scope, today=today)

    monkeypatch.setattr("matchmaker.overview.kept.read_section", counting)
    return seen


def _made(db: Database) -> int:
    need = make_need(db, make_organisation(db, kind="hospital"), hub_id=make_hub(db))
    return make_suggestion(db, need, make_capability(db, make_organisation(db)))


def _log(db: Database, suggestion_id: int) -> None:
    with db.atomic():
        log.record(db, "suggestion.settle", "need", suggestion_id, actor_id=None, now=NOW)


def _suggestions(sections: KeptSections, db: Database, scope: Scope = SCOPE) -> int:
    (table,) = sections.read(db, "funnel", scope, today=TODAY)
    return table.rows[0].cells["suggestions"].count


def test_a_section_is_counted_once(db: Database, counted: list[tuple[str, Scope]]) -> None:
    _log(db, _made(db))
    sections = KeptSections()
    assert [_suggestions(sections, db) for _ in range(3)] == [1, 1, 1]
    assert counted == [("funnel", SCOPE)]


def test_what_is_logged_is_counted(db: Database) -> None:
    _log(db, _made(db))
    sections = KeptSections()
    assert _suggestions(sections, db) == 1
    _log(db, _made(db))
    assert _suggestions(sections, db) == 2


def test_each_period_is_counted_by_itself(db: Database) -> None:
    _log(db, _made(db))
    sections = KeptSections()
    assert _suggestions(sections, db) == 1
    assert _suggestions(sections, db, Scope(date(2025, 1, 1), date(2025, 2, 1))) == 0


def test_only_so_many_are_kept(db: Database, counted: list[tuple[str, Scope]]) -> None:
    sections = KeptSections()
    scopes = [Scope(date(2020, 1, 1), date(2020 + year, 1, 1)) for year in range(MOST_KEPT + 1)]
    for scope in (*scopes, scopes[-1], scopes[0]):
        sections.read(db, "losses", scope, today=TODAY)
    assert [scope for _section, scope in counted] == [*scopes, scopes[0]]
