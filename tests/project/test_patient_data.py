"""A CPR number is refused wherever somebody could type it, and is then nowhere in the data."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from matchmaker.accounts import actions, passkeys
from matchmaker.accounts.account import Account
from matchmaker.accounts.command import user_group
from matchmaker.config import Settings
from matchmaker.database import Database
from matchmaker.needs import actions as needs
from matchmaker.needs.need import Answers
from matchmaker.organisations.actions import register_organisation, upsert_organisation
from matchmaker.organisations.invitations import invite_colleague
from matchmaker.organisations.joining import Newcomer, start_registration
from matchmaker.organisations.organisation import Details
from matchmaker.outbox.links import Links
from matchmaker.profiles.importing import Origin
from matchmaker.screening.screen import PatientDataFound
from tests.factories import NOW, make_account, make_hub, make_organisation

SignInAs = Callable[[str], Account]
CPR = "010190-1234"
LINKS = Links("http://localhost", "only-for-tests")
ORGANISATION = {
    "kind": "hospital",
    "name": "Sygehus Sydfjord",
    "country": "DK",
    "region": "1083",
    "municipality": "",
    "size": "",
    "cvr": "",
    "website": "",
    "description": "",
    "language": "da",
    "version": "1",
}
PROFILE = {"name": "Karen Holm", "title": "", "phone": "", "language": "da"}
REGISTRATION = {
    "name": "Jonas Lind",
    "email": "jonas@example.dk",
    "title": "",
    "organisation_kind": "company",
    "organisation_name": "Sidesæk ApS",
    "cvr": "",
    "country": "DK",
    "region": "1083",
}


def has_trace(settings: Settings) -> bool:
    files = [path for path in settings.data_folder.rglob("*") if path.is_file()]
    assert files
    return any(CPR.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        *(("/profile", PROFILE, field) for field in ("name", "title", "phone")),
        *(
            ("/organisations/{organisation}/edit", ORGANISATION, field)
            for field in ("name", "website", "description", "cvr")
        ),
        ("/organisations/{organisation}/departments/new", {"name": ""}, "name"),
        *(
            ("/join", REGISTRATION, field)
            for field in ("organisation_name", "cvr", "region", "country")
        ),
    ],
)
def test_a_form_of_who_is_signed_in_leaves_no_trace(
    path: str,
    form: dict[str, str],
    field: str,
    client: FlaskClient,
    settings: Settings,
    sign_in_as: SignInAs,
) -> None:
    karen = sign_in_as("clinician")
    address = path.format(organisation=karen.memberships[0].organisation_id)
    response = client.post(address, data={**form, field: f"{form[field]} www.a.dk/{CPR}".strip()})
    assert response.status_code in (200, 422)
    assert not has_trace(settings)


@pytest.mark.parametrize("field", ["name", "title", "email", "organisation_name", "next"])
def test_registering_leaves_no_trace(
    field: str, client: FlaskClient, settings: Settings, people: dict[str, Account]
) -> None:
    typed = {"email": f"{CPR}@example.dk", "next": f"/needs?q={CPR}"}.get(field, f"Pt {CPR}")
    client.post("/register", data={**REGISTRATION, field: typed})
    assert not has_trace(settings)


def test_an_invitation_leaves_no_trace(
    client: FlaskClient, settings: Settings, sign_in_as: SignInAs
) -> None:
    karen = sign_in_as("clinician")
    address = f"/organisations/{karen.memberships[0].organisation_id}/invite"
    response = client.post(address, data={"email": f"{CPR}@example.dk", "role": "member"})
    assert response.status_code == 200
    assert not has_trace(settings)


@pytest.mark.parametrize("typed", ["010190-1234", "010190%201234"])
def test_what_was_searched_for_before_sign_in_is_not_kept(
    typed: str, client: FlaskClient, db: Database, people: dict[str, Account]
) -> None:
    data = {"identity": people["hub_staff"].email, "next": f"/organisations?q={typed}"}
    assert client.post("/sign-in/code", data=data).status_code == 302
    assert [row["next_path"] for row in db.rows("select next_path from sign_in_code")] == [""]


def test_the_domain_refuses_what_no_form_has_seen(memory_db: Database) -> None:
    db = memory_db
    hub = make_hub(db)
    staff = make_account(db, hub, "hub_staff")
    town = make_organisation(db, kind="municipality")
    texts = {"name": "Karen", "title": "", "phone": "", "language": "da"}
    company = Details("company", "Nordhud ApS", region="1083")
    newcomer = Newcomer("ny@example.dk", "Ny", f"Pt {CPR}", "da")
    refused: list[Callable[[], object]] = [
        lambda: actions.create_account(db, email="a@example.dk", name=f"Pt {CPR}", now=NOW),
        lambda: actions.create_account(db, email=f"{CPR}@example.dk", name="A", now=NOW),
        lambda: actions.change_profile(
            db, staff.id, **{**texts, "phone": CPR}, actor=staff, now=NOW
        ),
        lambda: passkeys.add_passkey(db, staff.id, now=NOW, name=CPR),
        lambda: register_organisation(db, Details("company", CPR), actor=staff, now=NOW),
        lambda: register_organisation(
            db, Details("company", "A", website=f"www.a.dk/{CPR}"), actor=staff, now=NOW
        ),
        lambda: upsert_organisation(db, company, source="x", external_id=CPR, now=NOW),
        lambda: upsert_organisation(
            db, company, source="x", external_id="1", aliases=["A", CPR], now=NOW
        ),
        lambda: invite_colleague(
            db, town, f"{CPR}@example.dk", "editor", actor=staff, links=LINKS, now=NOW
        ),
        lambda: start_registration(db, newcomer, company, links=LINKS, now=NOW),
        lambda: needs.upsert_imported(
            db, Answers("Fald"), Origin("x", CPR), organisation_id=town, actor=staff, now=NOW
        ),
    ]
    before = list(db.conn.iterdump())
    for act in refused:
        with pytest.raises(PatientDataFound):
            act()
    assert list(db.conn.iterdump()) == before


def test_the_command_refuses_it_in_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_DATA", str(settings.data_folder))
    result = CliRunner().invoke(user_group, ["add", "a@example.dk", f"Pt {CPR}"])
    assert result.exit_code == 1
    assert CPR not in result.output
    assert "Error: patient data in name" in result.output
    assert not has_trace(settings)
