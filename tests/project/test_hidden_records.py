"""What somebody may not know of answers as what is not there: no answer tells what exists."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.web.access import ACCESS, Audience
from tests.project.records import make_records

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
    records = make_records(db, tmp_path / "files")
    db["need"].update(records["need_id"][1], {"state": "paused"})
    for capability_id in records["capability_id"]:
        db["capability"].update(capability_id, {"state": "paused"})
    db["capability"].update(records["capability_id"][0], {"state": "draft"})
    return records


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
