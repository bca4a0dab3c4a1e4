from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.pooling.queries import get_joint_need
from tests.conftest import text_of
from tests.factories import NOW, make_account, make_need, make_organisation
from tests.pooling.asking import joint_need_of


@pytest.fixture
def owners(db: Database, people: dict[str, Account]) -> list[Account]:
    """The owners of three published needs of three municipalities."""
    found = []
    for name in ("Aadal", "Bækby", "Cold"):
        place = make_organisation(db, kind="municipality", name=f"{name} Kommune")
        found.append(make_account(db, place, name=f"Ejer {name}"))
        make_need(db, place, owner_id=found[-1].id, title=f"Sår i {name}")
    return found


@pytest.fixture
def joint_need(db: Database, owners: list[Account]) -> int:
    row = db.first("select id from need where owner_id = ?", (owners[0].id,))
    assert row is not None
    return joint_need_of(db, int(row["id"]), NOW)


def answer(client: FlaskClient, db: Database, joint_need: int, owner: Account, what: str) -> None:
    row = db.first("select id from need where owner_id = ?", (owner.id,))
    assert row is not None
    data = {"need": row["id"], "answer": what}
    assert client.post(f"/joint-needs/{joint_need}/answer", data=data).status_code == 302


def test_staff_sees_the_list_and_one_joint_need(
    page: Callable[..., Element], sign_in_as: Callable[[str], Account], joint_need: int
) -> None:
    sign_in_as("hub_staff")
    assert "Sår i Cold" in text_of(page("/joint-needs?state=asked"))
    shown = text_of(page(f"/joint-needs/{joint_need}"))
    assert "3 behov fra 3 organisationer" in shown
    page("/joint-needs")
    page("/joint-needs/999", 404)


def test_an_owner_sees_the_others_once_both_have_joined(
    page: Callable[..., Element],
    client: FlaskClient,
    db: Database,
    sign_in: Callable[[Account], None],
    owners: list[Account],
    joint_need: int,
) -> None:
    sign_in(owners[0])
    before = text_of(page(f"/joint-needs/{joint_need}/answer"))
    assert "Sår i Aadal" in before
    answer(client, db, joint_need, owners[0], "join")
    alone = text_of(page(f"/joint-needs/{joint_need}/answer"))
    sign_in(owners[1])
    answer(client, db, joint_need, owners[1], "join")
    sign_in(owners[0])
    after = text_of(page(f"/joint-needs/{joint_need}/answer"))
    for hidden in ("Sår i Bækby", "Ejer Bækby", owners[1].email):
        assert hidden not in before + alone
        assert hidden in after
    assert "Sår i Cold" not in after
    assert "Tryksår opdages for sent" in text_of(page("/joint-needs/mine"))


def test_nobody_else_opens_the_owners_page(
    page: Callable[..., Element], sign_in_as: Callable[[str], Account], joint_need: int
) -> None:
    for role in ("clinician", "company", "hub_staff"):
        sign_in_as(role)
        page(f"/joint-needs/{joint_need}/answer", 404)


def test_staff_splits_and_is_told_when_overtaken(
    client: FlaskClient, db: Database, sign_in_as: Callable[[str], Account], joint_need: int
) -> None:
    sign_in_as("hub_staff")
    found = get_joint_need(db, joint_need)
    taken = found.members[0].need_id
    data = {"version": str(found.version), "need": str(taken)}
    client.post(f"/joint-needs/{joint_need}/split", data=data)
    assert get_joint_need(db, joint_need).member(taken) is None
    late = client.post(f"/joint-needs/{joint_need}/keep-apart", data=data, follow_redirects=True)
    assert late.status_code == 200
    assert get_joint_need(db, joint_need).is_live
    nothing = client.post(f"/joint-needs/{joint_need}/split", data={"version": "1"})
    assert nothing.status_code == 422
