"""The pages of organisations, colleagues and joining."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import find_account_by_email, get_account
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.organisations import joining_pages
from matchmaker.organisations.invitations import invite_colleague
from matchmaker.organisations.queries import get_organisation
from matchmaker.outbox.links import Links
from tests.accounts.test_sign_in_pages import Answer
from tests.conftest import text_of
from tests.factories import make_account, make_capability, make_organisation
from tests.html_checks import check_page

SignInAs = Callable[[str], Account]
OpenPage = Callable[..., Element]
NEW = "ny@sydfjord.dk"
#: What a browser sends for the fields that nobody filled in.
EMPTY = {"region": "", "municipality": "", "size": "", "website": "", "cvr": "", "language": "da"}
REGISTRATION = {
    "name": "Jonas Lind",
    "email": NEW,
    "title": "Direktør",
    "organisation_kind": "company",
    "organisation_name": "Sidesæk ApS",
    "cvr": "13585628",
    "country": "DK",
    "region": "1083",
}


def mailed_path(db: Database, kind: str) -> str:
    mail = db.first("select * from outbox_mail where kind = ? order by id desc", (kind,))
    assert mail is not None
    found = re.search(r"^http://localhost(/\S+)$", mail["body_text"], re.MULTILINE)
    assert found
    return found[1]


def home_of(account: Account) -> int:
    return account.memberships[0].organisation_id


@pytest.mark.parametrize("name", ["", "/edit", "/colleagues", "/departments/new"])
def test_the_pages_of_an_organisation_are_right(
    sign_in_as: SignInAs, page: OpenPage, name: str
) -> None:
    karen = sign_in_as("clinician")
    assert "Sygehus Sydfjord" in text_of(page(f"/organisations/{home_of(karen)}{name}"))


def test_the_pages_for_strangers_are_right(page: OpenPage) -> None:
    for path in ("/register", "/register/sent"):
        page(path)


def test_hub_staff_find_and_register_organisations(
    client: FlaskClient, db: Database, sign_in_as: SignInAs, page: OpenPage
) -> None:
    sign_in_as("hub_staff")
    assert "Nordhud ApS" in text_of(page("/organisations?q=nordhud"))
    assert "Nordhud ApS" not in text_of(page("/organisations?q=sygehus&kind=hospital"))
    page("/organisations/new")
    form = {**EMPTY, "kind": "cluster", "name": "Klyngen", "country": "DK"}
    location = client.post("/organisations/new", data=form).headers["Location"]
    assert "Klyngen" in text_of(page(location))


def test_strangers_see_an_organisation_once_it_shows_itself(
    db: Database, people: dict[str, Account], page: OpenPage
) -> None:
    company = home_of(people["company"])
    page(f"/organisations/{company}", status=404)
    make_capability(db, company, title="Seat cushion")
    shown = text_of(page(f"/organisations/{company}"))
    assert "Seat cushion" in shown
    assert people["company"].email not in shown
    assert people["company"].name not in shown


def test_a_wrong_cvr_number_is_told_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    jonas = sign_in_as("company")
    form = {
        **EMPTY,
        "kind": "company", "name": "Nordhud A/S", "cvr": "13585682", "country": "DK",
        "language": "da", "version": "1", "description": "Puder",
    }  # fmt: skip
    answer = Answer(client.post(f"/organisations/{home_of(jonas)}/edit?lang=en", data=form))
    assert "two digits may have changed places" in answer.text
    assert "Puder" in answer.text
    assert "Nordhud A/S" in answer.text


def test_who_saves_an_organisation_second_sees_what_the_first_did_and_can_save(
    client: FlaskClient, db: Database, people: dict[str, Account], sign_in_as: SignInAs
) -> None:
    company = home_of(people["company"])
    edit = f"/organisations/{company}/edit"
    form = {**EMPTY, "kind": "company", "country": "DK", "version": "1"}
    sign_in_as("hub_staff")
    hers = {**form, "kind": "cluster", "name": "Hers", "region": "1083", "description": "Cushions"}
    assert client.post(edit, data=hers).status_code == 302
    sign_in_as("company")
    client.get("/?lang=en")
    stale = client.post(edit, data={**form, "name": "Mine"})
    assert stale.status_code == 422
    told = text_of(check_page(stale.text, "en"))
    for words in ("Somebody else has saved", "Last saved by Anna Riis", "Cluster", "Cushions"):
        assert words in told
    assert "<dd>Hers</dd>" in stale.text
    assert 'value="Mine"' in stale.text
    sent = dict(re.findall(r'type="hidden" name="(version|kind)" value="(\w+)"', stale.text))
    assert client.post(edit, data={**form, "name": "Mine", **sent}).status_code == 302
    saved = get_organisation(db, company)
    assert (saved.name, saved.kind, saved.version) == ("Mine", "cluster", 3)


def test_an_editor_cannot_make_a_company_a_hub(client: FlaskClient, sign_in_as: SignInAs) -> None:
    jonas = sign_in_as("company")
    form = {**EMPTY, "kind": "hub", "name": "Hub", "country": "DK", "version": "1"}
    answer = client.post(f"/organisations/{home_of(jonas)}/edit", data=form)
    assert answer.status_code == 403


def test_others_do_not_see_or_change_colleagues(
    client: FlaskClient, people: dict[str, Account], sign_in_as: SignInAs
) -> None:
    hospital = home_of(people["clinician"])
    for role, status in (("company", 404), ("member", 403)):
        sign_in_as(role)
        assert client.get(f"/organisations/{hospital}/colleagues").status_code == status
        for action in ("invite", "withdraw", "role", "end", "hand-over", "answer"):
            data = {"account_id": people["clinician"].id, "role": "member", "email": NEW,
                    "invitation_id": 1, "request_id": 1}  # fmt: skip
            answer = client.post(f"/organisations/{hospital}/{action}", data=data)
            assert answer.status_code in (403, 404), action


def test_an_editor_invites_and_withdraws(
    client: FlaskClient, db: Database, sign_in_as: SignInAs, page: OpenPage
) -> None:
    karen = sign_in_as("clinician")
    one = f"/organisations/{home_of(karen)}"
    data = {"email": NEW, "role": "editor"}
    assert client.post(f"{one}/invite", data=data).status_code == 302
    assert NEW in text_of(page(f"{one}/colleagues"))
    client.post(f"{one}/withdraw", data={"invitation_id": 1})
    assert NEW not in text_of(page(f"{one}/colleagues"))


def test_a_wrong_address_is_not_invited(
    client: FlaskClient, db: Database, sign_in_as: SignInAs
) -> None:
    karen = sign_in_as("clinician")
    data = {"email": "ny@", "role": "editor"}
    answer = Answer(client.post(f"/organisations/{home_of(karen)}/invite?lang=en", data=data))
    assert "Write the address as" in answer.text
    assert 'value="ny@"' in answer.text


def test_a_stranger_accepts_an_invitation_and_is_in(
    client: FlaskClient, db: Database, sign_in_as: SignInAs, page: OpenPage
) -> None:
    karen = sign_in_as("clinician")
    client.post(f"/organisations/{home_of(karen)}/invite", data={"email": NEW, "role": "member"})
    client.post("/sign-out")
    path = mailed_path(db, "invitation")
    assert "Sygehus Sydfjord" in text_of(page(path))
    assert client.post(path, data={"name": ""}).status_code == 200
    assert client.post(path, data={"name": "Ny Kollega"}).headers["Location"] == "/mine"
    assert "Ny Kollega" in text_of(page("/profile"))
    assert client.get(path).status_code == 410


def test_somebody_with_an_account_accepts_an_invitation(
    client: FlaskClient, db: Database, sign_in_as: SignInAs, people: dict[str, Account]
) -> None:
    karen = sign_in_as("clinician")
    jonas = people["company"]
    client.post(
        f"/organisations/{home_of(karen)}/invite", data={"email": jonas.email, "role": "member"}
    )
    client.post("/sign-out")
    client.post(mailed_path(db, "invitation"))
    assert client.get("/profile").status_code == 200
    assert get_account(db, jonas.id).belongs_to(home_of(karen))


def test_handing_over_to_a_colleague(
    client: FlaskClient, db: Database, sign_in_as: SignInAs, people: dict[str, Account]
) -> None:
    karen = sign_in_as("clinician")
    data = {"account_id": people["member"].id}
    client.post(f"/organisations/{home_of(karen)}/hand-over", data=data)
    assert get_account(db, people["member"].id).memberships[0].role == "editor"
    assert get_account(db, karen.id).memberships[0].role == "member"


def test_removing_the_last_editor_is_explained(client: FlaskClient, sign_in_as: SignInAs) -> None:
    karen = sign_in_as("clinician")
    one = f"/organisations/{home_of(karen)}"
    client.post(f"{one}/end", data={"account_id": karen.id})
    answer = Answer(client.get(f"{one}/colleagues?lang=en"))
    assert "Make somebody else an editor first" in answer.text


def test_a_role_is_given_to_members_alone(
    client: FlaskClient, sign_in_as: SignInAs, people: dict[str, Account]
) -> None:
    karen = sign_in_as("clinician")
    data = {"account_id": people["company"].id, "role": "editor"}
    answer = client.post(f"/organisations/{home_of(karen)}/role", data=data)
    assert answer.status_code == 404


def test_registering_walks_from_the_form_over_the_mail_to_the_own_page(
    client: FlaskClient, db: Database, page: OpenPage
) -> None:
    assert client.post("/register", data=REGISTRATION).headers["Location"] == "/register/sent"
    path = mailed_path(db, "confirm_registration")
    assert NEW in text_of(page(path))
    assert find_account_by_email(db, NEW) is None
    assert client.post(path).headers["Location"] == "/mine"
    jonas = find_account_by_email(db, NEW)
    assert jonas is not None
    assert "Sidesæk ApS" in text_of(page("/profile"))
    assert client.post(path).status_code == 410


def test_who_came_for_a_page_gets_there_with_the_new_account(
    client: FlaskClient, db: Database
) -> None:
    client.post("/register", data={**REGISTRATION, "next": "/profile/sign-in"})
    answer = client.post(mailed_path(db, "confirm_registration"))
    assert answer.headers["Location"] == "/profile/sign-in"


def test_registering_says_the_same_to_known_and_unknown_addresses(
    client: FlaskClient, people: dict[str, Account]
) -> None:
    for email in (NEW, people["clinician"].email):
        answer = client.post("/register", data={**REGISTRATION, "email": email})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/register/sent")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cvr": "13585682"}, "two digits may have changed places"),
        ({"email": "jonas"}, "Write the address as"),
        ({"name": ""}, "This field is required"),
        ({"organisation_name": "Afd. 010190-1234"}, "CPR"),
        ({"organisation_kind": "hub"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_in_a_registration_is_told_and_nothing_is_lost(
    client: FlaskClient, db: Database, wrong: dict[str, str], message: str
) -> None:
    answer = Answer(client.post("/register?lang=en", data={**REGISTRATION, **wrong}))
    assert answer.status == 200
    assert message in answer.text
    assert "Direktør" in answer.text
    assert db["outbox_mail"].count == db["registration"].count == 0


def test_asking_to_join_and_being_let_in(
    client: FlaskClient, db: Database, people: dict[str, Account], sign_in_as: SignInAs,
    sign_in: Callable[[Account], None], page: OpenPage,
) -> None:  # fmt: skip
    ole = make_account(db, name="Ole Ny")
    sign_in(ole)
    form = {"organisation_kind": "hospital", "organisation_name": "sygehus sydfjord",
            "country": "DK", "region": "1083"}  # fmt: skip
    page("/join")
    assert client.post("/join", data=form).headers["Location"] == "/profile"
    karen = sign_in_as("clinician")
    one = f"/organisations/{home_of(karen)}"
    assert "Ole Ny" in text_of(page(f"{one}/colleagues"))
    client.post(f"{one}/answer", data={"request_id": 1, "role": "member"})
    assert get_account(db, ole.id).belongs_to(home_of(karen))


def test_a_request_is_answered_for_the_organisation_it_was_made_to(
    client: FlaskClient, db: Database, people: dict[str, Account], sign_in_as: SignInAs
) -> None:
    elsewhere = make_organisation(db)
    db["join_request"].insert(
        {"organisation_id": elsewhere, "account_id": people["member"].id, "created_at": "2026"}
    )
    karen = sign_in_as("clinician")
    data = {"request_id": 1, "role": "editor"}
    answer = client.post(f"/organisations/{home_of(karen)}/answer", data=data)
    assert answer.status_code == 404


def test_the_page_masks_contact_details_in_titles(page: OpenPage, db: Database) -> None:
    company = make_organisation(db, name="Nordhud ApS")
    make_capability(db, company, title="Sædepude, ring 65 41 10 22 eller jl@nordhud.example")
    shown = text_of(page(f"/organisations/{company}"))
    assert "Sædepude, ring ••• eller •••" in shown
    assert "nordhud.example" not in shown


def test_an_invitation_whose_address_has_registered_meanwhile_says_so(
    client: FlaskClient, db: Database, people: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clicks at once: both saw no account, and the first has made one."""
    town = people["clinician"].memberships[0].organisation_id
    links = Links("http://localhost", "only-for-tests")
    now = utc_now()
    invite_colleague(db, town, NEW, "member", actor=people["clinician"], links=links, now=now)
    path = mailed_path(db, "invitation")
    make_account(db, email=NEW)
    monkeypatch.setattr(joining_pages, "find_account_by_email", lambda _db, _address: None)
    assert client.post(path, data={"name": "Ny Kollega"}).status_code == 410
