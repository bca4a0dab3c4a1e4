"""Finding organisations, hubs and the people in them."""

import pytest

from matchmaker.database import Database
from matchmaker.organisations.queries import (
    NoHubError,
    OrganisationNotFoundError,
    find_by_cvr,
    find_by_name,
    get_organisation,
    hub_for_region,
    is_public,
    list_hub_staff,
    list_members,
    search_organisations,
)
from tests.factories import make_account, make_capability, make_hub, make_need, make_organisation


def test_search_folds_danish_letters_and_finds_aliases_and_numbers(memory_db: Database) -> None:
    make_organisation(memory_db, name="Ærø Sygehus", kind="hospital", aliases='["ÆS"]')
    make_organisation(memory_db, name="NordHud ApS", cvr="13585628")
    for text, count in (("ærø", 1), ("ÆRØ", 1), ("æs", 1), ("13 58 56 28", 1), ("", 2), ("x", 0)):
        assert search_organisations(memory_db, text)[1] == count, text
    rows, total = search_organisations(memory_db, "", kind="hospital")
    assert ([row.name for row in rows], total) == (["Ærø Sygehus"], 1)


def test_search_comes_in_pages(memory_db: Database) -> None:
    for number in range(60):
        make_organisation(memory_db, name=f"Org {number:02}")
    first, total = search_organisations(memory_db, page=1)
    second, _ = search_organisations(memory_db, page=2)
    assert (len(first), len(second), total) == (50, 10, 60)


def test_signs_with_a_meaning_in_sql_are_letters_in_a_search(memory_db: Database) -> None:
    make_organisation(memory_db, name="100 % Care")
    assert search_organisations(memory_db, "%")[1] == 1
    assert search_organisations(memory_db, "_")[1] == 0
    assert search_organisations(memory_db, "' or 1=1 --")[1] == 0


def test_names_are_found_whatever_the_capitals(memory_db: Database) -> None:
    org = make_organisation(memory_db, name="Sygehus Ærø")
    found = find_by_name(memory_db, " sygehus  ÆRØ ")
    assert found is not None
    assert found.id == org


def test_the_hub_of_a_region_or_the_oldest(memory_db: Database) -> None:
    with pytest.raises(NoHubError):
        hub_for_region(memory_db, "1083")
    syd, midt = make_hub(memory_db), make_hub(memory_db, name="Hub Midt", region="1082")
    assert hub_for_region(memory_db, "1082") == midt
    assert hub_for_region(memory_db, "1081") == syd
    assert hub_for_region(memory_db, None) == syd


def test_a_missing_organisation_is_an_error(memory_db: Database) -> None:
    with pytest.raises(OrganisationNotFoundError):
        get_organisation(memory_db, 99)
    assert find_by_cvr(memory_db, "13585628") is None


def test_members_are_those_of_today_editors_first(memory_db: Database) -> None:
    org = make_organisation(memory_db)
    member = make_account(memory_db, org, "member", name="A")
    editor = make_account(memory_db, org, "editor", name="B")
    gone = make_account(memory_db, org)
    memory_db.execute(
        "update membership set ended_at = '2026-01-01' where account_id = ?", (gone.id,)
    )
    assert [m.account_id for m in list_members(memory_db, org)] == [editor.id, member.id]


def test_hub_staff_are_the_active_people_of_the_hub(memory_db: Database) -> None:
    hub = make_hub(memory_db)
    staff = make_account(memory_db, hub, "hub_staff")
    make_account(memory_db, hub, "hub_staff", active=0)
    make_account(memory_db, hub, "member")
    assert [person.id for person in list_hub_staff(memory_db, hub)] == [staff.id]


def test_an_organisation_is_public_when_it_shows_itself(memory_db: Database) -> None:
    make_hub(memory_db)
    company, hidden, open_one = (make_organisation(memory_db) for _ in range(3))
    assert not is_public(memory_db, get_organisation(memory_db, company))
    make_capability(memory_db, company)
    make_need(memory_db, hidden, show_organisation=0)
    make_need(memory_db, open_one)
    assert is_public(memory_db, get_organisation(memory_db, company))
    assert not is_public(memory_db, get_organisation(memory_db, hidden))
    assert is_public(memory_db, get_organisation(memory_db, open_one))
