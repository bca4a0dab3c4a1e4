"""An organisation that is not shown stays hidden: in the text, on the board and in the search."""

import pytest

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.needs import actions
from matchmaker.needs.actions import NEEDS
from matchmaker.needs.need import Answers
from matchmaker.needs.queries import get_visible, list_published
from matchmaker.profiles.finding import rank
from matchmaker.profiles.reading import Search
from tests.factories import NOW, make_account, make_hub, make_organisation

PROBLEM = (
    "I ÅDAL KOMMUNE, på Plejecenter Birkely, falder mange om natten."
    " Spørg os på mk@aadal.example eller tlf. 65 41 10 22."
)


@pytest.fixture
def owner(memory_db: Database) -> Account:
    make_hub(memory_db)
    town = make_organisation(memory_db, kind="municipality", name="Ådal Kommune")
    make_organisation(memory_db, kind="department", name="Plejecenter Birkely", parent_id=town)
    return make_account(memory_db, town, "editor")


def _publish(db: Database, owner: Account, *, shown: bool) -> int:
    (department,) = owner.organisation_ids - {owner.memberships[0].organisation_id}
    answers = Answers(PROBLEM, title="Fald på Plejecenter Birkely", show_organisation=shown)
    need_id = actions.save_draft(db, answers, organisation_id=department, actor=owner, now=NOW)
    actions.publish(db, need_id, actor=owner, now=NOW)
    return need_id


def test_the_text_names_neither_the_organisation_nor_the_one_above(
    memory_db: Database, owner: Account
) -> None:
    need_id = _publish(memory_db, owner, shown=False)
    listed = list_published(memory_db, Search({})).items
    for shown in (get_visible(memory_db, need_id, None), *listed):
        told = str((shown.profile, shown.organisation)).casefold()
        assert "ådal" not in told
        assert "birkely" not in told
        assert "falder mange" in told


def test_a_shown_organisation_may_name_itself(memory_db: Database, owner: Account) -> None:
    need_id = _publish(memory_db, owner, shown=True)
    assert "Birkely" in get_visible(memory_db, need_id, None).profile.title


@pytest.mark.parametrize("words", ["Birkely", "Ådal", "mk@aadal.example", "65 41 10 22"])
def test_a_search_does_not_find_what_the_page_masks(
    memory_db: Database, owner: Account, words: str
) -> None:
    need_id = _publish(memory_db, owner, shown=False)
    assert rank(memory_db, NEEDS, "falder om natten") == [need_id]
    assert rank(memory_db, NEEDS, words) == []


def test_hiding_the_name_later_takes_it_out_of_the_search(
    memory_db: Database, owner: Account
) -> None:
    need_id = _publish(memory_db, owner, shown=True)
    assert rank(memory_db, NEEDS, "Birkely") == [need_id]
    answers = Answers(PROBLEM, title="Fald på Plejecenter Birkely", show_organisation=False)
    actions.change(memory_db, need_id, answers, version=1, actor=owner, now=NOW)
    assert rank(memory_db, NEEDS, "Birkely") == []
