"""The pages of capabilities, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.capabilities import actions
from matchmaker.capabilities.actions import CAPABILITIES
from matchmaker.capabilities.capability import KINDS, Offer, Period
from matchmaker.capabilities.queries import get_capability
from matchmaker.clock import utc_now
from matchmaker.config import Settings
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.profiles.expiry import renewal_purpose
from tests.conftest import text_of

Page = Callable[..., Element]
SignInAs = Callable[[str], Account]

CPR = "010203-1234"


def typed(**more: Any) -> dict[str, Any]:
    return {
        "form_key": "a" * 32,
        "version": "1",
        "title": "Siddekort",
        "description": "A washable cover that warns before the skin breaks.",
        **more,
    }


@pytest.fixture
def capability_id(db: Database, people: dict[str, Account]) -> int:
    """A published testbed of the company."""
    offer = Offer(
        kind="testbed",
        title="Prøvebolig",
        description="En bolig, hvor personale prøver udstyr. Ring på 65 41 10 22.",
        free_periods=(Period("2027-02-01", "2027-03-15", "hverdage"),),
    )
    owner = people["company"]
    (organisation_id,) = owner.organisation_ids
    made = actions.save_draft(
        db, offer, organisation_id=organisation_id, actor=owner, now=utc_now()
    )
    actions.publish(db, made, actor=owner, now=utc_now())
    return made


def number_of_capabilities(db: Database) -> int:
    return int(db["capability"].count)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_own_form(kind: str, page: Page, sign_in_as: SignInAs) -> None:
    sign_in_as("company")
    assert f"/capabilities/new/{kind}" in {e.get("href") for e in page("/capabilities/new").iter()}
    names = {e.get("name") for e in page(f"/capabilities/new/{kind}").iter()}
    assert ("trl" in names) is (kind in ("solution", "service"))
    assert ("facilities" in names) is (kind == "testbed")
    assert ("research_field" in names) is (kind == "expertise")


def test_a_solution_is_registered_previewed_and_published(
    client: FlaskClient, db: Database, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    stated = typed(trl="8", ce_marked="no", markets=["DK", "SE"], languages=["da"], next="preview")
    response = client.post("/capabilities/new/solution", data=stated)
    (capability_id,) = (row["id"] for row in db.rows("select id from capability"))
    assert response.headers["Location"] == f"/capabilities/{capability_id}/preview"
    capability = get_capability(db, capability_id)
    assert (capability.trl, capability.ce_marked, capability.device_class) == (8, False, None)
    assert capability.markets == ("DK", "SE")
    preview = text_of(page(f"/capabilities/{capability_id}/preview"))
    assert "Det vil en læser savne" in preview
    assert "ikke oplyst" in preview
    client.post(f"/capabilities/{capability_id}/publish")
    assert "Siddekort" in text_of(page("/capabilities"))


def test_periods_are_added_and_taken_away_without_scripts(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    rows = {
        "free_periods-0-starts_on": "2027-02-01",
        "free_periods-0-ends_on": "2027-03-01",
        "free_periods-0-note": "første",
    }
    added = client.post("/capabilities/new/testbed", data=typed(**rows, rows="add"))
    html = added.get_data(as_text=True)
    assert added.status_code == 200
    assert 'name="free_periods-1-starts_on"' in html
    assert "første" in html
    assert "Siddekort" in html
    removed = client.post("/capabilities/new/testbed", data=typed(**rows, rows="remove-0"))
    assert "free_periods-0" not in removed.get_data(as_text=True)
    assert number_of_capabilities(db) == 0


@pytest.mark.parametrize(
    ("first", "last"), [("2027-03-01", "2027-02-01"), ("2027-03-01", ""), ("soon", "2027-03-01")]
)
def test_a_period_that_is_none_is_refused_and_kept(
    first: str, last: str, client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    rows = {"free_periods-0-starts_on": first, "free_periods-0-ends_on": last}
    response = client.post("/capabilities/new/testbed?lang=en", data=typed(**rows))
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "a first and a last day" in html
    assert f'value="{first}"' in html
    assert number_of_capabilities(db) == 0


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        *(("solution", name) for name in ("title", "description", "evidence", "price_model")),
        *(("solution", name) for name in ("trl", "ce_marked", "device_class", "markets")),
        *(("testbed", name) for name in ("facilities", "target_groups", "past_projects")),
        *(("testbed", f"free_periods-0-{name}") for name in ("starts_on", "ends_on", "note")),
        ("expertise", "research_field"),
        ("service", "languages"),
        ("service", "form_key"),
    ],
)
def test_a_cpr_number_in_any_field_leaves_no_trace(
    kind: str,
    field: str,
    client: FlaskClient,
    db: Database,
    settings: Settings,
    sign_in_as: SignInAs,
) -> None:
    sign_in_as("company")
    rows = {"free_periods-0-starts_on": "2027-02-01", "free_periods-0-ends_on": "2027-03-01"}
    data = {**typed(**rows if kind == "testbed" else {}), field: f"Se {CPR}"}
    response = client.post(f"/capabilities/new/{kind}", data=data)
    assert response.status_code == 422
    assert number_of_capabilities(db) == 0
    for path in settings.data_folder.rglob("*"):
        _has_no_trace(path)


def test_the_same_form_sent_twice_makes_one_capability(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    for _click in range(2):
        client.post("/capabilities/new/service", data=typed())
    assert number_of_capabilities(db) == 1


def test_the_form_of_a_capability_shows_what_is_stored(
    client: FlaskClient, db: Database, capability_id: int, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    form = page(f"/capabilities/{capability_id}/edit")
    values = {e.get("name"): e.get("value") for e in form.iter()}
    assert values["free_periods-0-starts_on"] == "2027-02-01"
    late = typed(title="Sidst", version="7", approaches_per_month="4")
    response = client.post(f"/capabilities/{capability_id}/edit?lang=da", data=late)
    html = response.get_data(as_text=True)
    assert "En anden har gemt i mellemtiden" in html
    assert "Prøvebolig" in html
    assert 'value="Sidst"' in html
    assert get_capability(db, capability_id).title == "Prøvebolig"


def test_the_public_page_has_facts_and_no_contact(capability_id: int, page: Page) -> None:
    shown = text_of(page(f"/capabilities/{capability_id}"))
    assert "Nordhud ApS" in shown
    assert "1. februar 2027" in shown
    assert "ikke oplyst" in shown
    assert "65 41 10 22" not in shown
    assert "Jonas" not in shown


def test_only_its_people_may_change_it(
    client: FlaskClient, db: Database, capability_id: int, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    assert client.get(f"/capabilities/{capability_id}/edit").status_code == 403
    assert client.post(f"/capabilities/{capability_id}/pause").status_code == 403
    assert get_capability(db, capability_id).state == "published"


def test_the_owner_moves_it_through_its_states(
    client: FlaskClient, db: Database, capability_id: int, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    for verb, state in (("pause", "paused"), ("resume", "published"), ("renew", "published")):
        client.post(f"/capabilities/{capability_id}/{verb}")
        assert get_capability(db, capability_id).state == state
    assert "I kataloget" in text_of(page("/capabilities/mine"))
    client.post(f"/capabilities/{capability_id}/close", data={"reason": "replaced"})
    assert "Afløst af noget andet" in text_of(page(f"/capabilities/{capability_id}"))
    page(f"/capabilities/{capability_id}/versions")


def test_the_catalogue_is_searched_and_narrowed(capability_id: int, page: Page) -> None:
    asked = "kind=testbed&country=DK&language=da&free_from=2027-03-01&free_until=2027-04-01"
    assert "1 kompetence" in text_of(page(f"/capabilities?q=prøvebolig&{asked}"))
    assert "Der blev ikke fundet noget" in text_of(page("/capabilities?free_from=2028-01-01"))
    assert "1 kompetence" in text_of(page("/capabilities?free_from=soon&page=x"))
    assert "Der blev ikke fundet noget" in text_of(page("/capabilities?trl=1-3&ce=yes"))


def test_a_link_in_a_mail_renews_by_its_button_alone(
    client: FlaskClient, db: Database, capability_id: int, page: Page, people: dict[str, Account]
) -> None:
    with db.atomic():
        db["capability"].update(capability_id, {"state": "expired"})
    links = Links("http://localhost", "only-for-tests")
    token = links.sign(
        renewal_purpose(CAPABILITIES), id=capability_id, account_id=people["company"].id
    )
    page(f"/capabilities/renew/{token}")
    assert get_capability(db, capability_id).state == "expired"
    client.post(f"/capabilities/renew/{token}")
    assert get_capability(db, capability_id).state == "published"


def _has_no_trace(path: Path) -> None:
    content = path.read_bytes() if path.is_file() else b""
    assert not re.search(rb"010203.?1234", content), f"{path.name} holds the number"
