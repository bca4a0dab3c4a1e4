"""The hub's list of conflicts, and each person's own."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.conflicts.queries import list_conflicts
from matchmaker.database import Database
from tests.conftest import text_of

FORM = {"reason": "Owns shares in it", "starts_on": "2026-11-23", "ends_on": ""}


def test_staff_declare_and_end_a_conflict(
    client: FlaskClient,
    db: Database,
    sign_in_as: Callable[[str], Account],
    page: Callable[..., Element],
) -> None:
    sign_in_as("hub_staff")
    page("/conflicts/new")
    form = {**FORM, "kind": "ownership", "organisation": "nordhud aps", "other": "Sygehus Sydfjord"}
    assert client.post("/conflicts/new", data=form).status_code == 302
    (conflict,) = list_conflicts(db)
    assert (conflict.organisation_name, conflict.other_name) == ("Nordhud ApS", "Sygehus Sydfjord")
    assert "Owns shares in it" in text_of(page("/conflicts"))
    client.post(f"/conflicts/{conflict.id}/end")
    assert list_conflicts(db)[0].ended_at is not None
    page("/conflicts")


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "organisations", "organisation": "Nordhud ApS", "other": ""},
        {"kind": "organisations", "organisation": "Ingen ApS", "other": "Nordhud ApS"},
        {"kind": "person", "organisation": "Nordhud ApS", "person": "nobody@example.dk"},
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    client: FlaskClient,
    db: Database,
    sign_in_as: Callable[[str], Account],
    form: dict[str, str],
) -> None:
    sign_in_as("hub_staff")
    answer = client.post("/conflicts/new", data={**FORM, **form})
    assert answer.status_code == 422
    assert "form-error-message" in answer.get_data(as_text=True)
    assert list_conflicts(db) == []


def test_people_declare_their_own_ties_and_do_not_see_those_of_others(
    client: FlaskClient,
    db: Database,
    people: dict[str, Account],
    sign_in_as: Callable[[str], Account],
    page: Callable[..., Element],
) -> None:
    sign_in_as("clinician")
    own = {**FORM, "side": "0", "kind": "tied", "organisation": "Nordhud ApS"}
    assert client.post("/conflicts/mine", data=own).status_code == 302
    (conflict,) = list_conflicts(db)
    assert (conflict.kind, conflict.account_id) == ("person", people["clinician"].id)
    assert "Owns shares in it" in text_of(page("/conflicts/mine"))
    sign_in_as("company")
    assert "Owns shares in it" not in text_of(page("/conflicts/mine"))
    assert client.post(f"/conflicts/{conflict.id}/end").status_code == 404
    assert client.get("/conflicts").status_code == 403


def test_staff_look_at_what_was_declared_from_outside(
    client: FlaskClient,
    db: Database,
    sign_in_as: Callable[[str], Account],
    page: Callable[..., Element],
) -> None:
    waiting = "Erklæret udefra, ikke set endnu"
    sign_in_as("company")
    own = dict(client_side(page), kind="owns", organisation="Sygehus Sydfjord")
    assert client.post("/conflicts/mine", data=own).status_code == 302
    (conflict,) = list_conflicts(db)
    assert waiting not in text_of(page("/conflicts/mine"))
    assert client.post(f"/conflicts/{conflict.id}/look").status_code == 403
    sign_in_as("hub_staff")
    assert waiting in text_of(page("/conflicts"))
    for _again in range(2):
        assert client.post(f"/conflicts/{conflict.id}/look").status_code == 302
    assert waiting not in text_of(page("/conflicts"))
    assert client.post("/conflicts/999/look").status_code == 404


def client_side(page: Callable[..., Element]) -> dict[str, str]:
    """Return the form with the reader's first organisation chosen."""
    options = [e.get("value") for e in page("/conflicts/mine").iter() if e.tag.endswith("option")]
    return {**FORM, "side": next(value for value in options if value and value != "0")}
