"""A number that no page of ours would send, or none at all, gives a page or a message, no 500."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.web.access import ACCESS
from tests.factories import make_account
from tests.project.records import make_records

#: Stands for a number that is not sent.
LEFT_OUT = "left out"
#: Letters, far too much for the database, too many digits for Python, a digit that is none.
FORGED = ("abc", str(10**30), "9" * 5000, "²", LEFT_OUT)
#: The names under which forms post numbers.
IDS = (
    "account_id", "capability", "collaboration", "colleague", "covers", "guests", "hub",
    "invitation_id", "need", "organisation", "other", "receiver", "refer_to", "request_id",
    "responsible", "side", "suggestion",
)  # fmt: skip
SEEN = ("seen", "sequence", "shown", "version")
COUNTS = ("approaches_per_month", "minutes", "trl", "value")
GROUPS = (IDS, SEEN, (*IDS, *SEEN, *COUNTS))
#: What else the forms ask for, so that the numbers are looked at.
WORDS = {
    "agenda": "", "answer": "join", "audience": "hub", "click": "", "decides": "Indkøb",
    "decision": "refer", "description": "En måtte", "done": "yes", "due_on": "2027-01-04",
    "ends_on": "2027-01-05", "form": "small_test", "form_key": "a" * 32, "happened_on":
    "2026-01-05", "hand_note": "", "introduction": "I har noget at tale om.", "keep": "theirs",
    "kind": "meeting", "name": "Navn", "note": "Hej", "path": "tender", "place": "Her",
    "problem": "Vi opdager liggesår for sent.", "question": "Hvad?", "reason": "other",
    "role": "member", "rows": "remove-", "send": "y", "stage": "dialogue", "starts_at": "09:30",
    "starts_on": "2027-01-04", "state": "in_use", "summary": "Besøg", "target": "need-",
    "text": "Hej", "text_da": "Hej", "title": "Liggesår", "to": "hub", "value_band": "near",
    "verb": "pause",
}  # fmt: skip
#: A name that ends in a number.
ENDING = ("rows", "target")


@pytest.fixture
def records(db: Database, people: dict[str, Account], tmp_path: Path) -> dict[str, list[int]]:
    return make_records(db, tmp_path / "files")


@pytest.mark.parametrize("role", ["hub_staff", "company"])
def test_no_forged_number_makes_an_endpoint_fail(
    role: str,
    app: Flask,
    client: FlaskClient,
    db: Database,
    records: dict[str, list[int]],
    people: dict[str, Account],
    sign_in: Callable[[Account], None],
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    hub = db["need"].get(records["need_id"][-1])["hub_id"]
    reader = make_account(db, hub, role) if role == "hub_staff" else people[role]
    failed = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in ACCESS or "POST" not in (rule.methods or set()):
            continue
        for forged, names in product(FORGED, GROUPS):
            sign_in(reader)
            form = _form(db, forged, names)
            if "hub" in form and form["hub"] != forged:
                form["hub"] = str(hub)
            response = client.post(_address(rule, records), data=form)
            if response.status_code >= 500:
                failed.append(f"{rule.endpoint} {forged[:40]} as {names[0]}")
    assert not failed, "\n".join(failed)


def _form(db: Database, forged: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return a form in which these numbers are forged and the rest could have been sent."""
    numbers = (*IDS, *SEEN, *COUNTS)
    form = {**WORDS, **dict.fromkeys(numbers, "1"), **dict.fromkeys(names, forged)}
    for row in db.rows("select id from need union select id from capability"):
        for noun in ("need", "capability"):
            form[f"contact-{noun}-{row['id']}"] = forged
    if names is GROUPS[0]:
        # With a wish for more rows nothing else is looked at.
        form.pop("rows")
    form |= {name: form[name] + forged for name in ENDING if name in form}
    return {name: value for name, value in form.items() if value != LEFT_OUT}


def _address(rule: Rule, records: dict[str, list[int]]) -> str:
    values = {name: _value(rule, name, records) for name in rule.arguments}
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def _value(rule: Rule, name: str, records: dict[str, list[int]]) -> object:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return records.get(name, [1])[-1] if isinstance(converter, IntegerConverter) else "x"
