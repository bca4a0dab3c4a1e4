"""What happens to a capability, without any page."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from matchmaker.accounts.account import Account
from matchmaker.capabilities import actions
from matchmaker.capabilities.actions import CAPABILITIES
from matchmaker.capabilities.capability import FIELDS, KINDS, Offer, Period
from matchmaker.capabilities.queries import (
    get_capability,
    get_visible,
    list_for_export,
    list_mine,
    list_of_organisation,
    list_published,
)
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.profiles.errors import (
    InvalidProfileError,
    NotAllowedError,
    ProfileNotFoundError,
    StaleVersionError,
)
from matchmaker.profiles.finding import rank
from matchmaker.profiles.importing import Origin
from matchmaker.profiles.reading import Search
from matchmaker.profiles.versions import list_versions
from matchmaker.screening.screen import PatientDataFound
from tests.factories import NOW, make_account, make_capability, make_hub, make_organisation

CPR = "010203-1234"
CUSHION = Offer(
    kind="solution",
    title="Siddekort: cushion cover that shows pressure",
    description="A washable cover that warns before the skin breaks.",
    trl=8,
    ce_marked=True,
    device_class="mdr_i",
    markets=("DK", "SE"),
    languages=("da", "en"),
)
FLAT = Offer(
    kind="testbed",
    title="Testlejlighed med sengeafsnit",
    description="En lejlighed, hvor personale prøver udstyr.",
    facilities="Seng, lift, bad",
    free_periods=(Period("2027-02-01", "2027-03-15", "kun hverdage"),),
)


@pytest.fixture
def company(memory_db: Database) -> int:
    make_hub(memory_db)
    return make_organisation(memory_db, name="Nordhud ApS", region="1082")


@pytest.fixture
def owner(memory_db: Database, company: int) -> Account:
    return make_account(memory_db, company, "editor")


def draft(db: Database, owner: Account, offer: Offer = CUSHION, **more: str) -> int:
    (organisation_id,) = owner.organisation_ids
    return actions.save_draft(
        db, offer, organisation_id=organisation_id, actor=owner, now=NOW, **more
    )


def published(db: Database, owner: Account, offer: Offer = CUSHION) -> int:
    capability_id = draft(db, owner, offer)
    actions.publish(db, capability_id, actor=owner, now=NOW)
    return capability_id


@pytest.mark.parametrize("offer", [CUSHION, FLAT])
def test_what_was_offered_is_read_back(offer: Offer, memory_db: Database, owner: Account) -> None:
    capability = get_capability(memory_db, draft(memory_db, owner, offer))
    for name in Offer.__dataclass_fields__:
        assert getattr(capability, name) == getattr(offer, name)
    assert capability.language == ("en" if offer is CUSHION else "da")


@pytest.mark.parametrize(
    "field",
    [
        *("title", "description", "evidence", "price_model", "facilities"),
        *("target_groups", "research_field", "past_projects"),
    ],
)
def test_a_cpr_number_in_any_field_is_refused_before_anything_is_stored(
    field: str, memory_db: Database, owner: Account
) -> None:
    before = "".join(memory_db.conn.iterdump())
    with pytest.raises(PatientDataFound) as caught:
        draft(memory_db, owner, replace(FLAT, **{field: CPR}))
    assert list(caught.value.findings) == [field]
    assert "".join(memory_db.conn.iterdump()) == before


def test_a_cpr_number_in_the_note_of_a_period_is_refused(
    memory_db: Database, owner: Account
) -> None:
    noted = replace(FLAT, free_periods=(Period("2027-02-01", "2027-02-02", CPR),))
    with pytest.raises(PatientDataFound) as caught:
        draft(memory_db, owner, noted)
    assert list(caught.value.findings) == ["free_periods.0.note"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "thing"),
        ("trl", 10),
        ("device_class", "mdr_x"),
        ("languages", ("fi",)),
        ("markets", ("<b>",)),
        ("free_periods", (Period("2027-02-02", "2027-02-01"),)),
        ("free_periods", (Period("soon", "later"),)),
        ("title", "x" * 201),
    ],
)
def test_unknown_values_are_refused_by_field(
    field: str, value: object, memory_db: Database, owner: Account
) -> None:
    with pytest.raises(InvalidProfileError) as caught:
        draft(memory_db, owner, replace(CUSHION, **{field: value}))
    assert list(caught.value.fields) == [field]


def test_periods_are_replaced_and_kept_in_the_versions(memory_db: Database, owner: Account) -> None:
    capability_id = draft(memory_db, owner, FLAT)
    later = (Period("2027-05-01", "2027-06-01"),)
    moved = replace(FLAT, free_periods=later)
    assert actions.change(memory_db, capability_id, moved, version=1, actor=owner, now=NOW)
    assert get_capability(memory_db, capability_id).free_periods == later
    newest, _oldest = list_versions(memory_db, CAPABILITIES, capability_id)
    assert [change.field for change in newest.changes] == ["free_periods"]
    with pytest.raises(StaleVersionError):
        actions.change(memory_db, capability_id, CUSHION, version=1, actor=owner, now=NOW)


def test_missing_facts_are_those_that_the_kind_is_asked_for(
    memory_db: Database, owner: Account
) -> None:
    assert get_capability(memory_db, draft(memory_db, owner)).missing_facts == (
        "evidence",
        "price_model",
    )
    assert get_capability(memory_db, draft(memory_db, owner, FLAT)).missing_facts == (
        "target_groups",
        "past_projects",
    )


def test_a_form_sent_twice_makes_one_capability(memory_db: Database, owner: Account) -> None:
    first = draft(memory_db, owner, FLAT, form_key="abc")
    assert draft(memory_db, owner, FLAT, form_key="abc") == first
    assert memory_db["capability"].count == 1


def test_nobody_registers_in_somebody_elses_name(memory_db: Database, company: int) -> None:
    stranger = make_account(memory_db, make_organisation(memory_db))
    with pytest.raises(NotAllowedError):
        actions.save_draft(memory_db, CUSHION, organisation_id=company, actor=stranger, now=NOW)


def test_only_the_published_part_is_public(memory_db: Database, owner: Account) -> None:
    hidden = draft(memory_db, owner)
    told = replace(FLAT, facilities="Skriv til os@nordhud.example")
    shown = get_visible(memory_db, published(memory_db, owner, told), None)
    assert shown.profile.owner_id is None
    assert shown.profile.facilities == "Skriv til •••"
    with pytest.raises(ProfileNotFoundError):
        get_visible(memory_db, hidden, None)
    (company,) = owner.organisation_ids
    assert len(list_of_organisation(memory_db, company)) == 1
    assert len(list_mine(memory_db, owner)) == 2


def test_the_catalogue_narrows_and_counts(memory_db: Database, owner: Account) -> None:
    published(memory_db, owner)
    published(memory_db, owner, FLAT)
    published(memory_db, owner, replace(CUSHION, trl=3, ce_marked=None))
    everything = list_published(memory_db, Search({}))
    counts = {
        name: {choice.value: choice.count for choice in choices}
        for name, choices in everything.facets.items()
    }
    assert counts == {
        "kind": {"solution": 2, "testbed": 1},
        "region": {"1082": 3},
        "country": {"DK": 3},
        "language": {"en": 2, "da": 1},
        "ce": {"yes": 1},
        "trl": {"1-3": 1, "7-9": 1},
    }
    ready = list_published(memory_db, Search({"kind": "solution", "trl": "7-9"}))
    assert ready.total == 1
    assert {choice.value for choice in ready.facets["trl"]} == {"1-3", "7-9"}


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2027-03-15", "2027-04-01", 1),
        ("2027-03-16", "2027-04-01", 0),
        ("", "2027-02-01", 1),
        ("2027-03-01", "", 1),
        ("2028-01-01", "", 0),
    ],
)
def test_a_testbed_is_found_when_it_has_room(
    first: str, last: str, found: int, memory_db: Database, owner: Account
) -> None:
    published(memory_db, owner, FLAT)
    listing = list_published(memory_db, Search({}), free_from=first, free_until=last)
    assert listing.total == found


def test_search_reads_past_projects_and_prefers_rare_words(
    memory_db: Database, owner: Account
) -> None:
    wanted = Offer(
        kind="expertise",
        title="Aalborg Universitet",
        description="Har taget del i regionale projekter.",
        past_projects="Forebyggelse af tryksår hos kørestolsbrugere med sensorer.",
    )
    others = [
        published(memory_db, owner, replace(wanted, title=f"Institut {n}", past_projects=text))
        for n, text in enumerate(["Projekt om fisk", "Projekt om brugere af busser", "Projekt"])
    ]
    expected = published(memory_db, owner, wanted)
    found = rank(memory_db, CAPABILITIES, "projekt om tryksår hos kørestolsbrugere")
    assert found[0] == expected
    near = rank(memory_db, CAPABILITIES, "tryksår", nearest=[others[2], expected])
    assert near == [expected, others[2]]
    assert rank(memory_db, CAPABILITIES, '"(*') == []


def test_a_capability_ends_after_a_year_unless_renewed(memory_db: Database, owner: Account) -> None:
    links = Links("https://hub.example", "secret")
    ending, kept = published(memory_db, owner), published(memory_db, owner, FLAT)
    soon, due = NOW + timedelta(days=360), NOW + timedelta(days=366)
    actions.renew(memory_db, kept, actor=owner, now=soon)
    assert actions.expire_due(memory_db, links, now=due) == [ending]
    mails = memory_db.rows("select kind, body_text from outbox_mail")
    assert [mail["kind"] for mail in mails] == ["capability_expired"]
    assert "https://hub.example/capabilities/renew/" in mails[0]["body_text"]


def test_a_row_imported_twice_makes_one_capability(memory_db: Database, owner: Account) -> None:
    (company,) = owner.organisation_ids
    where = {"organisation_id": company, "actor": owner, "now": NOW}
    origin = Origin("projects", "DK0007")
    outcomes = [
        actions.upsert_imported(memory_db, offer, origin, **where).outcome
        for offer in (FLAT, FLAT, replace(FLAT, facilities="Nyt"))
    ]
    assert outcomes == ["created", "unchanged", "changed"]
    (row,) = list_for_export(memory_db)
    assert (row["state"], row["organisation_name"]) == ("published", "Nordhud ApS")
    json.dumps(row)


def test_each_kind_is_asked_for_fields_that_exist() -> None:
    assert set(FIELDS) == set(KINDS)
    assert {name for names in FIELDS.values() for name in names} <= set(Offer.__dataclass_fields__)


def test_the_factory_of_other_tests_makes_readable_rows(memory_db: Database, company: int) -> None:
    assert get_capability(memory_db, make_capability(memory_db, company)).markets == ()
