"""Boards find what is called otherwise, and do without the model where there is none."""

from collections.abc import Callable
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from matchmaker.accounts.account import Account
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.matching.encoder import EncoderError
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.refresh import match_changed
from tests.conftest import text_of
from tests.factories import make_capability, make_need, make_organisation
from tests.matching.keyword_encoder import KeywordEncoder

Page = Callable[..., Element]


@pytest.fixture
def pipeline(app: Flask) -> Pipeline:
    pipeline = Pipeline(KeywordEncoder())
    app.extensions["matchmaker.jobs"] = SimpleNamespace(pipeline=pipeline)
    return pipeline


@pytest.fixture
def cushion(db: Database) -> int:
    made = make_capability(db, make_organisation(db), title="Pressure cushion")
    with db.atomic():
        db.execute("insert into capability_words (rowid, words) values (?, 'cushion')", (made,))
    return made


@pytest.mark.usefixtures("cushion")
def test_a_search_finds_by_meaning_what_shares_no_word(
    page: Page, db: Database, pipeline: Pipeline
) -> None:
    match_changed(db, pipeline, now=utc_now())
    assert "Pressure cushion" in text_of(page("/capabilities?q=tryksår"))


@pytest.mark.usefixtures("cushion")
def test_without_a_model_words_alone_decide(page: Page) -> None:
    assert "Pressure cushion" in text_of(page("/capabilities?q=cushions"))
    assert "Pressure cushion" not in text_of(page("/capabilities?q=tryksår"))


@pytest.mark.usefixtures("cushion")
def test_a_model_that_fails_leaves_the_words(
    page: Page, db: Database, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    match_changed(db, pipeline, now=utc_now())

    def fail(*_arguments: object) -> None:
        raise EncoderError("the model is gone")

    monkeypatch.setattr(pipeline.encoder, "encode", fail)
    assert "Pressure cushion" in text_of(page("/capabilities?q=cushions"))


def test_like_needs_are_found_in_other_words(
    db: Database, page: Page, pipeline: Pipeline, sign_in_as: Callable[[str], Account]
) -> None:
    town = make_organisation(db, kind="municipality")
    make_need(db, town, title="Pressure injuries at home", problem="Pressure, pressure.")
    make_need(db, town, title="Ensomhed om aftenen", problem="Ensomhed.")
    match_changed(db, pipeline, now=utc_now())
    owner = sign_in_as("clinician")
    (hospital,) = owner.organisation_ids
    mine = make_need(db, hospital, owner_id=owner.id, state="draft", title="Liggesår")
    shown = text_of(page(f"/needs/{mine}/preview"))
    assert "Pressure injuries at home" in shown
    assert "Ensomhed" not in shown
