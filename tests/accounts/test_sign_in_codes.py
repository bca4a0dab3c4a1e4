"""Codes and links: mailed to those who are known, good for a quarter of an hour, used once."""

import re
from datetime import timedelta

import pytest

from matchmaker.accounts.actions import deactivate_account
from matchmaker.accounts.sign_in_codes import (
    SignInLinkError,
    find_link,
    make_sign_in_link,
    send_code,
    use_code,
    use_link,
)
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_account

LINKS = Links("https://hub.example", "secret")
WHO = "karen@sydfjord.dk"


def mailed(db: Database) -> tuple[str, str]:
    """Return the code and the link's token of the newest mail."""
    mail = db.first("select * from outbox_mail order by id desc")
    assert mail is not None
    code = re.search(r"^(\d{3}) (\d{3})$", mail["body_text"], re.MULTILINE)
    link = re.search(r"/sign-in/link/(\S+)$", mail["body_text"], re.MULTILINE)
    assert code
    assert link
    return code[1] + code[2], link[1]


def test_a_code_is_good_once(memory_db: Database) -> None:
    karen = make_account(memory_db, email=WHO)
    send_code(memory_db, WHO.upper(), links=LINKS, now=NOW)
    code, _ = mailed(memory_db)
    assert use_code(memory_db, karen.id, code, links=LINKS, now=NOW)
    assert not use_code(memory_db, karen.id, code, links=LINKS, now=NOW)


def test_a_code_is_good_for_fifteen_minutes(memory_db: Database) -> None:
    karen = make_account(memory_db, email=WHO)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    code, token = mailed(memory_db)
    late = NOW + timedelta(minutes=15)
    assert not use_code(memory_db, karen.id, code, links=LINKS, now=late)
    with pytest.raises(SignInLinkError):
        use_link(memory_db, token, links=LINKS, now=late)


def test_a_code_is_somebodys_own(memory_db: Database) -> None:
    make_account(memory_db, email=WHO)
    ole = make_account(memory_db)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    assert not use_code(memory_db, ole.id, mailed(memory_db)[0], links=LINKS, now=NOW)


def test_using_one_code_uses_up_the_others_and_their_links(memory_db: Database) -> None:
    karen = make_account(memory_db, email=WHO)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    first, first_link = mailed(memory_db)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    second, _ = mailed(memory_db)
    assert use_code(memory_db, karen.id, first, links=LINKS, now=NOW)
    assert first == second or not use_code(memory_db, karen.id, second, links=LINKS, now=NOW)
    with pytest.raises(SignInLinkError):
        use_link(memory_db, first_link, links=LINKS, now=NOW)


def test_a_link_can_be_looked_at_many_times_and_used_once(memory_db: Database) -> None:
    karen = make_account(memory_db, email=WHO)
    send_code(memory_db, WHO, next_path="/needs/7", links=LINKS, now=NOW)
    _, token = mailed(memory_db)
    for _ in range(3):
        assert find_link(memory_db, token, links=LINKS, now=NOW).account.id == karen.id
    assert use_link(memory_db, token, links=LINKS, now=NOW).next_path == "/needs/7"
    with pytest.raises(SignInLinkError):
        find_link(memory_db, token, links=LINKS, now=NOW)


@pytest.mark.parametrize("values", [{"email": "ole@sydfjord.dk"}, {"email": WHO, "active": 0}])
def test_unknown_and_closed_addresses_get_no_mail(
    memory_db: Database, values: dict[str, object]
) -> None:
    make_account(memory_db, **values)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    assert memory_db["outbox_mail"].count == 0


def test_a_link_dies_with_its_account(memory_db: Database) -> None:
    karen = make_account(memory_db, email=WHO)
    link = make_sign_in_link(memory_db, karen, links=LINKS, now=NOW)
    deactivate_account(memory_db, karen.id, actor=None, now=NOW)
    with pytest.raises(SignInLinkError):
        use_link(memory_db, link.rpartition("/")[2], links=LINKS, now=NOW)


def test_neither_code_nor_link_is_stored_in_plain(memory_db: Database) -> None:
    make_account(memory_db, email=WHO)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    code, token = mailed(memory_db)
    row = memory_db.first("select * from sign_in_code")
    assert code not in str(row)
    assert token not in str(row)


def test_the_mail_is_in_the_readers_language(memory_db: Database) -> None:
    make_account(memory_db, email=WHO, language="en")
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    mail = memory_db.first("select * from outbox_mail")
    assert mail is not None
    assert mail["subject"] == "Your code to sign in"


def test_the_subject_which_staff_and_mail_servers_list_holds_no_code(memory_db: Database) -> None:
    make_account(memory_db, email=WHO)
    send_code(memory_db, WHO, links=LINKS, now=NOW)
    mail = memory_db.first("select * from outbox_mail")
    assert mail is not None
    assert not any(character.isdigit() for character in mail["subject"])
