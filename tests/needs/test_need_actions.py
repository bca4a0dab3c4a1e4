"""What happens to a need, without any page."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.database import Database
from matchmaker.needs import actions
from matchmaker.needs.actions import NEEDS, AlreadySupportedError
from matchmaker.needs.need import Answers
from matchmaker.needs.queries import get_need, get_visible, list_for_export, list_published
from matchmaker.outbox.links import Links
from matchmaker.profiles.errors import (
    IncompleteProfileError,
    InvalidProfileError,
    NotAllowedError,
    ProfileNotFoundError,
    StaleVersionError,
    WrongStateError,
)
from matchmaker.profiles.importing import Origin
from matchmaker.profiles.reading import Search
from matchmaker.profiles.renewal import read_renewal
from matchmaker.profiles.versions import list_versions
from matchmaker.screening.screen import PatientDataFound
from tests.factories import NOW, make_account, make_hub, make_organisation

CPR = "010203-1234"
SORES = Answers(
    problem="Borgere i kørestol får liggesår på sædet. Vi ser dem først ved det årlige eftersyn.",
    target="Voksne med rygmarvsskade, der bor hjemme",
    approach="Skriv til mette@kommune.example, tlf. 65 41 10 22",
)
LINKS = Links("https://hub.example", "secret")


@pytest.fixture
def hospital(memory_db: Database) -> int:
    make_hub(memory_db)
    return make_organisation(memory_db, kind="hospital", name="Sygehus Sydfjord")


@pytest.fixture
def owner(memory_db: Database, hospital: int) -> Account:
    return make_account(memory_db, hospital, "member", language="da")


@pytest.fixture
def staff(memory_db: Database, hospital: int) -> Account:
    return make_account(memory_db, 1, "hub_staff")


def draft(db: Database, owner: Account, answers: Answers = SORES, **more: str) -> int:
    (organisation_id, *_) = sorted(owner.organisation_ids)
    return actions.save_draft(
        db, answers, organisation_id=organisation_id, actor=owner, now=NOW, **more
    )


def published(db: Database, owner: Account, answers: Answers = SORES) -> int:
    need_id = draft(db, owner, answers)
    actions.publish(db, need_id, actor=owner, now=NOW)
    return need_id


def test_a_draft_gets_its_title_language_hub_and_search_words(
    memory_db: Database, owner: Account
) -> None:
    need = get_need(memory_db, draft(memory_db, owner))
    assert need.title == "Borgere i kørestol får liggesår på sædet"
    assert (need.language, need.state, need.hub_id, need.version) == ("da", "draft", 1, 1)
    found = memory_db.first("select words from need_words where rowid = ?", (need.id,))
    assert found is not None
    assert "kørestol" in found["words"]


def test_every_step_is_in_the_audit_log(memory_db: Database, owner: Account) -> None:
    need_id = published(memory_db, owner)
    actions.pause(memory_db, need_id, actor=owner, now=NOW)
    actions.close(memory_db, need_id, "solved_elsewhere", actor=owner, now=NOW)
    events = list_events(memory_db, "need", need_id)
    assert [(event.action, event.from_state, event.to_state) for event in events] == [
        ("need.create", None, "draft"),
        ("need.publish", "draft", "published"),
        ("need.pause", "published", "paused"),
        ("need.close", "paused", "closed"),
    ]
    assert events[-1].detail == {"close_reason": "solved_elsewhere"}
    assert {event.actor_id for event in events} == {owner.id}


@pytest.mark.parametrize(
    "field", ["problem", "title", "target", "extent", "tried", "requirements", "approach"]
)
def test_a_cpr_number_in_any_answer_is_refused_before_anything_is_stored(
    field: str, memory_db: Database, owner: Account
) -> None:
    answers = replace(SORES, **{field: f"Det gælder {CPR}"})
    need_id = published(memory_db, owner)
    before = "".join(memory_db.conn.iterdump())
    with pytest.raises(PatientDataFound) as caught:
        draft(memory_db, owner, answers)
    assert list(caught.value.findings) == [field]
    with pytest.raises(PatientDataFound):
        actions.change(memory_db, need_id, answers, version=1, actor=owner, now=NOW)
    assert "".join(memory_db.conn.iterdump()) == before


def test_a_form_sent_twice_makes_one_need(memory_db: Database, owner: Account) -> None:
    first = draft(memory_db, owner, form_key="abc")
    changed = replace(SORES, extent="Elleve sidste år")
    assert draft(memory_db, owner, changed, form_key="abc") == first
    assert get_need(memory_db, first).extent == "Elleve sidste år"
    assert memory_db["need"].count == 1


def test_somebody_elses_form_key_finds_nothing_of_theirs(
    memory_db: Database, owner: Account, hospital: int
) -> None:
    first = draft(memory_db, owner, form_key="abc")
    colleague = make_account(memory_db, hospital)
    assert draft(memory_db, colleague, form_key="abc") != first


def test_the_second_editor_is_told_and_overwrites_nothing(
    memory_db: Database, owner: Account
) -> None:
    need_id = draft(memory_db, owner)
    first, second = replace(SORES, extent="en"), replace(SORES, extent="to")
    assert actions.change(memory_db, need_id, first, version=1, actor=owner, now=NOW)
    with pytest.raises(StaleVersionError) as caught:
        actions.change(memory_db, need_id, second, version=1, actor=owner, now=NOW)
    assert caught.value.current == 2
    assert get_need(memory_db, need_id).extent == "en"
    assert not actions.change(memory_db, need_id, first, version=1, actor=owner, now=NOW)


def test_versions_tell_what_changed(memory_db: Database, owner: Account) -> None:
    need_id = draft(memory_db, owner)
    more = replace(SORES, extent="Elleve sidste år")
    actions.change(memory_db, need_id, more, version=1, actor=owner, now=NOW)
    newest, oldest = list_versions(memory_db, NEEDS, need_id)
    assert [(c.field, c.before, c.after) for c in newest.changes] == [
        ("extent", "", "Elleve sidste år")
    ]
    assert (newest.number, oldest.number, newest.saved_by) == (2, 1, owner.name)


def test_a_company_posts_no_need(memory_db: Database, hospital: int) -> None:
    company = make_organisation(memory_db)
    with pytest.raises(NotAllowedError):
        draft(memory_db, make_account(memory_db, company))


def test_a_stranger_changes_nothing(memory_db: Database, owner: Account) -> None:
    need_id = published(memory_db, owner)
    stranger = make_account(memory_db, make_organisation(memory_db, kind="municipality"))
    with pytest.raises(NotAllowedError):
        actions.pause(memory_db, need_id, actor=stranger, now=NOW)
    with pytest.raises(NotAllowedError):
        actions.change(memory_db, need_id, SORES, version=1, actor=stranger, now=NOW)


def test_a_draft_without_a_problem_waits(memory_db: Database, owner: Account) -> None:
    need_id = draft(memory_db, owner, replace(SORES, problem=""))
    with pytest.raises(IncompleteProfileError):
        actions.publish(memory_db, need_id, actor=owner, now=NOW)
    assert get_need(memory_db, need_id).state == "draft"


def test_a_closed_need_stays_closed(memory_db: Database, owner: Account) -> None:
    need_id = draft(memory_db, owner)
    with pytest.raises(InvalidProfileError):
        actions.close(memory_db, need_id, "because", actor=owner, now=NOW)
    actions.close(memory_db, need_id, "other", actor=owner, now=NOW)
    with pytest.raises(WrongStateError):
        actions.publish(memory_db, need_id, actor=owner, now=NOW)
    with pytest.raises(WrongStateError):
        actions.change(memory_db, need_id, SORES, version=1, actor=owner, now=NOW)


def test_nobody_but_its_own_people_sees_a_draft(
    memory_db: Database, owner: Account, staff: Account, hospital: int
) -> None:
    need_id = draft(memory_db, owner)
    editor = make_account(memory_db, hospital, "editor")
    member = make_account(memory_db, hospital, "member")
    assert get_visible(memory_db, need_id, owner).may_change
    assert get_visible(memory_db, need_id, editor).may_change
    for reader in (None, member, staff):
        with pytest.raises(ProfileNotFoundError):
            get_visible(memory_db, need_id, reader)


def test_the_hub_sees_a_submitted_need_and_the_board_does_not(
    memory_db: Database, owner: Account, staff: Account
) -> None:
    need_id = draft(memory_db, owner)
    actions.submit(memory_db, need_id, actor=owner, now=NOW)
    assert get_visible(memory_db, need_id, staff).may_change
    with pytest.raises(ProfileNotFoundError):
        get_visible(memory_db, need_id, None)
    assert list_published(memory_db, Search({})).total == 0


def test_the_public_view_holds_no_person_no_contact_and_no_hidden_name(
    memory_db: Database, owner: Account
) -> None:
    told = "Ring til mig på 65 41 10 22 eller skriv mk@sygehus.example."
    need_id = published(memory_db, owner, replace(SORES, tried=told, show_organisation=False))
    shown = get_visible(memory_db, need_id, None)
    assert not shown.is_full
    assert shown.profile.owner_id is None
    assert shown.profile.approach == ""
    assert shown.organisation.name is None
    assert shown.organisation.kind == "hospital"
    assert shown.profile.tried == "Ring til mig på ••• eller skriv •••."
    (listed,) = list_published(memory_db, Search({})).items
    assert listed == shown


def test_an_organisation_stands_behind_a_need_once(
    memory_db: Database, owner: Account, hospital: int
) -> None:
    need_id = published(memory_db, owner)
    town = make_organisation(memory_db, kind="municipality")
    neighbour = make_account(memory_db, town, "member")
    actions.support(memory_db, need_id, organisation_id=town, actor=neighbour, now=NOW)
    with pytest.raises(AlreadySupportedError):
        actions.support(memory_db, need_id, organisation_id=town, actor=neighbour, now=NOW)
    with pytest.raises(AlreadySupportedError):
        actions.support(memory_db, need_id, organisation_id=hospital, actor=owner, now=NOW)
    with pytest.raises(NotAllowedError):
        actions.support(memory_db, need_id, organisation_id=hospital, actor=neighbour, now=NOW)
    assert get_need(memory_db, need_id).supporters == 1


def test_a_need_ends_after_a_year_with_a_warning_and_a_mail_each_once(
    memory_db: Database, owner: Account
) -> None:
    need_id = published(memory_db, owner)
    soon, due = NOW + timedelta(days=352), NOW + timedelta(days=366)
    for moment in (NOW + timedelta(days=300), soon, soon + timedelta(days=1)):
        assert actions.expire_due(memory_db, LINKS, now=moment) == []
    assert actions.expire_due(memory_db, LINKS, now=due) == [need_id]
    assert actions.expire_due(memory_db, LINKS, now=due) == []
    mails = memory_db.rows("select kind, recipient, language from outbox_mail order by id")
    assert [mail["kind"] for mail in mails] == ["need_expires_soon", "need_expired"]
    assert {(mail["recipient"], mail["language"]) for mail in mails} == {(owner.email, "da")}
    assert get_need(memory_db, need_id).state == "expired"


def test_the_link_in_the_mail_renews_in_its_readers_name(
    memory_db: Database, owner: Account
) -> None:
    need_id = published(memory_db, owner)
    due = NOW + timedelta(days=366)
    actions.expire_due(memory_db, LINKS, now=due)
    mail = memory_db.first("select body_text from outbox_mail")
    assert mail is not None
    token = mail["body_text"].split("/needs/renew/")[1].split()[0]
    renewal = read_renewal(memory_db, NEEDS, LINKS, token)
    assert (renewal.profile_id, renewal.account) == (need_id, owner)
    actions.renew(memory_db, need_id, actor=renewal.account, now=due)
    need = get_need(memory_db, need_id)
    assert (need.state, need.expires_at) == ("published", "2028-11-24T09:00:00Z")


def test_a_row_imported_twice_makes_one_need(
    memory_db: Database, hospital: int, staff: Account
) -> None:
    origin = Origin("kommune.csv", "17")
    where = {"organisation_id": hospital, "actor": staff, "now": NOW}
    made = actions.upsert_imported(memory_db, SORES, origin, **where)
    again = actions.upsert_imported(memory_db, SORES, origin, **where)
    other = actions.upsert_imported(memory_db, replace(SORES, extent="To"), origin, **where)
    assert [each.outcome for each in (made, again, other)] == ["created", "unchanged", "changed"]
    assert len({made.id, again.id, other.id}) == 1
    assert get_need(memory_db, made.id).state == "submitted"
    with pytest.raises(PatientDataFound):
        actions.upsert_imported(memory_db, replace(SORES, tried=CPR), origin, **where)


def test_the_export_names_no_person(memory_db: Database, owner: Account) -> None:
    published(memory_db, owner)
    draft(memory_db, owner)
    (row,) = list_for_export(memory_db)
    assert row["organisation_name"] == "Sygehus Sydfjord"
    assert "owner_id" not in row
    json.dumps(row)
