"""The quality of a text is kept at each save, found again for what was saved before, and sorts."""

from collections.abc import Mapping

import pytest

from matchmaker.accounts.account import Account
from matchmaker.capabilities import actions as capabilities
from matchmaker.capabilities.capability import Offer, Period
from matchmaker.capabilities.queries import list_published as list_capabilities
from matchmaker.database import Database
from matchmaker.needs import actions as needs
from matchmaker.needs.need import Answers
from matchmaker.needs.queries import list_published
from matchmaker.profiles import quality
from matchmaker.profiles.quality import list_qualities, refresh_quality
from matchmaker.profiles.reading import Search
from tests.factories import NOW, make_account, make_hub, make_organisation

THIN = Answers(problem="Vi mangler en app.")
FULL = Answers(
    problem="Beboerne falder om natten, og vi finder dem først, når de har ligget længe på gulvet.",
    target="Beboere med demens på plejehjem",
    extent="61 fald i første halvår",
    tried="Måtter",
    requirements="Ingen nye alarmer",
)


@pytest.fixture
def owner(memory_db: Database) -> Account:
    make_hub(memory_db)
    place = make_organisation(memory_db, kind="municipality")
    return make_account(memory_db, place)


@pytest.fixture
def company(memory_db: Database) -> Account:
    return make_account(memory_db, make_organisation(memory_db, kind="company"))


def post(db: Database, owner: Account, answers: Answers) -> int:
    place = next(iter(owner.organisation_ids))
    need_id = needs.save_draft(db, answers, organisation_id=place, actor=owner, now=NOW)
    needs.publish(db, need_id, actor=owner, now=NOW)
    return need_id


def score(db: Database, need_id: int, noun: str = "need") -> int:
    return list_qualities(db, noun, [need_id])[need_id].score


def test_a_saved_text_is_measured_and_a_changed_one_anew(
    memory_db: Database, owner: Account
) -> None:
    need_id = post(memory_db, owner, THIN)
    thin = score(memory_db, need_id)
    needs.change(memory_db, need_id, FULL, version=1, actor=owner, now=NOW)
    assert thin < 20 < 80 < score(memory_db, need_id)


def test_a_capability_is_measured_with_its_facts_and_periods(
    memory_db: Database, company: Account
) -> None:
    place = next(iter(company.organisation_ids))
    offer = Offer("testbed", "Hus", "Et hus.", free_periods=(Period("2026-01-01", "2026-02-01"),))
    made = capabilities.save_draft(memory_db, offer, organisation_id=place, actor=company, now=NOW)
    parts: Mapping[str, int] = list_qualities(memory_db, "capability", [made])[made].parts
    assert parts["free_periods"] == 15
    assert parts["facilities"] == 0


def test_what_was_saved_before_is_measured_once_and_the_same(
    memory_db: Database, owner: Account, company: Account
) -> None:
    need_id = post(memory_db, owner, FULL)
    place = next(iter(company.organisation_ids))
    offer = Offer("solution", "Måtte", "Måtten erstatter klokken.", trl=8, markets=("DK",))
    made = capabilities.save_draft(memory_db, offer, organisation_id=place, actor=company, now=NOW)
    before = [score(memory_db, need_id), score(memory_db, made, "capability")]
    memory_db.execute("delete from quality_of_profile")
    assert [refresh_quality(memory_db, noun) for noun in ("need", "capability")] == [1, 1]
    assert [score(memory_db, need_id), score(memory_db, made, "capability")] == before
    assert refresh_quality(memory_db, "need") == 0


def test_another_measure_measures_everything_anew(
    memory_db: Database, owner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(memory_db, owner, FULL)
    refresh_quality(memory_db, "need")
    monkeypatch.setattr(quality, "measuring_revision", lambda: "another")
    assert refresh_quality(memory_db, "need") == 1


def test_staff_may_have_the_weakest_texts_first_and_those_not_measured_before_them(
    memory_db: Database, owner: Account
) -> None:
    full, thin, unknown = (post(memory_db, owner, each) for each in (FULL, THIN, FULL))
    memory_db.execute("delete from quality_of_profile where profile_id = ?", (unknown,))
    found = list_published(memory_db, Search({}, weakest_first=True)).items
    assert [each.profile.id for each in found] == [unknown, thin, full]
    assert list_capabilities(memory_db, Search({}, weakest_first=True)).items == ()
