"""Themes as pages: tags on what people wrote, and what each theme gathers."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.capabilities import actions as capabilities
from matchmaker.capabilities.actions import CAPABILITIES
from matchmaker.capabilities.capability import Offer
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.needs import actions as needs
from matchmaker.needs.actions import NEEDS
from matchmaker.needs.need import Answers
from matchmaker.profiles.themes import refresh_themes
from matchmaker.themes.pages import NEWEST
from matchmaker.themes.queries import list_facets, search_themes
from tests.conftest import text_of
from tests.factories import make_need, make_organisation
from tests.html_checks import XHTML
from tests.reviews.conftest import make_case

Page = Callable[..., Element]
SignInAs = Callable[[str], Account]

TITLE = "Dekubitus på plejehjem"
PROBLEM = "Vi ser det for sent. Ring til Karen på 65 41 10 22."


@pytest.fixture
def need_id(db: Database, people: dict[str, Account]) -> int:
    """A published need of the clinician's hospital, whose name is not shown."""
    owner = people["clinician"]
    (place,) = owner.organisation_ids
    answers = Answers(title=TITLE, problem=PROBLEM, show_organisation=False)
    made = needs.save_draft(db, answers, organisation_id=place, actor=owner, now=utc_now())
    needs.publish(db, made, actor=owner, now=utc_now())
    return made


@pytest.fixture
def capability_id(db: Database, people: dict[str, Account]) -> int:
    owner = people["company"]
    (place,) = owner.organisation_ids
    offer = Offer(kind="solution", title="Mat against bed sores", description="For care homes.")
    made = capabilities.save_draft(db, offer, organisation_id=place, actor=owner, now=utc_now())
    capabilities.publish(db, made, actor=owner, now=utc_now())
    return made


def tags(root: Element) -> dict[str, str]:
    """Return the tags of a page: address by label."""
    links = root.findall(f".//{XHTML}ul[@class='theme-tags']//{XHTML}a")
    return {text_of(link): link.get("href", "") for link in links}


def test_a_need_shows_its_themes_in_the_language_of_the_reader(
    page: Page, need_id: int, client: FlaskClient
) -> None:
    shown = tags(page(f"/needs/{need_id}"))
    assert shown == {"tryksår": "/themes/pressure-ulcer", "plejehjem": "/themes/nursing-home"}
    english = client.get(f"/needs/{need_id}?lang=en").get_data(as_text=True)
    assert ">pressure ulcer<" in english


def test_a_capability_shows_its_themes(page: Page, capability_id: int) -> None:
    assert list(tags(page(f"/capabilities/{capability_id}"))) == ["tryksår", "plejehjem"]


def test_a_text_without_themes_shows_no_tags(page: Page, db: Database) -> None:
    need_id = make_need(db, make_organisation(db, kind="municipality"))
    assert tags(page(f"/needs/{need_id}")) == {}


def test_staff_see_the_themes_of_both_sides_and_which_they_share(
    page: Page, db: Database, sign_in: Callable[[Account], None]
) -> None:
    case = make_case(db)
    for register in (NEEDS, CAPABILITIES):
        refresh_themes(db, register.noun, register.texts)
    sign_in(case.anna)
    root = page(f"/reviews/suggestions/{case.suggestions[0]}")
    assert "tryksår" in tags(root)


def test_a_theme_gathers_what_names_it_in_any_words(
    page: Page, need_id: int, capability_id: int
) -> None:
    shown = text_of(page("/themes/pressure-ulcer"))
    assert TITLE in shown
    assert "Mat against bed sores" in shown
    assert "1 behov" in shown
    assert "1 kompetence" in shown
    for word in ("liggesår", "dekubitus", "pressure injury", "bedsore"):
        assert word in shown


