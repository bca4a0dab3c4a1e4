"""What must hold for an organisation, and what is told when it does not."""

import pytest

from matchmaker.database import Database
from matchmaker.organisations.organisation import (
    Details,
    Organisation,
    OrganisationError,
    check_cvr,
)
from tests.factories import make_account, make_hub, make_organisation


@pytest.mark.parametrize("text", ["13585628", "13 58 56 28", "DK13585628", " dk 13585628 "])
def test_a_cvr_number_may_be_written_in_many_ways(text: str) -> None:
    assert check_cvr(text) == "13585628"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("13585682", "checksum"),
        ("1358562", "length"),
        ("135856281", "length"),
        ("1358562x", "digits"),
        ("03585628", "digits"),
        ("-", "digits"),
    ],
)
def test_a_wrong_cvr_number_is_told_with_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(OrganisationError) as caught:
        check_cvr(text)
    assert (caught.value.field, caught.value.reason) == ("cvr", reason)


def test_a_municipality_fills_in_its_region() -> None:
    details = Details("company", "NordHud", municipality="0461", region="1081").checked()
    assert details.region == "1083"


def test_names_and_addresses_are_stored_in_one_way() -> None:
    details = Details("company", "  NordHud \n ApS ", website="nordhud.example").checked()
    assert details.name == "NordHud ApS"
    assert details.website == "https://nordhud.example"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"kind": "shop"}, "kind"),
        ({"region": "9999"}, "region"),
        ({"municipality": "0411"}, "municipality"),
        ({"country": "XX"}, "country"),
        ({"size": "giant"}, "size"),
        ({"website": "javascript://x.y"}, "website"),
        ({"website": "nowhere"}, "website"),
        ({"cvr": "12345678"}, "cvr"),
    ],
)
def test_what_does_not_hold_is_told_at_its_field(values: dict[str, str], field: str) -> None:
    with pytest.raises(OrganisationError) as caught:
        Details(**{"kind": "company", "name": "NordHud", **values}).checked()
    assert caught.value.field == field


def test_a_foreign_number_is_no_cvr_number() -> None:
    details = Details("company", "Acme", cvr="556012-5790", country="SE").checked()
    assert details.cvr is None


def test_who_gives_which_roles_depends_on_the_organisation(memory_db: Database) -> None:
    hub_id, org_id = make_hub(memory_db), make_organisation(memory_db)
    hub = Organisation("hub", "Hub", id=hub_id)
    org = Organisation("company", "NordHud", id=org_id)
    editor = make_account(memory_db, org_id, "editor")
    staff = make_account(memory_db, hub_id, "hub_staff")
    boss = make_account(memory_db, hub_id, "hub_manager")
    assert org.roles_given_by(editor) == ("member", "editor")
    assert org.roles_given_by(staff) == ("member", "editor")
    assert hub.roles_given_by(staff) == ()
    assert hub.roles_given_by(boss) == ("hub_staff", "hub_manager")
