"""Signing in as people do it: ask, read the mail, type the code or press the link."""

import re
from collections.abc import Callable
from html import unescape
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import hash_password

from matchmaker.accounts import actions
from matchmaker.accounts.account import Account
from matchmaker.accounts.attempts import CODES_PER_HOUR, WRONG_CODES
from matchmaker.clock import utc_now
from matchmaker.database import Database
from tests.conftest import text_of

Response = object
UNKNOWN = "nobody@sydfjord.dk"


@pytest.fixture
def karen(people: dict[str, Account]) -> Account:
    return people["clinician"]


def ask(client: FlaskClient, email: str, **more: str) -> str:
    response = client.post("/sign-in/code", data={"identity": email, **more})
    assert response.status_code == 302
    return str(response.headers["Location"])


def mailed_code(db: Database) -> str:
    mail = db.first("select body_text from outbox_mail order by id desc")
    assert mail is not None
    found = re.search(r"^\d{3} \d{3}$", mail["body_text"], re.MULTILINE)
    assert found
    return found[0]


def mailed_link(db: Database) -> str:
    mail = db.first("select body_text from outbox_mail order by id desc")
    assert mail is not None
    found = re.search(r"^http://localhost(/\S+)$", mail["body_text"], re.MULTILINE)
    assert found
    return found[1]


def type_code(client: FlaskClient, email: str, code: str, **more: str) -> "Answer":
    data = {"identity": email, "passcode": code, **more}
    return Answer(client.post("/sign-in?step=code&lang=en", data=data))


class Answer:
    def __init__(self, response: object) -> None:
        self.status: int = response.status_code  # type: ignore[attr-defined]
        self.location: str = response.headers.get("Location", "")  # type: ignore[attr-defined]
        text = unescape(response.get_data(as_text=True))  # type: ignore[attr-defined]
        self.text = re.sub(r'name="csrf_token" value="[^"]*"', "", text)

    @property
    def messages(self) -> list[str]:
        """What the page says in its alerts, without the parts that differ by nature."""
        return re.findall(r'<p class="alert-(?:heading|text)">([^<]+)</p>', self.text)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def sign_in_with_code(client: FlaskClient, db: Database, account: Account) -> Answer:
    ask(client, account.email)
    return type_code(client, account.email, mailed_code(db))


def test_the_sign_in_pages_are_right_in_both_languages(page: Callable[..., Element]) -> None:
    for path in ("/sign-in", "/sign-in?step=password", "/sign-in?step=code", "/sign-in/passkey"):
        assert "Log ind" in text_of(page(path)) or "koden" in text_of(page(path))


def test_a_code_from_the_mail_signs_in(client: FlaskClient, db: Database, karen: Account) -> None:
    assert "step=code" in ask(client, karen.email)
    answer = type_code(client, karen.email, mailed_code(db))
    assert (answer.status, answer.location) == (302, "/mine")
    assert is_signed_in(client)


def test_the_code_may_be_typed_without_its_space(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    ask(client, karen.email.upper())
    type_code(client, karen.email, mailed_code(db).replace(" ", ""))
    assert is_signed_in(client)


def test_the_link_signs_in_when_its_button_is_pressed(
    client: FlaskClient, db: Database, karen: Account, page: Callable[..., Element]
) -> None:
    ask(client, karen.email)
    link = mailed_link(db)
    assert karen.email in text_of(page(link))
    assert not is_signed_in(client), "a program that only looks at the link must not use it"
    assert client.post(link).headers["Location"] == "/mine"
    assert is_signed_in(client)
    assert client.post(link).status_code == 410


def test_the_page_that_was_asked_for_comes_next(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    wanted = client.get("/profile/sign-in").headers["Location"]
    assert wanted == "/sign-in?next=/profile/sign-in?" or "next=" in wanted
    ask(client, karen.email, next="/profile/sign-in")
    answer = type_code(client, karen.email, mailed_code(db), next="/profile/sign-in")
    assert answer.location == "/profile/sign-in"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "javascript:1",
    ],
)
def test_nobody_is_sent_to_another_site(
    client: FlaskClient, db: Database, karen: Account, elsewhere: str
) -> None:
    ask(client, karen.email, next=elsewhere)
    answer = type_code(client, karen.email, mailed_code(db), next=elsewhere)
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    row = db.first("select next_path from sign_in_code")
    assert row == {"next_path": ""}


