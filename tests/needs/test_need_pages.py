"""The pages of needs, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.clock import utc_now
from matchmaker.config import Settings
from matchmaker.database import Database
from matchmaker.needs import actions
from matchmaker.needs.actions import NEEDS
from matchmaker.needs.need import Answers
from matchmaker.needs.queries import get_need
from matchmaker.outbox.links import Links
from matchmaker.profiles.expiry import renewal_purpose
from tests.conftest import text_of
from tests.factories import make_account, make_organisation

Page = Callable[..., Element]
SignInAs = Callable[[str], Account]

CPR = "010203-1234"
PROBLEM = "Borgere i kørestol får liggesår. Vi opdager dem for sent."
TEXT_FIELDS = ("problem", "title", "target", "extent", "tried", "requirements", "approach")


def typed(**more: str) -> dict[str, str]:
    return {
        "form_key": "a" * 32,
        "version": "1",
        "problem": PROBLEM,
        "approaches_per_month": "4",
        "show_organisation": "y",
        **more,
    }


@pytest.fixture
def need_id(db: Database, people: dict[str, Account]) -> int:
    """A published need of the clinician."""
    owner = people["clinician"]
    answers = Answers(problem=PROBLEM, approach="Ring til Karen på 65 41 10 22", tried="Puder")
    (organisation_id,) = owner.organisation_ids
    made = actions.save_draft(
        db, answers, organisation_id=organisation_id, actor=owner, now=utc_now()
    )
    actions.publish(db, made, actor=owner, now=utc_now())
    return made


@pytest.fixture
def draft_id(db: Database, people: dict[str, Account]) -> int:
    owner = people["clinician"]
    (organisation_id,) = owner.organisation_ids
    return actions.save_draft(
        db, Answers(PROBLEM), organisation_id=organisation_id, actor=owner, now=utc_now()
    )


def number_of_needs(db: Database) -> int:
    return int(db["need"].count)


def test_a_stranger_is_asked_to_sign_in_before_writing(client: FlaskClient, app: object) -> None:
    response = client.get("/needs/new")
    assert response.status_code == 302
    assert "next=" in response.headers["Location"]


def test_the_form_asks_six_questions_and_no_organisation_of_those_with_one(
    page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("member")
    form = page("/needs/new")
    assert len([e for e in form.iter() if "question" in (e.get("class") or "").split()]) == 6
    assert not [e for e in form.iter() if e.get("name") == "organisation"]


def test_a_need_is_written_previewed_and_published(
    client: FlaskClient, db: Database, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("member")
    response = client.post("/needs/new", data=typed(next="preview"))
    (need_id,) = (row["id"] for row in db.rows("select id from need"))
    assert response.headers["Location"] == f"/needs/{need_id}/preview"
    assert "Sådan ser andre det" in text_of(page(f"/needs/{need_id}/preview"))
    assert client.post(f"/needs/{need_id}/publish").status_code == 302
    assert get_need(db, need_id).state == "published"
    client.post("/logout")
    assert "Borgere i kørestol" in text_of(page("/needs"))


def test_a_draft_is_saved_for_later_and_found_again(
    client: FlaskClient, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    response = client.post("/needs/new", data=typed(next="later"))
    assert response.headers["Location"] == "/needs/mine"
    mine = text_of(page("/needs/mine"))
    assert "Borgere i kørestol får liggesår" in mine
    assert "Udkast" in mine


def test_the_same_form_sent_twice_makes_one_need(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    first = client.post("/needs/new", data=typed())
    second = client.post("/needs/new", data=typed())
    assert first.headers["Location"] == second.headers["Location"]
    assert number_of_needs(db) == 1


def test_every_typed_word_is_kept_on_an_error(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    words = {name: f"Her står {name}-ordene" for name in TEXT_FIELDS if name != "problem"}
    response = client.post("/needs/new", data=typed(**words, problem="", approaches_per_month="x"))
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert all(text in html for text in words.values())
    assert 'value="x"' in html
    assert number_of_needs(db) == 0


@pytest.mark.parametrize("field", [*TEXT_FIELDS, "form_key", "version", "approaches_per_month"])
def test_a_cpr_number_in_any_field_leaves_no_trace(
    field: str, client: FlaskClient, db: Database, settings: Settings, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    response = client.post("/needs/new", data=typed(**{field: f"Det er {CPR} igen"}))
    assert response.status_code == 422
    assert number_of_needs(db) == 0
    _has_no_trace(settings.data_folder)


def test_the_refusal_names_the_words(client: FlaskClient, sign_in_as: SignInAs) -> None:
    sign_in_as("clinician")
    html = client.post("/needs/new?lang=en", data=typed(tried=f"Som {CPR}")).get_data(as_text=True)
    assert "01••••-••••" in html
    assert "Nothing has been saved" in html


def test_a_doubt_is_asked_about_once(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    doubtful = typed(problem="Karen Jensen, født 12.03.1948, faldt igen i nat på gangen.")
    asked = client.post("/needs/new", data=doubtful)
    assert asked.status_code == 422
    assert 'name="no_patient_data"' in asked.get_data(as_text=True)
    assert client.post("/needs/new", data={**doubtful, "no_patient_data": "y"}).status_code == 302
    assert number_of_needs(db) == 1


def test_the_second_editor_is_told_and_keeps_the_text(
    client: FlaskClient, db: Database, draft_id: int, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    client.post(f"/needs/{draft_id}/edit", data=typed(extent="Først"))
    late = client.post(f"/needs/{draft_id}/edit", data=typed(extent="Sidst"))
    html = late.get_data(as_text=True)
    assert late.status_code == 422
    assert "Sidst" in html
    assert "Først" in html
    assert get_need(db, draft_id).extent == "Først"
    assert (
        client.post(f"/needs/{draft_id}/edit", data=typed(extent="Sidst", version="2")).status_code
        == 302
    )
    assert get_need(db, draft_id).extent == "Sidst"


def test_the_public_page_names_no_person_and_no_contact(need_id: int, page: Page) -> None:
    shown = text_of(page(f"/needs/{need_id}"))
    assert "Puder" in shown
    assert "Sygehus Sydfjord" in shown
    for hidden in ("Karen", "65 41 10 22", "Henvendelser"):
        assert hidden not in shown


def test_a_draft_is_not_found_by_others(
    client: FlaskClient, draft_id: int, page: Page, sign_in_as: SignInAs
) -> None:
    page(f"/needs/{draft_id}", status=404)
    for role in ("company", "hub_staff"):
        sign_in_as(role)
        for path in ("", "/edit", "/preview", "/versions"):
            assert client.get(f"/needs/{draft_id}{path}").status_code == 404


def test_a_stranger_cannot_move_or_change_a_need(
    client: FlaskClient, db: Database, need_id: int, sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    assert client.get(f"/needs/{need_id}/edit").status_code == 403
    assert client.post(f"/needs/{need_id}/pause").status_code == 403
    assert client.post(f"/needs/{need_id}/close", data={"reason": "other"}).status_code == 403
    assert get_need(db, need_id).state == "published"


def test_the_owner_sees_the_state_and_every_button_works(
    client: FlaskClient, db: Database, need_id: int, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    assert "På tavlen" in text_of(page(f"/needs/{need_id}"))
    for verb, state in (("pause", "paused"), ("resume", "published"), ("renew", "published")):
        client.post(f"/needs/{need_id}/{verb}")
        assert get_need(db, need_id).state == state
    client.post(f"/needs/{need_id}/close", data={"reason": "solved_here"})
    assert "Løst sammen med nogen" in text_of(page(f"/needs/{need_id}"))
    assert "Fornyet for et år" in text_of(page(f"/needs/{need_id}"))


def test_a_second_click_says_how_things_are(
    client: FlaskClient, draft_id: int, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    client.post(f"/needs/{draft_id}/publish")
    again = client.post(f"/needs/{draft_id}/publish?lang=en", follow_redirects=True)
    assert again.status_code == 200
    assert "already changed" in again.get_data(as_text=True)


def test_a_close_without_a_reason_is_asked_again(
    client: FlaskClient, db: Database, need_id: int, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    assert client.post(f"/needs/{need_id}/close").status_code == 302
    assert get_need(db, need_id).state == "published"


def test_like_needs_are_shown_and_supported(
    client: FlaskClient,
    db: Database,
    need_id: int,
    page: Page,
    sign_in: Callable[[Account], None],
) -> None:
    town = make_organisation(db, kind="municipality", name="Ådal Kommune")
    neighbour = make_account(db, town, "member")
    sign_in(neighbour)
    client.post("/needs/new", data=typed(problem="Liggesår hos borgere i kørestol."))
    row = db.first("select id from need where organisation_id = ?", (town,))
    assert row is not None
    assert "Andre har oprettet noget, der ligner" in text_of(page(f"/needs/{row['id']}/preview"))
    for _click in range(2):
        client.post(f"/needs/{need_id}/support", data={"organisation": town})
    assert get_need(db, need_id).supporters == 1
    assert "Din organisation står bag" in text_of(page(f"/needs/{need_id}"))


def test_a_company_is_sent_to_the_capabilities(page: Page, sign_in_as: SignInAs) -> None:
    sign_in_as("company")
    assert "Opret en kompetence" in text_of(page("/needs/new"))


def test_the_board_is_searched_narrowed_and_says_when_nothing_is_found(
    need_id: int, page: Page
) -> None:
    assert "1 behov" in text_of(page("/needs?q=liggesår&region=1083&kind=hospital&language=da"))
    assert "Der blev ikke fundet noget" in text_of(page("/needs?region=1081"))
    assert "Der blev ikke fundet noget" in text_of(page("/needs?q=%22%28%2A"))
    page("/needs?page=99&q=" + "x" * 2000)


def test_counts_stand_beside_a_search(db: Database, need_id: int, page: Page) -> None:
    chips = [text_of(e) for e in page("/needs?q=liggesår").iter() if e.get("class") == "chip"]
    assert chips == []
    assert "Hospital (1)" in text_of(page("/needs?q=liggesår"))


def test_a_mail_scanner_renews_nothing_and_the_button_does(
    client: FlaskClient, db: Database, need_id: int, page: Page, people: dict[str, Account]
) -> None:
    with db.atomic():
        db["need"].update(need_id, {"state": "expired"})
    links = Links("http://localhost", "only-for-tests")
    purpose, account_id = renewal_purpose(NEEDS), people["clinician"].id
    path = f"/needs/renew/{links.sign(purpose, id=need_id, account_id=account_id)}"
    page(path)
    assert get_need(db, need_id).state == "expired"
    assert "Tak, det er fornyet" in client.post(f"{path}?lang=da").get_data(as_text=True)
    assert get_need(db, need_id).state == "published"
    stranger = links.sign(purpose, id=need_id, account_id=people["company"].id)
    page(f"/needs/renew/{stranger}")
    assert client.post(f"/needs/renew/{stranger}").status_code == 403
    page("/needs/renew/forged", status=404)


def test_versions_show_what_changed(
    client: FlaskClient, draft_id: int, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    client.post(f"/needs/{draft_id}/edit", data=typed(extent="Elleve sidste år"))
    assert "Elleve sidste år" in text_of(page(f"/needs/{draft_id}/versions"))
    page(f"/needs/{draft_id}/edit")


def _has_no_trace(folder: Path) -> None:
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not re.search(rb"010203.?1234", content), f"{path.name} holds the number"
