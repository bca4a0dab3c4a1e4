from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.pooling.actions import keep_all_apart, merge, split, stay_out
from matchmaker.pooling.changes import add_joint_need, end_members
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


def test_a_mails_link_leads_on_after_a_split(
    page: Callable[..., Element],
    db: Database,
    sign_in: Callable[[Account], None],
    people: dict[str, Account],
    owners: list[Account],
    joint_need: int,
) -> None:
    """One need is taken out alone, two go on; who was never asked learns of nothing."""
    alone, *together = get_joint_need(db, joint_need).members
    made = split_off(db, joint_need, people["hub_staff"], [each.need_id for each in together])
    old, new = f"/joint-needs/{joint_need}/answer", f"/joint-needs/{made}/answer"
    by_id = {owner.id: owner for owner in owners}
    for member in together:
        sign_in(by_id[member.owner_id or 0])
        shown = page(old)
        assert "Hubben har delt det fælles behov op" in text_of(shown)
        assert member.title in text_of(shown)
        assert new in addresses_in(shown)
        others = [each.title for each in (alone, *together) if each is not member]
        assert not any(title in text_of(shown) for title in others)
        page(new)
    sign_in(by_id[alone.owner_id or 0])
    shown = page(old)
    assert "Der var ikke andre behov tilbage" in text_of(shown)
    assert "Dit behov står nu for sig selv" in text_of(shown)
    page(new, 404)
    for role in ("clinician", "company", "hub_staff"):
        sign_in(people[role])
        page(old, 404)


def test_a_mails_link_leads_to_what_a_joint_need_was_merged_into(
    page: Callable[..., Element],
    db: Database,
    sign_in: Callable[[Account], None],
    people: dict[str, Account],
    owners: list[Account],
    joint_need: int,
) -> None:
    needs = [make_need(db, make_organisation(db, kind="municipality")) for _ in range(2)]
    with db.atomic():
        larger = add_joint_need(db, needs, actor_id=None, now=NOW)
    merge(
        db, larger, joint_need, version=1, other_version=get_joint_need(db, joint_need).version,
        actor=people["hub_staff"], links=Links("http://localhost", "x"), now=NOW,
    )  # fmt: skip
    sign_in(owners[0])
    shown = page(f"/joint-needs/{joint_need}/answer")
    assert "slået det fælles behov sammen med et andet" in text_of(shown)
    assert f"/joint-needs/{larger}/answer" in addresses_in(shown)


@pytest.mark.parametrize("what", ["stayed_out", "kept_apart", "not_open"])
def test_who_has_left_a_joint_need_reads_why(
    what: str,
    page: Callable[..., Element],
    db: Database,
    sign_in: Callable[[Account], None],
    people: dict[str, Account],
    owners: list[Account],
    joint_need: int,
) -> None:
    member = next(
        each for each in get_joint_need(db, joint_need).members if each.owner_id == owners[0].id
    )
    if what == "stayed_out":
        stay_out(db, joint_need, member.need_id, actor=owners[0], now=NOW)
    elif what == "kept_apart":
        version = get_joint_need(db, joint_need).version
        keep_all_apart(db, joint_need, version=version, actor=people["hub_staff"], now=NOW)
    else:
        with db.atomic():
            end_members(db, [member], now=NOW + timedelta(days=1))
    sign_in(owners[0])
    told = {
        "stayed_out": "Du eller en kollega har svaret",
        "kept_apart": "forskellige problemer",
        "not_open": "ikke længere åbent",
    }
    assert told[what] in text_of(page(f"/joint-needs/{joint_need}/answer"))


def test_who_was_never_asked_reads_nothing_of_what_happened(
    page: Callable[..., Element],
    db: Database,
    sign_in: Callable[[Account], None],
    people: dict[str, Account],
    owners: list[Account],
) -> None:
    needs = [row["id"] for row in db.rows("select id from need order by id")]
    with db.atomic():
        proposed = add_joint_need(db, needs, actor_id=None, now=NOW)
    keep_all_apart(db, proposed, version=1, actor=people["hub_staff"], now=NOW)
    sign_in(owners[0])
    page(f"/joint-needs/{proposed}/answer", 404)


def addresses_in(page: Element) -> set[str | None]:
    return {link.get("href") for link in page.findall(".//{*}a")}


def split_off(db: Database, joint_need: int, staff: Account, needs: list[int]) -> int:
    version = get_joint_need(db, joint_need).version
    made = split(db, joint_need, frozenset(needs), version=version, actor=staff, now=NOW)
    assert made is not None
    return made


def test_an_owner_does_not_learn_by_answering_whose_needs_are_in_it(
    client: FlaskClient,
    db: Database,
    sign_in: Callable[[Account], None],
    owners: list[Account],
    joint_need: int,
) -> None:
    sign_in(owners[0])
    others = [m for m in get_joint_need(db, joint_need).members if m.owner_id != owners[0].id]
    answers = {
        (answer.status_code, answer.location)
        for need in (others[0].need_id, 987654)
        for answer in [
            client.post(f"/joint-needs/{joint_need}/answer", data={"need": need, "answer": "join"})
        ]
    }
    assert answers == {(302, "/joint-needs/mine")}


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


def test_who_merges_after_a_colleague_is_told_what_the_colleague_did(
    client: FlaskClient,
    db: Database,
    page: Callable[..., Element],
    sign_in_as: Callable[[str], Account],
    joint_need: int,
) -> None:
    staff = sign_in_as("hub_staff")
    place = make_organisation(db, kind="municipality")
    needs = [make_need(db, place, title=f"Fald {number}") for number in range(2)]
    other = add_joint_need(db, needs, actor_id=None, now=NOW)
    offered = [e.get("value") for e in page(f"/joint-needs/{joint_need}").iter() if e.get("value")]
    version = get_joint_need(db, other).version
    assert f"{other}-{version}" in offered
    client.post(f"/joint-needs/{other}/keep-apart", data={"version": version})
    form = {"version": get_joint_need(db, joint_need).version, "other": f"{other}-{version}"}
    answer = client.post(f"/joint-needs/{joint_need}/merge", data=form, follow_redirects=True)
    told = answer.get_data(as_text=True)
    assert "allerede ændret" in told
    assert f"{staff.name} har opløst “Fald 0”" in told
    form = {**form, "other": "gone"}
    assert client.post(f"/joint-needs/{joint_need}/merge", data=form).status_code == 422