def test_a_wrong_code_does_not_sign_in_and_says_so(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    ask(client, karen.email)
    right = mailed_code(db).replace(" ", "")
    wrong = "000000" if right != "000000" else "111111"
    answer = type_code(client, karen.email, wrong)
    assert answer.status == 200
    assert "That did not sign you in" in answer.messages[0]
    assert not is_signed_in(client)


def test_a_known_and_an_unknown_address_get_the_same_answers(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    assert ask(client, karen.email) == ask(client, UNKNOWN)
    assert db["outbox_mail"].count == 1
    known, unknown = (type_code(client, who, "000000") for who in (karen.email, UNKNOWN))
    assert known.status == unknown.status
    assert known.messages == unknown.messages
    assert known.text.replace(karen.email, "") == unknown.text.replace(UNKNOWN, "")


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_ten_wrong_codes_lock_the_address_but_not_the_link(
    client: FlaskClient, db: Database, karen: Account, who: str
) -> None:
    email = karen.email if who == "known" else UNKNOWN
    ask(client, karen.email)
    code = mailed_code(db)
    wrong = "000000" if code != "000 000" else "111111"
    for _ in range(WRONG_CODES):
        assert "That did not sign you in" in type_code(client, email, wrong).messages[0]
    answer = type_code(client, email, code if who == "known" else wrong)
    assert "Wait 15 minutes" in answer.messages[0]
    assert not is_signed_in(client)
    client.post(mailed_link(db))
    assert is_signed_in(client)


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_the_sixth_code_within_an_hour_is_not_sent(
    client: FlaskClient, db: Database, karen: Account, who: str
) -> None:
    client.get("/sign-in?lang=en")
    email = karen.email if who == "known" else UNKNOWN
    for _ in range(CODES_PER_HOUR + 2):
        location = ask(client, email)
    assert db["outbox_mail"].count == (CODES_PER_HOUR if who == "known" else 0)
    answer = Answer(client.get(f"{location}&lang=en"))
    assert "You have asked for many codes" in answer.messages[0]


def test_what_is_no_address_is_told_at_once(client: FlaskClient) -> None:
    client.get("/sign-in?lang=en")
    assert ask(client, "karen") == "/sign-in"
    assert "name@organisation.dk" in Answer(client.get("/sign-in?lang=en")).messages[0]


def test_a_password_signs_in_where_there_is_one(
    app: Flask, client: FlaskClient, db: Database, karen: Account
) -> None:
    with app.app_context():
        hashed = hash_password("correct horse battery")
    assert hashed.startswith("$argon2id$")
    actions.set_password(db, karen.id, hashed, now=utc_now())
    data = {"identity": karen.email, "passcode": "correct horse battery"}
    assert client.post("/sign-in?step=password", data=data).headers["Location"] == "/mine"
    assert is_signed_in(client)


def test_without_a_password_none_signs_in(client: FlaskClient, karen: Account) -> None:
    for password in ("", "x", "None"):
        client.post("/sign-in?step=password", data={"identity": karen.email, "passcode": password})
        assert not is_signed_in(client)


def test_a_closed_account_gets_no_mail_and_the_same_answer(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    actions.deactivate_account(db, karen.id, actor=None, now=utc_now())
    assert ask(client, karen.email) == ask(client, UNKNOWN)
    assert db["outbox_mail"].count == 0


def test_closing_an_account_ends_its_session_at_once(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    sign_in_with_code(client, db, karen)
    assert is_signed_in(client)
    actions.deactivate_account(db, karen.id, actor=None, now=utc_now())
    assert not is_signed_in(client)
    actions.reactivate_account(db, karen.id, actor=None, now=utc_now())
    assert not is_signed_in(client), "an old session must not come back to life"


def test_signing_out_needs_a_post_and_ends_the_session(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    sign_in_with_code(client, db, karen)
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)
    assert client.post("/sign-out").headers["Location"] == "/"
    assert not is_signed_in(client)


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    ask(client, karen.email)
    data = {"identity": karen.email, "passcode": mailed_code(db)}
    cookie = client.post("/sign-in?step=code", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_a_session_planted_before_sign_in_is_worthless_afterwards(
    app: Flask, client: FlaskClient, db: Database, karen: Account
) -> None:
    client.get("/sign-in?lang=en")
    planted = client.get_cookie("session")
    assert planted is not None
    sign_in_with_code(client, db, karen)
    thief = app.test_client()
    thief.set_cookie("session", planted.value)
    assert not is_signed_in(thief)


def test_signing_in_is_logged_with_the_way(
    client: FlaskClient, db: Database, karen: Account
) -> None:
    sign_in_with_code(client, db, karen)
    event = db.first("select action, actor_id, detail from audit_event order by id desc")
    assert event == {
        "action": "account.sign_in",
        "actor_id": karen.id,
        "detail": '{"via": "email"}',
    }


def test_nothing_of_flask_security_but_what_we_list_is_there(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security")}
    assert not [rule for rule in rules if "register" in rule or "reset" in rule or "tf-" in rule]


def test_too_many_tries_from_one_machine_are_slowed_down(settings: object) -> None:
    from dataclasses import replace

    from matchmaker.app import create_app

    app = create_app(replace(settings, rate_limits=True))  # type: ignore[type-var]
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    data = {"identity": "x", "passcode": "1"}
    answers = [client.post("/sign-in?step=code", data=data).status_code for _ in range(31)]
    assert answers[0] == 200
    assert answers[-1] == 429
