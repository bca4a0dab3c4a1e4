"""Registering by mail, and asking to join what is here already."""

import re
from datetime import timedelta

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.address import BadAddressError
from matchmaker.accounts.queries import find_account_by_email, get_account
from matchmaker.database import Database
from matchmaker.organisations.joining import (
    Entry,
    JoinRequestError,
    Newcomer,
    RegistrationError,
    answer_join_request,
    complete_registration,
    start_registration,
)
from matchmaker.organisations.organisation import Details, OrganisationError
from matchmaker.organisations.queries import list_join_requests
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_account, make_hub, make_organisation

LINKS = Links("https://hub.example", "secret")
WHO = "jonas@nordhud.dk"
NORDHUD = Details("company", "NordHud ApS", cvr="13585628", region="1083")


def start(db: Database, details: Details = NORDHUD, email: str = WHO) -> None:
    newcomer = Newcomer(email, "Jonas Lind", "Direktør", "da")
    start_registration(db, newcomer, details, links=LINKS, now=NOW)


def mails(db: Database, kind: str) -> list[dict[str, str]]:
    return db.rows("select * from outbox_mail where kind = ? order by id", (kind,))


def token(db: Database) -> str:
    found = re.search(r"/register/(\S+)$", mails(db, "confirm_registration")[-1]["body_text"], re.M)
    assert found
    return found[1]


def register(db: Database, details: Details = NORDHUD, email: str = WHO) -> Entry:
    start(db, details, email)
    return complete_registration(db, token(db), links=LINKS, now=NOW)


def test_nothing_exists_until_the_address_is_confirmed(memory_db: Database) -> None:
    start(memory_db)
    assert memory_db["account"].count == memory_db["organisation"].count == 0
    entry = complete_registration(memory_db, token(memory_db), links=LINKS, now=NOW)
    assert not entry.must_wait
    jonas = find_account_by_email(memory_db, WHO)
    assert jonas is not None
    assert jonas.title == "Direktør"
    assert jonas.may_edit(entry.organisation.id)


def test_the_link_is_good_once_and_for_two_days(memory_db: Database) -> None:
    start(memory_db)
    late = NOW + timedelta(hours=48)
    with pytest.raises(RegistrationError):
        complete_registration(memory_db, token(memory_db), links=LINKS, now=late)
    complete_registration(memory_db, token(memory_db), links=LINKS, now=NOW)
    with pytest.raises(RegistrationError):
        complete_registration(memory_db, token(memory_db), links=LINKS, now=NOW)
    assert memory_db["registration"].count == 0


def test_a_known_address_gets_a_link_to_sign_in(memory_db: Database) -> None:
    make_account(memory_db, email=WHO)
    start(memory_db)
    assert "/sign-in/link/" in mails(memory_db, "already_registered")[0]["body_text"]
    assert memory_db["registration"].count == 0


def test_a_closed_address_gets_nothing(memory_db: Database) -> None:
    make_account(memory_db, email=WHO, active=0)
    start(memory_db)
    assert memory_db["outbox_mail"].count == 0


def test_what_does_not_hold_is_refused_before_any_mail(memory_db: Database) -> None:
    with pytest.raises(OrganisationError):
        start(memory_db, Details("company", "X", cvr="12345678"))
    with pytest.raises(BadAddressError):
        start(memory_db, email="jonas")
    with pytest.raises(NotPermittedError):
        start(memory_db, Details("hub", "Hub Nord"))
    assert memory_db["outbox_mail"].count == 0


@pytest.mark.parametrize(
    "details",
    [
        Details("company", "Something else", cvr="DK-13585628"),
        Details("company", " nordhud  APS "),
    ],
)
def test_an_organisation_that_is_here_is_asked(memory_db: Database, details: Details) -> None:
    org = make_organisation(memory_db, name="NordHud ApS", cvr="13585628")
    editor = make_account(memory_db, org)
    entry = register(memory_db, details)
    assert entry.must_wait
    assert entry.organisation.id == org
    assert memory_db["organisation"].count == 1
    assert not entry.account.belongs_to(org)
    assert [mail["recipient"] for mail in mails(memory_db, "join_request")] == [editor.email]


def test_two_companies_may_share_a_name(memory_db: Database) -> None:
    make_organisation(memory_db, name="NordHud ApS", cvr="25313763")
    assert not register(memory_db).must_wait


def test_the_hub_is_asked_where_nobody_speaks(memory_db: Database) -> None:
    make_organisation(memory_db, name="NordHud ApS", cvr="13585628")
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    register(memory_db)
    assert [mail["recipient"] for mail in mails(memory_db, "join_request")] == [staff.email]


def test_an_editor_lets_the_person_in(memory_db: Database) -> None:
    org = make_organisation(memory_db, name="NordHud ApS", cvr="13585628")
    editor = make_account(memory_db, org)
    entry = register(memory_db)
    (request,) = list_join_requests(memory_db, org)
    answer_join_request(memory_db, request["id"], "editor", actor=editor, links=LINKS, now=NOW)
    assert get_account(memory_db, entry.account.id).may_edit(org)
    assert len(mails(memory_db, "join_answer")) == 1
    with pytest.raises(JoinRequestError):
        answer_join_request(memory_db, request["id"], None, actor=editor, links=LINKS, now=NOW)


def test_a_request_can_be_declined_and_asked_again(memory_db: Database) -> None:
    org = make_organisation(memory_db, name="NordHud ApS", cvr="13585628")
    editor = make_account(memory_db, org)
    entry = register(memory_db)
    (request,) = list_join_requests(memory_db, org)
    answer_join_request(memory_db, request["id"], None, actor=editor, links=LINKS, now=NOW)
    assert not get_account(memory_db, entry.account.id).belongs_to(org)
    assert list_join_requests(memory_db, org) == []


def test_strangers_answer_no_requests(memory_db: Database) -> None:
    org = make_organisation(memory_db, name="NordHud ApS", cvr="13585628")
    make_account(memory_db, org)
    entry = register(memory_db)
    (request,) = list_join_requests(memory_db, org)
    with pytest.raises(NotPermittedError):
        answer_join_request(
            memory_db, request["id"], "editor", actor=entry.account, links=LINKS, now=NOW
        )


def test_a_name_cannot_bring_its_own_paragraph_into_a_mail(memory_db: Database) -> None:
    newcomer = Newcomer(WHO, "Win\n\nhttps://evil.example\n\n", "", "da")
    start_registration(memory_db, newcomer, NORDHUD, links=LINKS, now=NOW)
    html = mails(memory_db, "confirm_registration")[0]["body_html"]
    assert 'href="https://evil.example' not in html