def test_a_theme_shows_only_what_anybody_may_read(
    page: Page, db: Database, need_id: int, people: dict[str, Account], sign_in_as: SignInAs
) -> None:
    shown = text_of(page("/themes/pressure-ulcer"))
    assert "65 41 10 22" not in shown
    assert "Sygehus Sydfjord" not in shown
    needs.pause(db, need_id, actor=people["clinician"], now=utc_now())
    for role in (None, "clinician", "hub_staff"):
        if role:
            sign_in_as(role)
        hidden = text_of(page("/themes/pressure-ulcer"))
        assert TITLE not in hidden
        assert "0 behov" in hidden
        assert "tryksår" not in text_of(page("/themes"))
        assert TITLE not in text_of(page("/needs?theme=pressure-ulcer"))


def test_a_theme_that_nobody_names_is_explained(page: Page) -> None:
    shown = text_of(page("/themes/tinnitus"))
    assert "øresusen" in shown
    assert "Ingen offentliggjorte behov nævner det endnu" in shown
    page("/themes/no-such-theme", status=404)


def test_many_of_a_theme_are_listed_on_the_board(
    page: Page, db: Database, need_id: int, people: dict[str, Account]
) -> None:
    (place,) = people["clinician"].organisation_ids
    for number in range(NEWEST):
        make_need(db, place, title=f"Liggesår nummer {number}")
    make_need(db, place, title="Ensomhed", problem="Aftenerne er lange.")
    db.execute("delete from setting")
    refresh_themes(db, "need", NEEDS.texts)
    theme = page("/themes/pressure-ulcer")
    links = [link.get("href") for link in theme.iter(f"{XHTML}a")]
    assert "/needs?theme=pressure-ulcer" in links
    board = text_of(page("/needs?theme=pressure-ulcer"))
    assert f"{NEWEST + 1} behov" in board
    assert "Tema: tryksår" in board
    assert "Ensomhed" not in board
    assert "Ensomhed" in text_of(page("/needs?theme=unknown"))


def test_the_board_keeps_the_theme_while_one_searches(page: Page, need_id: int) -> None:
    root = page("/needs?theme=pressure-ulcer&q=sent")
    kept = [
        (field.get("name"), field.get("value"))
        for field in root.iter(f"{XHTML}input")
        if field.get("type") == "hidden"
    ]
    assert ("theme", "pressure-ulcer") in kept
    assert TITLE in text_of(root)


def test_the_catalogue_can_be_narrowed_to_a_theme(page: Page, capability_id: int) -> None:
    found = text_of(page("/capabilities?theme=pressure-ulcer"))
    assert "Mat against bed sores" in found
    assert "Mat against bed sores" not in text_of(page("/capabilities?theme=tinnitus"))


def test_the_index_shows_themes_in_use_by_facet_with_counts(
    page: Page, need_id: int, capability_id: int, db: Database
) -> None:
    facets = list_facets(db)
    assert [(t.concept.key, t.needs, t.capabilities) for t in facets["problem"]] == [
        ("pressure-ulcer", 1, 1)
    ]
    assert [theme.concept.key for theme in facets["setting"]] == ["nursing-home"]
    shown = text_of(page("/themes"))
    assert "tryksår 2" in shown
    assert "tinnitus" not in shown
    assert "plejehjem" not in text_of(page("/themes?facet=problem"))
    page("/themes?facet=unknown")


def test_themes_are_found_by_any_of_their_words(page: Page, need_id: int, db: Database) -> None:
    assert [theme.concept.key for theme in search_themes(db, "bedsores")] == ["pressure-ulcer"]
    begun = [theme.concept.key for theme in search_themes(db, "dekub")]
    assert begun[0] == "pressure-ulcer"
    assert "tryksår" in text_of(page("/themes?q=LIGGESÅR"))
    assert "Det tema findes ikke" in text_of(page("/themes?q=xyzzy"))
    for odd in ("%25", "a", "+", "%22"):
        page(f"/themes?q={odd}")


def test_a_search_on_the_board_finds_the_other_words_of_a_theme(page: Page, need_id: int) -> None:
    assert TITLE in text_of(page("/needs?q=liggesår"))
    assert TITLE in text_of(page("/needs?q=pressure injury"))
