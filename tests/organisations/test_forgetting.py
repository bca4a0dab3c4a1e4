"""Who is erased, and who never came in, is not remembered anywhere."""

import json
from datetime import timedelta

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.export import export_account
from matchmaker.database import Database
from matchmaker.organisations.forgetting import erase_person, forget_expired
from matchmaker.organisations.invitations import invite_colleague
from matchmaker.organisations.joining import Newcomer, ask_to_join, start_registration
from matchmaker.organisations.organisation import Details
from matchmaker.organisations.queries import get_organisation
from matchmaker.outbox.actions import erase_old_bodies
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_account, make_hub, make_organisation

LINKS = Links("http://localhost", "only-for-tests")
KAREN = "karen@sydfjord.dk"


def test_nothing_tells_of_an_erased_person_not_even_mails_to_others(memory_db: Database) -> None:
    db = memory_db
    make_hub(db)
    hospital, town = (make_organisation(db, kind=kind) for kind in ("hospital", "municipality"))
    editor = make_account(db, town, "editor")
    newcomer = Newcomer(KAREN, "Karen Holm", "", "da")
    start_registration(db, newcomer, Details("company", "A"), links=LINKS, now=NOW)
    karen = make_account(db, hospital, "editor", name="Karen Holm", email=KAREN)
    invite_colleague(db, town, KAREN, "member", actor=editor, links=LINKS, now=NOW)
    invite_colleague(db, hospital, "ole@sydfjord.dk", "member", actor=karen, links=LINKS, now=NOW)
    ask_to_join(db, get_organisation(db, town), account=karen, links=LINKS, now=NOW)
    db.execute("update outbox_mail set state = 'sent', sent_at = created_at")
    db.conn.commit()
    erase_person(db, karen.id, actor=karen, now=NOW)
    everything = "\n".join(db.iterdump())
    for word in (KAREN, "Karen Holm"):
        assert word not in everything, f"{word} is left"
    assert "ole@sydfjord.dk" in everything


def test_a_mail_that_others_wait_for_is_sent_before_it_is_forgotten(memory_db: Database) -> None:
    db = memory_db
    make_hub(db)
    town = make_organisation(db, kind="municipality")
    make_account(db, town, "editor")
    karen = make_account(db, name="Karen Holm", email=KAREN)
    ask_to_join(db, get_organisation(db, town), account=karen, links=LINKS, now=NOW)
    erase_person(db, karen.id, actor=karen, now=NOW)
    assert db.first("select state, body_text <> '' as told from outbox_mail") == {
        "state": "waiting",
        "told": 1,
    }


def test_nobody_erases_somebody_else(memory_db: Database) -> None:
    karen, ole = make_account(memory_db, name="Karen Holm"), make_account(memory_db)
    before = list(memory_db.conn.iterdump())
    with pytest.raises(NotPermittedError):
        erase_person(memory_db, karen.id, actor=ole, now=NOW)
    assert list(memory_db.conn.iterdump()) == before


def test_strangers_who_never_came_are_forgotten(memory_db: Database) -> None:
    db = memory_db
    make_hub(db)
    town = make_organisation(db, kind="municipality")
    editor = make_account(db, town, "editor")
    invite_colleague(db, town, "ole@sydfjord.dk", "member", actor=editor, links=LINKS, now=NOW)
    newcomer = Newcomer("per@sydfjord.dk", "Per Dam", "", "da")
    start_registration(db, newcomer, Details("company", "A"), links=LINKS, now=NOW)
    forget_expired(db, now=NOW)
    assert "ole@sydfjord.dk" in "\n".join(db.iterdump())
    db.execute("update outbox_mail set state = 'sent', sent_at = created_at")
    db.conn.commit()
    later = NOW + timedelta(days=100)
    forget_expired(db, now=later)
    erase_old_bodies(db, now=later)
    everything = "\n".join(db.iterdump())
    for word in ("ole@sydfjord.dk", "per@sydfjord.dk", "Per Dam"):
        assert word not in everything, f"{word} is left"


def test_a_person_learns_of_invitations_and_of_what_was_done_with_the_account(
    memory_db: Database,
) -> None:
    db = memory_db
    town = make_organisation(db, kind="municipality")
    editor, karen = make_account(db, town, "editor"), make_account(db, email=KAREN)
    invite_colleague(db, town, KAREN, "member", actor=editor, links=LINKS, now=NOW)
    export = export_account(db, karen.id)
    assert [row["organisation_id"] for row in export["invitations_received"]] == [town]
    erase_person(db, karen.id, actor=karen, now=NOW)
    about = export_account(db, karen.id)["log_about_the_account"]
    assert [event["action"] for event in about] == ["account.erase"]
    json.dumps(about)
