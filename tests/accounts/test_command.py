"""The commands of the operator: add, list, role, deactivate, sign-in-link."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matchmaker.accounts.command import user_group
from matchmaker.accounts.queries import find_account_by_email
from matchmaker.accounts.sign_in_codes import use_link
from matchmaker.clock import utc_now
from matchmaker.database import Database, open_database
from matchmaker.outbox.links import Links
from tests.factories import make_account, make_hub, make_organisation

WHO = "anna@hub.dk"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("MATCHMAKER_DATA", str(tmp_path))
    monkeypatch.setenv("MATCHMAKER_SECRET_KEY", "secret")
    db = open_database(tmp_path / "matchmaker.db")
    yield db
    db.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(user_group, list(arguments))


def test_an_operator_adds_the_first_hub_manager(site: Database) -> None:
    hub = make_hub(site)
    result = run(
        "add", WHO, "Anna Riis", "--organisation", "Hub Syddanmark", "--role", "hub_manager"
    )
    assert result.exit_code == 0, result.output
    anna = find_account_by_email(site, WHO)
    assert anna is not None
    assert anna.is_hub_manager
    assert anna.hub_ids == (hub,)
    assert f"hub_manager of Hub Syddanmark ({hub})" in run("list").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "anna", "Anna"), "is no e-mail address"),
        (("add", "taken@hub.dk", "Anna"), "has an account already"),
        (("add", WHO, "Anna", "--organisation", "Nowhere"), "add it first"),
        (("add", WHO, "Anna", "--organisation", "NordHud", "--role", "hub_staff"), "in hubs only"),
        (("role", "taken@hub.dk", "NordHud", "member"), "nobody would be left"),
        (("role", WHO, "NordHud", "member"), "nobody has the address"),
        (("sign-in-link", WHO), "nobody has the address"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    site: Database, arguments: tuple[str, ...], message: str
) -> None:
    make_account(site, make_organisation(site, name="NordHud"), email="taken@hub.dk")
    result = run(*arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert find_account_by_email(site, WHO) is None


def test_a_link_for_an_operator_signs_in_once(site: Database) -> None:
    anna = make_account(site, email=WHO)
    token = run("sign-in-link", WHO).output.strip().rpartition("/")[2]
    links = Links("http://127.0.0.1:8000", "secret")
    assert use_link(site, token, links=links, now=utc_now()).account.id == anna.id


def test_a_closed_account_gets_no_link_until_it_is_open_again(site: Database) -> None:
    make_account(site, email=WHO)
    assert run("deactivate", WHO).output == f"{WHO}: closed\n"
    assert "is closed" in run("sign-in-link", WHO).output
    assert "[closed]" in run("list").output
    assert run("deactivate", WHO, "--undo").exit_code == 0
    assert run("sign-in-link", WHO).exit_code == 0


@pytest.mark.parametrize("name", ["add", "list", "role", "deactivate", "sign-in-link"])
def test_each_command_has_help_with_an_example(name: str) -> None:
    assert "Example: matchmaker user" in run(name, "--help").output
