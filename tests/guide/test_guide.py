"""The guide: the same chapters in both languages, whose links lead somewhere."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.guide.chapters import LANGUAGES, list_chapters
from matchmaker.web.access import ACCESS
from tests.conftest import text_of
from tests.html_checks import XHTML

SignInAs = Callable[[str], Account]

CHAPTERS = [chapter.key for chapter in list_chapters("da")]


def test_both_languages_have_the_same_chapters_pictures_and_links() -> None:
    danish, english = (
        [(c.key, c.pictures, c.endpoints) for c in list_chapters(language)]
        for language in LANGUAGES
    )
    assert danish == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_to_a_page_and_every_picture_is_there(language: str, app: Flask) -> None:
    for chapter in list_chapters(language):
        assert set(chapter.endpoints) <= ACCESS.keys()
        for name in chapter.pictures:
            with app.open_resource(f"static/guide/{language}/{name}.jpg") as picture:
                assert picture.read(2) == b"\xff\xd8"


@pytest.mark.parametrize("key", CHAPTERS)
def test_a_chapter_is_a_page(
    key: str, page: Callable[[str], Element], sign_in_as: SignInAs
) -> None:
    sign_in_as("hub_staff")
    (title,) = (chapter.title for chapter in list_chapters("da") if chapter.key == key)
    headings = page(f"/guide/{key}").iter(f"{XHTML}h1")
    assert [text_of(heading) for heading in headings] == [title]


def test_an_unknown_chapter_is_not_found(client: FlaskClient, sign_in_as: SignInAs) -> None:
    sign_in_as("hub_staff")
    assert client.get("/guide/no-such-chapter").status_code == 404
