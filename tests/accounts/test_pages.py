"""A person's own pages: profile, sign-in, export, and the way out."""

import time
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts import actions, passkeys
from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import utc_now
from matchmaker.database import Database
from tests.accounts.test_actions import add_passkey
from tests.accounts.test_sign_in_pages import Answer, mailed_code
from tests.conftest import text_of

SignInAs = Callable[[str], Account]
OpenPage = Callable[..., Element]
WORDS = "correct horse battery"


@pytest.fixture
def karen(sign_in_as: SignInAs) -> Account:
    return sign_in_as("clinician")


def let_time_pass(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["fs_paa"] = time.time() - 3 * 3600
        session.pop("fs_gexp", None)


@pytest.mark.parametrize(
    "path",
    [
        "/profile",
        "/profile/sign-in",
        "/profile/erase",
        "/profile/password",
        "/profile/passkeys/new",
        "/still-me",
        "/still-me?step=code",
        "/still-me?step=password",
        "/still-me/passkey",
    ],
)
def test_the_pages_are_right_in_both_languages(karen: Account, page: OpenPage, path: str) -> None:
    page(path)


def test_strangers_are_sent_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/profile").headers["Location"].startswith("/sign-in?next=/profile")


def test_a_profile_is_saved_and_shown(
    client: FlaskClient, db: Database, karen: Account, page: OpenPage
) -> None:
    form = {"name": "Karen H. Holm", "title": "Overlæge", "phone": "", "language": "da"}
    assert client.post("/profile", data=form).status_code == 302
    assert get_account(db, karen.id).name == "Karen H. Holm"
    assert "Karen H. Holm" in text_of(page("/profile"))


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "http://evil.example"}, {"title": "CPR 010190-1234"}]
)
def test_a_wrong_profile_is_not_saved_and_keeps_the_words(
    client: FlaskClient, db: Database, karen: Account, wrong: dict[str, str]
) -> None:
    form = {"name": "Karen", "title": "Overlæge", "phone": "11 22", "language": "da", **wrong}
    answer = Answer(client.post("/profile", data=form))
    assert answer.status == 200
    assert "11 22" in answer.text
    assert get_account(db, karen.id) == karen


def test_what_matters_asks_once_more_who_it_is(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    let_time_pass(client)
    location = client.get("/profile/export").headers["Location"]
    assert location.startswith("/still-me?next=")
    client.post("/still-me/code", data={"next": "/profile/export"})
    data = {"passcode": mailed_code(db), "next": "/profile/export"}
    assert client.post("/still-me?step=code", data=data).headers["Location"] == "/profile/export"
    assert client.get("/profile/export").status_code == 200


def test_a_wrong_code_does_not_show_who_it_is(client: FlaskClient, karen: Account) -> None:
    let_time_pass(client)
    client.post("/still-me/code")
    answer = Answer(client.post("/still-me?step=code&lang=en", data={"passcode": "000000"}))
    assert "That did not sign you in" in answer.text
    assert client.get("/profile/export").status_code == 302


def test_the_export_comes_as_a_file(client: FlaskClient, karen: Account) -> None:
    answer = client.get("/profile/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.get_json()["account"]["email"] == karen.email


def test_a_password_can_be_added_changed_and_removed(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    new = {"new_password": WORDS, "new_password_confirm": WORDS}
    assert client.post("/profile/password", data=new).status_code == 302
    mail = db.first("select kind, recipient from outbox_mail order by id desc")
    assert mail == {"kind": "new_password", "recipient": karen.email}
    assert client.get("/profile").status_code == 200, "who changes it stays signed in"

    other = {"new_password": WORDS + "!", "new_password_confirm": WORDS + "!"}
    refused = Answer(client.post("/profile/password?lang=en", data={**other, "password": "wrong"}))
    assert "This is not your password" in refused.text
    assert client.post("/profile/password", data={**other, "password": WORDS}).status_code == 302

    assert client.post("/profile/password/remove").status_code == 302
    assert client.get("/profile").status_code == 200
    assert db.first("select password from account where id = ?", (karen.id,)) == {"password": None}


@pytest.mark.parametrize(
    ("new", "again", "message"),
    [
        ("short", "short", "at least 12"),
        (WORDS, WORDS + "x", "The two are not alike"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused(
    client: FlaskClient, karen: Account, new: str, again: str, message: str
) -> None:
    data = {"new_password": new, "new_password_confirm": again}
    assert message in Answer(client.post("/profile/password?lang=en", data=data)).text


def test_changing_the_password_ends_the_sessions_of_other_devices(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    other = client.application.test_client()
    stolen = client.get_cookie("session")
    assert stolen is not None
    other.set_cookie("session", stolen.value)
    assert other.get("/profile").status_code == 200
    client.post("/profile/password", data={"new_password": WORDS, "new_password_confirm": WORDS})
    assert other.get("/profile").status_code == 302


def test_signing_out_everywhere_ends_this_session_too(client: FlaskClient, karen: Account) -> None:
    assert client.post("/profile/sign-out-everywhere").status_code == 302
    assert client.get("/profile").status_code == 302


def test_a_passkey_is_removed_by_its_owner_alone(
    client: FlaskClient, db: Database, karen: Account, people: dict[str, Account], page: OpenPage
) -> None:
    add_passkey(db, people["company"].id)
    assert client.post("/profile/passkeys/1/remove").status_code == 404
    db["passkey"].update(1, {"account_id": karen.id})
    assert "My phone" in text_of(page("/profile/sign-in"))
    assert client.post("/profile/passkeys/1/remove").status_code == 302
    assert passkeys.list_passkeys(db, karen.id) == []


def test_the_last_editor_cannot_leave_but_is_told_what_to_do(
    client: FlaskClient, karen: Account
) -> None:
    (membership,) = karen.memberships
    client.post(f"/profile/leave/{membership.organisation_id}")
    assert "Hand it over first" in Answer(client.get("/profile?lang=en")).text


def test_a_member_leaves(client: FlaskClient, db: Database, sign_in_as: SignInAs) -> None:
    ole = sign_in_as("member")
    client.post(f"/profile/leave/{ole.memberships[0].organisation_id}")
    assert get_account(db, ole.id).memberships == ()


def test_erasing_asks_for_the_address_and_ends_the_session(
    client: FlaskClient, db: Database, karen: Account, page: OpenPage
) -> None:
    assert "Sygehus Sydfjord" in text_of(page("/profile/erase"))
    wrong = Answer(client.post("/profile/erase?lang=en", data={"email": "ole@example.dk"}))
    assert "This is not the address of your account" in wrong.text
    assert client.post("/profile/erase", data={"email": karen.email}).headers["Location"] == "/"
    assert client.get("/profile").status_code == 302
    left = get_account(db, karen.id)
    assert (left.name, left.is_active, left.memberships) == ("", False, ())


def test_an_account_erased_elsewhere_is_signed_out_at_once(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    assert client.get("/profile").status_code == 200
    actions.erase_account(db, karen.id, actor=karen, now=utc_now())
    assert client.get("/profile").status_code == 302
