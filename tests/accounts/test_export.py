"""What a person gets who asks what is held about them."""

import json

from matchmaker.accounts.export import export_account
from matchmaker.accounts.memberships import give_role
from matchmaker.database import Database
from tests.factories import NOW, make_account, make_capability, make_need, make_organisation


def test_the_export_holds_what_the_person_is_and_did(memory_db: Database) -> None:
    org = make_organisation(memory_db, name="Sygehus Sydfjord")
    karen = make_account(memory_db, org, name="Karen Holm")
    other = make_account(memory_db)
    need = make_need(memory_db, org, owner_id=karen.id)
    make_capability(memory_db, org, owner_id=other.id)
    give_role(memory_db, other.id, org, "member", actor=karen, now=NOW)
    export = export_account(memory_db, karen.id)
    assert export["account"]["name"] == "Karen Holm"
    assert export["memberships"][0]["name"] == "Sygehus Sydfjord"
    assert [row["id"] for row in export["needs_owned"]] == [need]
    assert export["capabilities_owned"] == []
    assert [event["action"] for event in export["log"]] == ["membership.begin"]


def test_the_export_holds_no_secret_and_is_json(memory_db: Database) -> None:
    karen = make_account(memory_db, password="$argon2id$hash", fs_uniquifier="session-key")
    text = json.dumps(export_account(memory_db, karen.id))
    assert "argon2" not in text
    assert "session-key" not in text
    assert '"has_password": 1' in text
