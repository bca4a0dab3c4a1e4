"""Accounts: one for each address, closed at once when they are closed, erased without a trace."""

from datetime import timedelta

import pytest

from matchmaker.accounts import actions, passkeys
from matchmaker.accounts.account import NotPermittedError
from matchmaker.accounts.actions import AddressTakenError
from matchmaker.accounts.address import BadAddressError
from matchmaker.accounts.queries import find_account_by_email, get_account
from matchmaker.accounts.sign_in_codes import send_code
from matchmaker.audit.log import list_events
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from tests.factories import NOW, make_account, make_hub, make_organisation

LINKS = Links("https://hub.example", "secret")


def add_passkey(db: Database, account_id: int) -> None:
    passkeys.add_passkey(
        db,
        account_id,
        now=NOW,
        credential_id=b"credential",
        public_key=b"key",
        sign_count=0,
        transports=["internal"],
        backup_state=True,
        device_type="multi_device",
        name="My phone",
        usage="first",
    )


def test_an_address_is_stored_in_one_way_of_writing(memory_db: Database) -> None:
    account = actions.create_account(
        memory_db, email=" Karen.Holm@SYDFJORD.dk ", name="  Karen \n Holm ", now=NOW
    )
    assert (account.email, account.name) == ("karen.holm@sydfjord.dk", "Karen Holm")
    assert find_account_by_email(memory_db, "KAREN.HOLM@sydfjord.dk") == account


def test_an_address_has_one_account(memory_db: Database) -> None:
    actions.create_account(memory_db, email="karen@sydfjord.dk", name="Karen", now=NOW)
    with pytest.raises(AddressTakenError):
        actions.create_account(memory_db, email="Karen@sydfjord.dk", name="K", now=NOW)


@pytest.mark.parametrize("email", ["", "karen", "karen@", "@sydfjord.dk", "a b@c.dk", "a@b@c.dk"])
def test_what_is_no_address_is_refused(memory_db: Database, email: str) -> None:
    with pytest.raises(BadAddressError):
        actions.create_account(memory_db, email=email, name="Karen", now=NOW)


def test_a_profile_is_changed_by_its_owner_and_the_log_names_the_fields(
    memory_db: Database,
) -> None:
    karen = make_account(memory_db, name="Karen", language="da")
    actions.change_profile(
        memory_db, karen.id, name="Karen Holm", title="", phone="", language="en",
        actor=karen, now=NOW,
    )  # fmt: skip
    assert get_account(memory_db, karen.id).name == "Karen Holm"
    event = list_events(memory_db, "account", karen.id)[-1]
    assert event.detail == {"fields": ["language", "name"]}


def test_a_profile_is_changed_by_nobody_else(memory_db: Database) -> None:
    hub = make_hub(memory_db)
    karen, boss = make_account(memory_db), make_account(memory_db, hub, "administrator")
    with pytest.raises(NotPermittedError):
        actions.change_profile(
            memory_db, karen.id, name="X", title="", phone="", language="da", actor=boss, now=NOW
        )


def test_closing_an_account_ends_its_sessions_and_it_can_be_opened_again(
    memory_db: Database,
) -> None:
    hub = make_hub(memory_db)
    karen, boss = make_account(memory_db), make_account(memory_db, hub, "hub_manager")
    before = memory_db.first("select fs_uniquifier from account where id = ?", (karen.id,))
    actions.deactivate_account(memory_db, karen.id, actor=boss, now=NOW)
    after = memory_db.first("select fs_uniquifier from account where id = ?", (karen.id,))
    assert not get_account(memory_db, karen.id).is_active
    assert before != after
    actions.reactivate_account(memory_db, karen.id, actor=boss, now=NOW)
    assert get_account(memory_db, karen.id).is_active


def test_only_hub_managers_close_accounts_and_not_their_own(memory_db: Database) -> None:
    hub = make_hub(memory_db)
    karen = make_account(memory_db)
    staff, boss = (
        make_account(memory_db, hub, "hub_staff"),
        make_account(memory_db, hub, "hub_manager"),
    )
    with pytest.raises(NotPermittedError):
        actions.deactivate_account(memory_db, karen.id, actor=staff, now=NOW)
    with pytest.raises(NotPermittedError):
        actions.deactivate_account(memory_db, boss.id, actor=boss, now=NOW)


def test_erasing_leaves_nothing_that_tells_who_it_was(memory_db: Database) -> None:
    hospital = make_organisation(memory_db, kind="hospital")
    karen = make_account(
        memory_db, hospital, name="Karen Holm", email="karen@sydfjord.dk", title="Sygeplejerske",
        phone="+45 11 22 33 44",
    )  # fmt: skip
    add_passkey(memory_db, karen.id)
    send_code(memory_db, karen.email, links=LINKS, now=NOW)
    memory_db["outbox_mail"].update(1, {"state": "sent"})
    actions.set_password(memory_db, karen.id, "hash", now=NOW)
    actions.erase_account(memory_db, karen.id, actor=karen, now=NOW + timedelta(hours=1))

    left = get_account(memory_db, karen.id)
    assert not left.is_active
    assert left.memberships == ()
    everything = "\n".join(memory_db.iterdump())
    for word in ("Karen", "karen", "sydfjord.dk", "Sygeplejerske", "11 22 33 44", "My phone"):
        assert word not in everything, f"{word} is left"
    assert [event.action for event in list_events(memory_db, "account", karen.id)][-1:] == [
        "account.erase"
    ]


def test_an_erased_address_may_come_back_as_somebody_new(memory_db: Database) -> None:
    karen = make_account(memory_db, email="karen@sydfjord.dk")
    actions.erase_account(memory_db, karen.id, actor=karen, now=NOW)
    again = actions.create_account(memory_db, email="karen@sydfjord.dk", name="Karen", now=NOW)
    assert again.id != karen.id


def test_an_account_is_erased_by_its_owner_or_an_administrator(memory_db: Database) -> None:
    hub = make_hub(memory_db)
    karen = make_account(memory_db)
    staff = make_account(memory_db, hub, "hub_manager")
    boss = make_account(memory_db, hub, "administrator")
    with pytest.raises(NotPermittedError):
        actions.erase_account(memory_db, karen.id, actor=staff, now=NOW)
    actions.erase_account(memory_db, karen.id, actor=boss, now=NOW)
    with pytest.raises(NotPermittedError):
        actions.reactivate_account(memory_db, karen.id, actor=boss, now=NOW)
