"""The demo content hangs together, and is as large as a hub would expect."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from matchmaker.demo.content import Content, read_content
from matchmaker.demo.queries import PERSONAS
from matchmaker.demo.timeline import tell_chapters
from matchmaker.screening.screen import screen

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content()


def test_there_is_enough_of_everything(content: Content) -> None:
    kinds = Counter(entry["kind"] for entry in content.capabilities)
    assert len(content.needs) >= 40
    assert len(content.capabilities) >= 110
    assert kinds["testbed"] >= 15
    assert kinds["expertise"] >= 12
    assert len(content.organisations) >= 45
    assert {entry["state"] for entry in content.needs} == {
        *("draft", "submitted", "published", "paused", "expired", "closed")
    }


def test_every_key_is_unique_and_every_reference_leads_somewhere(content: Content) -> None:
    keys = {
        name: [entry["key"] for entry in getattr(content, name)]
        for name in ("organisations", "people", "needs", "capabilities")
    }
    for listed in keys.values():
        assert len(set(listed)) == len(listed)
    people, organisations = set(keys["people"]), set(keys["organisations"])
    assert set(PERSONAS) <= people
    for entry in (*content.needs, *content.capabilities):
        assert entry["owner"] in people
        assert entry["organisation"] in organisations
    for entry in content.story:
        assert entry["by"] in people
        assert entry.get("need", keys["needs"][0]) in keys["needs"]
        named = {*entry.get("capabilities", []), *entry.get("partners", [])}
        assert named | {entry.get("capability", keys["capabilities"][0])} <= {*keys["capabilities"]}


def test_no_text_would_be_refused_as_patient_data(content: Content) -> None:
    for entries in (content.needs, content.capabilities, content.story, content.organisations):
        for entry in entries:
            for text in (value for value in entry.values() if isinstance(value, str)):
                assert [found for found in screen(text) if found.severity == "refuse"] == []


def test_nobody_can_be_mailed_by_accident(content: Content) -> None:
    assert all(person["email"].endswith(".example") for person in content.people)


@pytest.mark.parametrize("day", range(1, 8))
def test_everything_happens_in_order_and_on_working_days(content: Content, day: int) -> None:
    now = NOW.replace(day=day)
    chapters = tell_chapters(content, now=now)
    events = [event for chapter in chapters for event in chapter.events]
    assert len(events) == len(content.needs) + len(content.capabilities) + len(content.story)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(event.at.weekday() < 5 for event in events)
    assert chapters[-1].matched_at == now
    made: dict[str, datetime] = {}
    for chapter in chapters:
        for event in chapter.events:
            if event.kind in ("need", "capability"):
                made[event.entry["key"]] = chapter.matched_at
            for name in ("need", "capability"):
                if event.entry.get(name):
                    assert made[event.entry[name]] <= event.at, event.entry
