"""What somebody may not know of answers as what is not there: no answer tells what exists."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from matchmaker.accounts.account import Account
from matchmaker.alerts.watching import add_watch
from matchmaker.casework.file_store import FileStore
from matchmaker.casework.files import add_file
from matchmaker.casework.tasks import TaskDraft, add_task
from matchmaker.conflicts.actions import declare_conflict
from matchmaker.conflicts.conflict import Declaration
from matchmaker.database import Database
from matchmaker.procurement.log import write_down
from matchmaker.web.access import ACCESS, Audience
from tests.casework.conftest import TODAY, introduce
from tests.casework.test_bookings import book
from tests.casework.test_files import PDF
from tests.casework.test_meetings import call
from tests.collaborations.conftest import make_world
from tests.factories import NOW, make_capability, make_need, make_organisation
from tests.pooling.asking import joint_need_of

MISSING = 987654
STRANGERS = (None, "member", "clinician", "company")
#: What a form might say of a record; each endpoint takes what it knows.
FORM = {
    "answer": "join", "stage": "dialogue", "note": "Hej", "audience": "parties", "text": "Hej",
    "reason": "other", "account_id": "1", "role": "member", "request_id": "1",
    "invitation_id": "1", "question": "Hvor mange?", "need": "1", "target": "need-1",
}  # fmt: skip
#: The same, about others: of the record itself it says nothing.
FORMS = ({}, FORM, {**FORM, "need": str(987654), "stage": "test", "audience": "hub"})

Hidden = dict[str, list[int]]


@pytest.fixture
def hidden(db: Database, people: dict[str, Account], tmp_path: Path) -> Hidden:
    """Records of every kind that `people` have no part in and that nobody has published."""
    table = introduce(make_world(db))
    world = table.world
    joint_need = joint_need_of(db, world.need, NOW)
    db["need"].update(world.need, {"state": "paused"})
    db["capability"].update(world.solution, {"state": "paused"})
    draft = make_need(db, world.hospital, hub_id=world.hub, state="draft", owner_id=world.karen.id)
    of_public_need = make_world(db).invited()
    table.offer("2027-01-01", "2027-12-31")
    task = TaskDraft("Send aftalen", TODAY, world.jonas.id, "parties")
    file = add_file(
        db, FileStore(tmp_path / "files"), table.id, "Plan.pdf", PDF, audience="parties",
        actor=world.jonas, now=NOW,
    )  # fmt: skip
    contact = write_down(
        db, world.need, "meeting", world.company, "Ringet", TODAY, actor=world.karen, now=NOW
    )
    conflict = declare_conflict(
        db,
        Declaration("person", world.hospital, "Ægtefælle", TODAY, account_id=world.jonas.id),
        actor=world.jonas,
        now=NOW,
    )
    watch = add_watch(
        db, "need", {"q": "fald"}, name="Fald", rhythm="daily", actor=world.karen, now=NOW
    )
    return {
        "need_id": [draft, world.need],
        "capability_id": [
            make_capability(db, world.company, state="draft", owner_id=world.jonas.id),
            world.solution,
        ],
        "collaboration_id": [table.id, of_public_need.id],
        "organisation_id": [make_organisation(db), world.company],
        "joint_need_id": [joint_need],
        "task_id": [add_task(db, table.id, task, actor=world.jonas, now=NOW)],
        "file_id": [file],
        "meeting_id": [call(table)],
        "booking_id": [book(table)],
        "contact_id": [contact],
        "conflict_id": [conflict],
        "watch_id": [watch.id],
        "mail_id": [int(world.mails()[0]["id"])],
        "passkey_id": [1],
    }


@pytest.mark.parametrize("role", STRANGERS)
def test_no_answer_tells_a_stranger_what_exists(
    role: str | None,
    app: Flask,
    client: FlaskClient,
    hidden: Hidden,
    people: dict[str, Account],
    sign_in: Callable[[Account], None],
) -> None:
    if role is not None:
        sign_in(people[role])
    told = []
    for method, rule, address, nowhere in _pairs(app, role, hidden):
        for form in FORMS if method == "POST" else FORMS[:1]:
            here, there = (_answer(client, method, path, form) for path in (address, nowhere))
            if here != there:
                told.append(f"{method} {rule.endpoint} {address}: {here[0]} and {there[0]}")
    assert not told, "\n".join(told)


def _pairs(app: Flask, role: str | None, hidden: Hidden) -> Iterator[tuple[str, Rule, str, str]]:
    """Yield each address of a hidden record, and the same address of none."""
    for rule in app.url_map.iter_rules():
        names = [n for n in rule.arguments if isinstance(rule._converters[n], IntegerConverter)]
        known = ACCESS.get(rule.endpoint) in (Audience.PUBLIC, Audience.SIGNED_IN)
        if not names or not (known or (role is None and rule.endpoint in ACCESS)):
            continue
        for number in range(max(len(hidden.get(name, [1])) for name in names)):
            here = {name: (hidden.get(name, [1]) * 9)[number] for name in names}
            there = dict.fromkeys(names, MISSING)
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield method, rule, _address(rule, here), _address(rule, there)


def _address(rule: Rule, ids: dict[str, int]) -> str:
    values = {name: ids.get(name) or _first(rule, name) for name in rule.arguments}
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def _first(rule: Rule, name: str) -> str:
    converter = rule._converters[name]
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else "x"


def _answer(
    client: FlaskClient, method: str, address: str, form: dict[str, str]
) -> tuple[int, str, str]:
    """Return status, where it leads and what the heading says, without the ids of the address."""
    response = client.open(address, method=method, data=form or None)
    heading = re.search(r"<h1.*?</h1>", response.text, re.DOTALL)
    leads_to = re.sub(r"\d+", "#", response.headers.get("Location", ""))
    return response.status_code, leads_to, heading[0] if heading else ""
