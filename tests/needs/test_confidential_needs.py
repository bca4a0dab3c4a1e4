"""Outsiders read theme and problem of a confidential need, nothing by which it is known."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.matching.stored_profiles import published_ids
from matchmaker.needs.actions import NEEDS, change, publish, save_draft
from matchmaker.needs.blind import redacted
from matchmaker.needs.need import Answers
from matchmaker.needs.queries import (
    get_need,
    get_visible,
    list_for_export,
    list_of_organisation,
    list_published,
)
from matchmaker.profiles.finding import rank
from matchmaker.profiles.reading import Search
from tests.factories import NOW, make_account, make_hub, make_organisation

ANSWERS = Answers(
    problem="På Ådal Plejecenter opdager vi liggesår for sent. Spørg Karen Holm på 65 41 10 22.",
    target="Beboere på Ådal Plejecenter",
    tried="Ådal har prøvet vendeplaner.",
    confidential=True,
)
SECRETS = ("ådal", "karen", "holm", "65 41", "vendeplan", "beboere")


@pytest.fixture
def owner(memory_db: Database) -> Account:
    make_hub(memory_db)
    town = make_organisation(
        memory_db, kind="municipality", name="Ådal Kommune", aliases=json.dumps(["Gl. Vestby"])
    )
    return make_account(memory_db, town, "editor", name="Karen Holm")


@pytest.fixture
def need_id(memory_db: Database, owner: Account) -> int:
    (town,) = owner.organisation_ids
    made = save_draft(memory_db, ANSWERS, organisation_id=town, actor=owner, now=NOW)
    publish(memory_db, made, actor=owner, now=NOW)
    return made


def test_outsiders_read_the_redacted_problem_alone(memory_db: Database, need_id: int) -> None:
    shown = get_visible(memory_db, need_id, None)
    assert "liggesår" in shown.profile.problem
    told = repr(shown).casefold()
    assert [secret for secret in SECRETS if secret in told] == []
    assert shown.organisation.id is None
    assert shown.organisation.region is None


def test_the_owner_and_the_hub_read_all_of_it(
    memory_db: Database, need_id: int, owner: Account
) -> None:
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    for reader in (owner, staff):
        assert get_visible(memory_db, need_id, reader).profile.target == ANSWERS.target


@pytest.mark.parametrize("words", ["vendeplaner", "Ådal", "beboere", "Karen"])
def test_it_is_found_by_nothing_that_is_not_shown(
    memory_db: Database, need_id: int, words: str
) -> None:
    assert rank(memory_db, NEEDS, words) == []
    assert rank(memory_db, NEEDS, "liggesår") == [need_id]


def test_no_facet_and_no_search_by_meaning_tells_of_its_place(
    memory_db: Database, need_id: int, owner: Account
) -> None:
    board = list_published(memory_db, Search({}))
    assert board.total == 1
    assert board.facets["region"] == ()
    assert board.facets["kind"] == ()
    assert list_published(memory_db, Search({"region": "1083"})).total == 0
    assert published_ids(memory_db, "need") == frozenset()
    (town,) = owner.organisation_ids
    assert list_of_organisation(memory_db, town) == []


def test_the_export_tells_what_the_board_tells(memory_db: Database, need_id: int) -> None:
    (row,) = list_for_export(memory_db)
    told = repr(row).casefold()
    assert [secret for secret in SECRETS if secret in told] == []
    assert row["confidential"] is True


def test_opening_and_closing_it_changes_what_is_found(
    memory_db: Database, need_id: int, owner: Account
) -> None:
    answers = Answers(**{**ANSWERS.__dict__, "confidential": False})
    change(memory_db, need_id, answers, version=1, actor=owner, now=NOW)
    assert rank(memory_db, NEEDS, "vendeplaner") == [need_id]
    change(memory_db, need_id, ANSWERS, version=2, actor=owner, now=NOW)
    assert rank(memory_db, NEEDS, "vendeplaner") == []
    assert not get_need(memory_db, need_id).show_organisation


@given(
    before=st.text("abc æ.", max_size=20),
    form=st.sampled_from(["Sydfjord", "SYDFJORDS", "sydfjord-borgere", "Sygehus Sydfjord"]),
    after=st.sampled_from(["", " falder", ", og", "."]),
)
def test_no_form_of_a_name_survives(before: str, form: str, after: str) -> None:
    text = redacted(f"{before} {form}{after}", ["Sygehus Sydfjord"])
    assert "sydfjord" not in text.casefold()
