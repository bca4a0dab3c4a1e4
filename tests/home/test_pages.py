"""The public pages, and what each person finds on their own."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest

from matchmaker.accounts.account import Account
from matchmaker.collaborations.cases import WORTH_TELLING
from matchmaker.database import Database
from tests.conftest import text_of
from tests.factories import make_capability, make_need, make_suggestion

Page = Callable[..., Element]


@pytest.mark.parametrize("path", ["/", "/about", "/privacy", "/accessibility"])
def test_everybody_can_read_the_public_pages(path: str, page: Page) -> None:
    page(path)


def test_the_front_page_counts_what_is_published(
    db: Database, people: dict[str, Account], page: Page
) -> None:
    hospital = people["clinician"].memberships[0].organisation_id
    make_need(db, hospital, title="Faldulykker om natten")
    make_need(db, hospital, state="draft", title="Ikke vist")
    text = text_of(page("/"))
    assert "behov på tavlen 1" in text
    assert "Faldulykker om natten" in text
    assert "Ikke vist" not in text


@pytest.mark.parametrize("role", ["clinician", "member", "company", "hub_staff", "administrator"])
def test_everybody_has_a_page_of_their_own(
    role: str, sign_in_as: Callable[[str], Account], page: Page
) -> None:
    sign_in_as(role)
    assert "Velkommen" in text_of(page("/mine"))


def test_a_company_is_told_only_of_needs_that_the_model_believes_in(
    db: Database,
    people: dict[str, Account],
    sign_in_as: Callable[[str], Account],
    page: Page,
) -> None:
    hospital = people["clinician"].memberships[0].organisation_id
    company = people["company"].memberships[0].organisation_id
    capability = make_capability(db, company, owner_id=people["company"].id)
    likely, unlikely, hidden = (
        make_need(db, hospital, title="Det sandsynlige behov"),
        make_need(db, hospital, title="Det usandsynlige behov"),
        make_need(db, hospital, title="Det skjulte behov", state="submitted"),
    )
    make_suggestion(db, likely, capability, probability=WORTH_TELLING)
    make_suggestion(db, unlikely, capability, probability=WORTH_TELLING - 0.01)
    make_suggestion(db, hidden, capability, probability=0.9)
    sign_in_as("company")
    text = text_of(page("/mine"))
    assert "Det sandsynlige behov" in text
    assert "Det usandsynlige behov" not in text
    assert "Det skjulte behov" not in text


def test_an_owner_sees_how_far_a_need_has_come(
    db: Database,
    people: dict[str, Account],
    sign_in_as: Callable[[str], Account],
    page: Page,
) -> None:
    clinician = people["clinician"]
    hospital = clinician.memberships[0].organisation_id
    make_need(db, hospital, owner_id=clinician.id, title="Mit eget behov")
    sign_in_as("clinician")
    text = text_of(page("/mine"))
    assert "Mit eget behov" in text
    assert "Modtaget af Hub Syddanmark" in text
