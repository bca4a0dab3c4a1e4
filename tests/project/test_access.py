"""Every endpoint says who may call it, and the answer holds for every role."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from matchmaker.accounts.account import Account
from matchmaker.web.access import ACCESS, Audience, may_call

ROLES = (None, "member", "clinician", "company", "hub_staff", "hub_manager", "administrator")

#: The least that each audience lets in, written out so that a slip in the table's reading shows.
ALLOWED = {
    Audience.PUBLIC: set(ROLES),
    Audience.SIGNED_IN: set(ROLES) - {None},
    Audience.HUB_STAFF: {"hub_staff", "hub_manager", "administrator"},
    Audience.HUB_MANAGER: {"hub_manager", "administrator"},
    Audience.ADMINISTRATOR: {"administrator"},
}


def test_every_endpoint_is_declared_and_every_declaration_has_an_endpoint(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    # Flask-Security brings endpoints that we keep closed: undeclared means 404 for everybody.
    undeclared = {name for name in endpoints - set(ACCESS) if not name.startswith("security.")}
    assert not undeclared
    assert not set(ACCESS) - endpoints


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_is_declared_and_nothing_else(
    role: str | None,
    app: Flask,
    client: FlaskClient,
    people: dict[str, Account],
    sign_in: Callable[[Account], None],
) -> None:
    for rule in _rules(app, "GET"):
        if role is not None:
            sign_in(people[role])
        response = client.get(_address(rule))
        sent_to_sign_in = "/sign-in" in response.headers.get("Location", "")
        if role in ALLOWED[ACCESS[rule.endpoint]]:
            # The record may still be somebody else's, or none: the domain decides that.
            assert not sent_to_sign_in, f"{role} is sent away from {rule.endpoint}"
        elif role is None:
            assert sent_to_sign_in, f"{rule.endpoint} opens for strangers"
        else:
            assert response.status_code == 403, f"{rule.endpoint} opens for {role}"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sends_a_form_where_they_may_not(
    role: str | None,
    app: Flask,
    client: FlaskClient,
    people: dict[str, Account],
    sign_in: Callable[[Account], None],
) -> None:
    if role is not None:
        sign_in(people[role])
    for rule in _rules(app, "POST"):
        if role not in ALLOWED[ACCESS[rule.endpoint]]:
            response = client.post(_address(rule))
            expected = 302 if role is None else 403
            assert response.status_code == expected, f"{rule.endpoint} opens for {role}"


@pytest.mark.parametrize("audience", list(Audience))
def test_a_deactivated_account_may_call_public_endpoints_alone(audience: Audience) -> None:
    account = Account(1, "a@example.dk", "A", "", "", "da", is_active=False)
    assert may_call(account, audience) is (audience is Audience.PUBLIC)


def test_an_undeclared_endpoint_is_closed(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert client.get("/forgotten").status_code == 404


def _rules(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint in ACCESS and method in (rule.methods or ()) and rule.endpoint != "static"
    ]


def _address(rule: Rule) -> str:
    """Return an address for the rule; records need not exist: access is decided before."""
    values = {name: _value(rule, name) for name in rule.arguments}
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def _value(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"
