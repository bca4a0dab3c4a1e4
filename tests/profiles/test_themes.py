"""The themes of a profile follow its text and its state, and never show what is not published."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matchmaker.accounts.account import Account
from matchmaker.capabilities import actions as capabilities
from matchmaker.capabilities.capability import Offer
from matchmaker.database import Database
from matchmaker.needs import actions as needs
from matchmaker.needs.actions import NEEDS
from matchmaker.needs.need import Answers
from matchmaker.outbox.links import Links
from matchmaker.profiles import refreshing, themes
from matchmaker.profiles.finding import rank
from matchmaker.profiles.finding_by_theme import read_question
from matchmaker.profiles.importing import Origin
from matchmaker.profiles.themes import list_themes, refresh_themes
from matchmaker.words.vocabulary import Concept, Vocabulary
from tests.factories import NOW, make_account, make_hub, make_need, make_organisation

LINKS = Links("https://hub.example", "secret")
SORES = Answers(
    title="Dekubitus hos beboere på plejehjem",
    problem="Vi ser dem for sent. Nattevagten har travlt, og der er brug for en sensor i sengen.",
)


@pytest.fixture
def town(memory_db: Database) -> int:
    make_hub(memory_db)
    return make_organisation(memory_db, kind="municipality", name="Plejehjem Ådal")


@pytest.fixture
def owner(memory_db: Database, town: int) -> Account:
    return make_account(memory_db, town, "editor")


@pytest.fixture
def company(memory_db: Database) -> Account:
    return make_account(memory_db, make_organisation(memory_db), "editor")


def draft(db: Database, owner: Account, answers: Answers = SORES) -> int:
    (place,) = owner.organisation_ids
    return needs.save_draft(db, answers, organisation_id=place, actor=owner, now=NOW)


def published(db: Database, owner: Account, answers: Answers = SORES) -> int:
    need_id = draft(db, owner, answers)
    needs.publish(db, need_id, actor=owner, now=NOW)
    return need_id


def offered(db: Database, company: Account, title: str, description: str = "More.") -> int:
    (place,) = company.organisation_ids
    offer = Offer(kind="solution", title=title, description=description)
    made = capabilities.save_draft(db, offer, organisation_id=place, actor=company, now=NOW)
    capabilities.publish(db, made, actor=company, now=NOW)
    return made


def kept(db: Database, need_id: int) -> dict[str, str | None]:
    rows = db.rows(
        "select concept, published_at from theme_of_profile where noun = 'need'"
        " and profile_id = ? order by concept",
        (need_id,),
    )
    return {row["concept"]: row["published_at"] for row in rows}


def is_shown(db: Database, need_id: int) -> bool:
    return any(kept(db, need_id).values())


def test_a_saved_text_has_its_themes_and_a_changed_one_others(
    memory_db: Database, owner: Account
) -> None:
    need_id = draft(memory_db, owner)
    assert {"pressure-ulcer", "nursing-home-resident"} <= set(kept(memory_db, need_id))
    changed = Answers(problem="Borgerne drukner i breve, og synkebesvær bliver overset.")
    needs.change(memory_db, need_id, changed, version=1, actor=owner, now=NOW)
    assert set(kept(memory_db, need_id)) == {"dysphagia"}


def test_themes_are_shown_only_while_the_profile_is_published(
    memory_db: Database, owner: Account
) -> None:
    need_id = draft(memory_db, owner)
    assert not is_shown(memory_db, need_id)
    needs.submit(memory_db, need_id, actor=owner, now=NOW)
    assert not is_shown(memory_db, need_id)
    needs.publish(memory_db, need_id, actor=owner, now=NOW)
    assert is_shown(memory_db, need_id)
    needs.change(memory_db, need_id, replace(SORES, extent="40"), version=1, actor=owner, now=NOW)
    assert is_shown(memory_db, need_id)
    needs.pause(memory_db, need_id, actor=owner, now=NOW)
    assert not is_shown(memory_db, need_id)
    needs.resume(memory_db, need_id, actor=owner, now=NOW)
    assert is_shown(memory_db, need_id)
    needs.expire_due(memory_db, LINKS, now=NOW + timedelta(days=400))
    assert not is_shown(memory_db, need_id)
    needs.renew(memory_db, need_id, actor=owner, now=NOW + timedelta(days=401))
    assert is_shown(memory_db, need_id)
    needs.close(memory_db, need_id, "other", actor=owner, now=NOW)
    assert not is_shown(memory_db, need_id)
    assert kept(memory_db, need_id)


def test_an_imported_profile_has_its_themes(memory_db: Database, company: Account) -> None:
    (place,) = company.organisation_ids
    imported = capabilities.upsert_imported(
        memory_db,
        Offer(kind="solution", title="Fall sensor", description="For care homes."),
        Origin("list", "7"),
        organisation_id=place,
        actor=company,
        now=NOW,
    )
    found = [concept.key for concept in list_themes(memory_db, "capability", imported.id)]
    assert found == ["fall-sensor", "nursing-home"]


def test_a_name_that_is_not_shown_gives_no_theme(memory_db: Database, owner: Account) -> None:
    hidden = Answers(problem="Hos Plejehjem Ådal får mange tryksår.", show_organisation=False)
    need_id = draft(memory_db, owner, hidden)
    assert set(kept(memory_db, need_id)) == {"pressure-ulcer"}
    refresh_anew(memory_db)
    assert set(kept(memory_db, need_id)) == {"pressure-ulcer"}


def test_what_a_text_is_about_comes_before_where_it_happens(
    memory_db: Database, owner: Account, company: Account
) -> None:
    for _ in range(3):
        offered(memory_db, company, "Sensor mod dysfagi", "Mod synkebesvær.")
    answers = Answers(
        title="Tryksår på plejehjem", problem="Også dysfagi og delir. Sygeplejersken ser det."
    )
    need_id = published(memory_db, owner, answers)
    found = [concept.key for concept in list_themes(memory_db, "need", need_id)]
    assert found == ["pressure-ulcer", "delirium", "dysphagia", "nursing-home", "nurse"]
    assert len(list_themes(memory_db, "need", need_id, most=2)) == 2


# The vocabulary changes ---------------------------------------------------------------------


def refresh_anew(db: Database) -> int:
    db.execute("delete from setting where name = 'themes_of_need'")
    return refresh_themes(db, "need", NEEDS.texts)


def vocabulary_of(*terms: str) -> Vocabulary:
    concept = Concept(
        "only", "problem", {"da": "kun", "en": "only"}, {"da": ("kun", *terms), "en": ("only",)}
    )
    return Vocabulary([concept], "other")


def test_a_new_vocabulary_finds_the_themes_of_what_is_stored_once(
    memory_db: Database, owner: Account, town: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(memory_db, owner)
    bare = make_need(memory_db, town)
    assert refresh_themes(memory_db, "need", NEEDS.texts) == 2
    assert "pressure-ulcer" in kept(memory_db, bare)
    assert is_shown(memory_db, bare)
    assert refresh_themes(memory_db, "need", NEEDS.texts) == 0
    monkeypatch.setattr(themes, "shipped_vocabulary", lambda: vocabulary_of("nattevagten"))
    assert refresh_themes(memory_db, "need", NEEDS.texts) == 2
    assert set(kept(memory_db, before)) == {"only"}
    assert kept(memory_db, bare) == {}


def test_many_profiles_are_refreshed_in_portions(
    memory_db: Database, town: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "BATCH", 2)
    made = [make_need(memory_db, town) for _ in range(5)]
    assert refresh_themes(memory_db, "need", NEEDS.texts) == 5
    assert all(kept(memory_db, each) for each in made)


def test_who_saves_during_a_refresh_is_not_overwritten(
    memory_db: Database, owner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_id = draft(memory_db, owner)
    look = themes.find_themes

    def save_meanwhile(title: str, text: str, language: str) -> themes.Themes:
        monkeypatch.setattr(themes, "find_themes", look)
        answers = Answers(problem="Nu handler det om synkebesvær hos de ældste.")
        needs.change(memory_db, need_id, answers, version=1, actor=owner, now=NOW)
        return look(title, text, language)

    monkeypatch.setattr(themes, "find_themes", save_meanwhile)
    assert refresh_anew(memory_db) == 0
    assert "dysphagia" in kept(memory_db, need_id)
    assert "pressure-ulcer" not in kept(memory_db, need_id)


# Searching ----------------------------------------------------------------------------------


def test_a_search_finds_the_other_words_of_a_theme_below_direct_hits(
    memory_db: Database, company: Account
) -> None:
    english = offered(memory_db, company, "Early warning of pressure injury", "For bed users.")
    latin = offered(memory_db, company, "Madras mod dekubitus", "Til sengeliggende.")
    direct = offered(memory_db, company, "Pude mod liggesår", "Til kørestol.")
    offered(memory_db, company, "App mod ensomhed", "Ringer til venner.")
    register = capabilities.CAPABILITIES
    assert rank(memory_db, register, "liggesår") == [direct, english, latin]
    assert rank(memory_db, register, "Liggesårene") == [direct, english, latin]
    assert rank(memory_db, register, "pressure injuries")[0] == english
    assert set(rank(memory_db, register, "bed sores")) == {english, latin, direct}


def test_nearest_by_meaning_comes_after_a_theme_but_before_one_among_many_words(
    memory_db: Database, company: Account
) -> None:
    latin = offered(memory_db, company, "Madras mod dekubitus", "Til sengeliggende.")
    near = offered(memory_db, company, "App mod ensomhed", "Ringer til venner.")
    register = capabilities.CAPABILITIES
    assert rank(memory_db, register, "liggesår", [near]) == [latin, near]
    told = "Vi skriver det samme to gange, når nogen har fået liggesår"
    assert rank(memory_db, register, told, [near]) == [near, latin]


def test_a_profile_that_is_not_published_is_not_found_by_its_theme(
    memory_db: Database, owner: Account
) -> None:
    need_id = published(memory_db, owner)
    assert rank(memory_db, NEEDS, "pressure injury") == [need_id]
    needs.pause(memory_db, need_id, actor=owner, now=NOW)
    assert rank(memory_db, NEEDS, "pressure injury") == []


@pytest.mark.parametrize("text", ["", "?!", "og", "x" * 300, "\x00", '"tryksår" OR (', "🙂"])
def test_any_question_can_be_asked(memory_db: Database, text: str) -> None:
    assert not read_question(text).concepts or "tryksår" in text
    assert rank(memory_db, NEEDS, text) == []
