"""The owner reads what stating more would gain; a need not theirs to see stays without name."""

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
from tests.factories import join, make_account, make_capability, make_need, make_organisation
from tests.matching.trained import trained_pipeline

Page = Callable[..., Element]
SignInAs = Callable[[str], Account]
LIFTED = "Det løfter jer"


@pytest.fixture
def pipeline(app: Flask) -> Pipeline:
    pipeline = trained_pipeline()
    app.extensions["matchmaker.jobs"] = SimpleNamespace(pipeline=pipeline)
    return pipeline


@pytest.fixture
def capability_id(db: Database, people: dict[str, Account], pipeline: Pipeline) -> int:
    """A solution that stands behind another for two needs, one of them unpublished."""
    owner = people["company"]
    (organisation_id,) = owner.organisation_ids
    municipality = make_organisation(db, kind="municipality", region="1081")
    make_need(db, municipality, title="Liggesår i hjemmet", problem="Liggesår")
    make_need(db, municipality, title="Hemmeligt behov", problem="Liggesår", state="submitted")
    made = make_capability(db, organisation_id, owner_id=owner.id, description="Pressure")
    make_capability(db, make_organisation(db), description="Pressure", trl=9)
    match_changed(db, pipeline, now=utc_now())
    return made


def test_an_editor_reads_what_would_lift_and_for_which_needs(
    page: Page, sign_in_as: SignInAs, capability_id: int
) -> None:
    sign_in_as("company")
    text = text_of(page(f"/capabilities/{capability_id}"))
    assert LIFTED in text
    assert "Hvis I oplyser, at den er CE-mærket, rykker I op i rækken ved 2 behov" in text
    assert "Hvis I oplyser, hvornår I har plads" not in text


def test_a_need_that_the_reader_may_not_see_is_counted_and_not_named(
    page: Page, sign_in_as: SignInAs, capability_id: int
) -> None:
    sign_in_as("company")
    shown = page(f"/capabilities/{capability_id}")
    assert "Liggesår i hjemmet" in text_of(shown)
    assert "Hemmeligt behov" not in text_of(shown)
    assert "1 behov, der ikke vises her" in text_of(shown)
    linked = {e.get("href") for e in shown.iter() if "/needs/" in (e.get("href") or "")}
    assert {"/needs/1"} == {link for link in linked if link and link[-1].isdigit()}


def test_hub_staff_read_the_unpublished_need_too(
    page: Page, sign_in_as: SignInAs, capability_id: int
) -> None:
    sign_in_as("hub_staff")
    text = text_of(page(f"/capabilities/{capability_id}"))
    assert "Hemmeligt behov" in text
    assert "der ikke vises her" not in text


def test_nobody_else_reads_it(
    page: Page,
    db: Database,
    people: dict[str, Account],
    sign_in: Callable[[Account], None],
    capability_id: int,
) -> None:
    assert LIFTED not in text_of(page(f"/capabilities/{capability_id}"))
    (company_id,) = people["company"].organisation_ids
    colleague = make_account(db)
    join(db, colleague.id, company_id, "member")
    for stranger in (people["clinician"], colleague):
        sign_in(stranger)
        assert LIFTED not in text_of(page(f"/capabilities/{capability_id}"))


def test_nothing_is_promised_when_nothing_would_change(
    page: Page, db: Database, sign_in_as: SignInAs, capability_id: int, pipeline: Pipeline
) -> None:
    db.execute(
        "update capability set state = 'paused', version = 2 where id <> ?", (capability_id,)
    )
    match_changed(db, pipeline, now=utc_now())
    sign_in_as("company")
    assert LIFTED not in text_of(page(f"/capabilities/{capability_id}"))


def test_the_page_does_without_a_model(
    page: Page,
    app: Flask,
    sign_in_as: SignInAs,
    capability_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise EncoderError("the model is gone")

    sign_in_as("company")
    monkeypatch.setattr("matchmaker.web.meaning.list_gains", fail)
    assert LIFTED not in text_of(page(f"/capabilities/{capability_id}"))
    del app.extensions["matchmaker.jobs"]
    assert LIFTED not in text_of(page(f"/capabilities/{capability_id}"))
