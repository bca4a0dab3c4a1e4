"""Being asked what came of it, answering, and reading it at the next like case."""

import struct
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from matchmaker.clock import to_text
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.following import close
from matchmaker.database import Database
from matchmaker.outbox.links import LinkExpiredError
from matchmaker.outcomes.actions import tell_outcome
from matchmaker.outcomes.chasing import chase_outcomes
from matchmaker.outcomes.earlier import tried_before
from matchmaker.outcomes.likeness import find_like_needs
from matchmaker.outcomes.links import read_reader, sign_reader
from matchmaker.outcomes.outcome import (
    OutcomeDraft,
    OutcomeStateError,
    TooEarlyError,
    add_months,
    due_round,
)
from matchmaker.outcomes.queries import list_outcomes
from matchmaker.screening.screen import PatientDataFound
from tests.casework.conftest import Table, introduce
from tests.collaborations.conftest import LINKS, make_world
from tests.factories import NOW, make_account, make_need, make_organisation

HALF_A_YEAR = datetime(2027, 5, 23, 9, tzinfo=UTC)


@pytest.fixture
def table(memory_db: Database) -> Table:
    return introduce(make_world(memory_db))


def move(table: Table, stage: str, at: datetime = NOW) -> None:
    table.db["collaboration"].update(table.id, {"stage": stage, "updated_at": to_text(at)})


def chase(table: Table, now: datetime) -> int:
    return chase_outcomes(table.db, links=LINKS, now=now)


def tell(table: Table, who: Any, state: str = "in_use", now: datetime = NOW, **parts: Any) -> None:
    party = table.world.party_of(table.collaboration, who)
    tell_outcome(table.db, table.id, party.id, OutcomeDraft(state, **parts), actor=who, now=now)


@pytest.mark.parametrize(
    ("today", "months"),
    [
        ("2027-02-27", None), ("2027-02-28", 6), ("2027-05-29", 6), ("2027-05-30", None),
        ("2027-08-31", 12), ("2028-08-31", 24), ("2029-01-01", None),
    ],
)  # fmt: skip
def test_a_round_is_due_on_the_day_and_not_for_ever(today: str, months: int | None) -> None:
    day = date.fromisoformat(today)
    assert due_round(date(2026, 8, 31), day, late_days=90) == months
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)


def test_every_party_is_asked_once_at_six_months_and_reminded_once(table: Table) -> None:
    assert chase(table, HALF_A_YEAR - timedelta(days=1)) == 0
    assert chase(table, HALF_A_YEAR) == 3
    assert chase(table, HALF_A_YEAR) == 0
    tell(table, table.world.karen, now=HALF_A_YEAR + timedelta(days=1))
    assert chase(table, HALF_A_YEAR + timedelta(days=13)) == 0
    assert chase(table, HALF_A_YEAR + timedelta(days=14)) == 2
    assert chase(table, HALF_A_YEAR + timedelta(days=40)) == 0
    reminded = {mail["recipient"] for mail in table.world.mails("outcome_reminder")}
    assert reminded == {table.world.jonas.email, table.world.tina.email}
    assert all("/outcomes/answer/" in mail["body_text"] for mail in table.world.mails("outcome"))


def test_operation_starts_the_months_anew(table: Table) -> None:
    chase(table, HALF_A_YEAR)
    move(table, "operation", HALF_A_YEAR)
    sent = chase(table, add(HALF_A_YEAR, 6))
    assert sent == 3
    rounds = table.db.rows("select since, months from outcome_request order by id")
    assert rounds == [
        {"since": "introduction", "months": 6},
        {"since": "operation", "months": 6},
    ]


def add(moment: datetime, months: int) -> datetime:
    return datetime.combine(add_months(moment.date(), months), moment.timetz())


def test_who_said_that_nothing_came_of_it_is_not_asked_again(table: Table) -> None:
    tell(table, table.world.jonas, "nothing")
    assert chase(table, HALF_A_YEAR) == 2
    assert chase(table, HALF_A_YEAR + timedelta(days=14)) == 2


@pytest.mark.parametrize(("reason", "asked"), [("finished", 3), ("price", 0)])
def test_what_ended_as_agreed_is_asked_about_and_what_failed_is_not(
    table: Table, reason: str, asked: int
) -> None:
    close(table.db, table.id, reason, links=LINKS, actor=table.world.staff, now=NOW)
    assert chase(table, HALF_A_YEAR) == asked


def test_what_has_failed_since_it_was_asked_about_is_not_reminded_of(table: Table) -> None:
    assert chase(table, HALF_A_YEAR) == 3
    close(table.db, table.id, "price", links=LINKS, actor=table.world.staff, now=HALF_A_YEAR)
    assert chase(table, HALF_A_YEAR + timedelta(days=14)) == 0


def test_answers_are_added_and_never_changed(table: Table) -> None:
    karen = table.world.karen
    tell(table, karen, "under_way", citizen="Færre tryksår")
    tell(table, karen, "under_way")
    tell(table, karen, "in_use", economy="Sparer 2 timer om ugen")
    newest, first = list_outcomes(table.db, table.id)
    assert (newest.state, first.state) == ("in_use", "under_way")
    assert newest.parts == (
        ("citizen", "Færre tryksår"),
        ("economy", "Sparer 2 timer om ugen"),
    )
    for sql in ("update outcome set state = 'nothing'", "delete from outcome"):
        with pytest.raises(Exception, match="append-only"):
            table.db.execute(sql)
        table.db.rollback()


def test_only_who_speaks_for_a_party_answers_for_it(table: Table) -> None:
    party = table.world.party_of(table.collaboration, table.world.karen)
    for actor, party_id in ((table.stranger, party.id), (table.world.karen, None)):
        with pytest.raises(NotPartyError):
            tell_outcome(table.db, table.id, party_id, OutcomeDraft("in_use"), actor=actor, now=NOW)
    with pytest.raises(OutcomeStateError):
        tell(table, table.world.karen, "bankrupt")
    with pytest.raises(PatientDataFound):
        tell(table, table.world.karen, citizen="Borger 010203-1234 fik det bedre")
    table.db["collaboration"].update(table.id, {"introduced_at": None})
    with pytest.raises(TooEarlyError):
        tell(table, table.world.karen)
    assert list_outcomes(table.db, table.id) == []


def test_a_link_ends_with_the_right_to_speak(table: Table) -> None:
    party = table.world.party_of(table.collaboration, table.world.karen)
    token = sign_reader(LINKS, party, table.world.karen)
    assert read_reader(table.db, LINKS, token)[0].id == party.id
    table.db.execute(
        "update membership set ended_at = 'x' where account_id = ?", (table.world.karen.id,)
    )
    with pytest.raises(LinkExpiredError):
        read_reader(table.db, LINKS, token)


def like_need(table: Table, cosine: float) -> int:
    """Return a new need whose stored vector has this cosine with that of the first."""
    place = make_organisation(table.db, kind="municipality", name="Fjern Kommune")
    need = make_need(table.db, place, hub_id=table.world.hub)
    for profile, angle in ((table.world.need, 1.0), (need, cosine)):
        vector = np.array([angle, np.sqrt(1 - angle**2)], "<f4")
        text_hash = f"hash-{profile}"
        table.db["text_vector"].insert(
            {
                "text_hash": text_hash, "encoder": "test",
                "vector": struct.pack("<II", 0, 0) + vector.tobytes(),
            },
            replace=True,
        )  # fmt: skip
        table.db["matched_profile"].insert(
            {
                "kind": "need", "profile_id": profile, "text_hash": text_hash, "encoder": "test",
                "language": "da", "matched_at": to_text(NOW),
            },
            replace=True,
        )  # fmt: skip
    return need


def test_needs_are_alike_by_their_vectors_or_by_three_themes(table: Table) -> None:
    near, far = like_need(table, 0.8), like_need(table, 0.1)
    found = find_like_needs(table.db, table.world.need, [near, far, table.world.need])
    assert found == {near: pytest.approx(0.8, abs=0.01)}
    for need in (table.world.need, far):
        for concept in ("a", "b", "c"):
            table.db["theme_of_profile"].insert(
                {"noun": "need", "profile_id": need, "concept": concept}
            )
    assert set(find_like_needs(table.db, table.world.need, [near, far])) == {near, far}


def test_staff_read_where_it_was_tried_and_what_came_of_it(table: Table) -> None:
    world = table.world
    assert tried_before(table.db, None, [world.solution], is_staff=True) == []
    move(table, "test")
    tell(table, world.karen, "stopped", technology="Sensoren faldt af i bad")
    (case,) = tried_before(table.db, like_need(table, 0.9), [world.solution], is_staff=True)
    assert case.collaboration_id == table.id
    assert case.organisations is not None
    assert case.organisations[0] == "Sygehus Sydfjord"
    assert (case.state, case.has_same_capability) == ("stopped", True)
    assert [(told.part, told.text) for told in case.told] == [
        ("technology", "Sensoren faldt af i bad")
    ]
    assert tried_before(table.db, world.need, [world.solution], is_staff=True, but=table.id) == []
    assert tried_before(table.db, like_need(table, 0.1), [999], is_staff=True) == []


def test_parties_read_the_kind_of_place_and_no_names_unless_they_were_let(table: Table) -> None:
    world = table.world
    text = "Sygehus Sydfjord og Nordhud ApS målte det, ring 65 00 11 22"
    tell(table, world.karen, citizen=text)
    (case,) = tried_before(table.db, None, [world.solution], is_staff=False)
    assert (case.collaboration_id, case.title, case.organisations) == (None, None, None)
    assert (case.organisation_kind, case.region) == ("hospital", "1083")
    for secret in ("Sydfjord", "Nordhud", "65 00 11 22"):
        assert secret not in case.told[0].text
    tell(table, world.karen, is_public=True)
    (case,) = tried_before(table.db, None, [world.solution], is_staff=False)
    assert case.organisations == ("Sygehus Sydfjord",)
    assert "Sydfjord" in case.told[0].text
    assert "Nordhud" not in case.told[0].text


def test_parties_read_no_name_in_its_short_form_and_no_person(table: Table) -> None:
    world = table.world
    world.db["organisation"].update(world.hospital, {"aliases": '["SVS"]'})
    tell(table, world.karen, citizen="Karen Holm og Nordhud prøvede det på Sydfjord (SVS)")
    tell(table, world.tina, technology="Jonas Lind lærte os det", is_public=True)
    (case,) = tried_before(table.db, None, [world.solution], is_staff=False)
    text = " ".join(told.text for told in case.told)
    for secret in ("Karen", "Holm", "Nordhud", "Sydfjord", "SVS", "Jonas", "Lind"):
        assert secret not in text
    assert "prøvede det" in text


def test_what_staff_have_heard_stays_with_the_hub(table: Table) -> None:
    draft = OutcomeDraft("nothing", economy="De havde ikke råd")
    tell_outcome(table.db, table.id, None, draft, actor=table.world.staff, now=NOW)
    (case,) = tried_before(table.db, None, [table.world.solution], is_staff=False)
    assert (case.state, case.told) == (None, ())
    (case,) = tried_before(table.db, None, [table.world.solution], is_staff=True)
    assert case.told[0].text == "De havde ikke råd"


def test_an_editor_may_answer_when_the_contact_has_left(table: Table) -> None:
    table.db.execute(
        "update membership set ended_at = 'x' where account_id = ?", (table.world.karen.id,)
    )
    editor = make_account(table.db, table.world.hospital, "editor", name="Mette Ny")
    assert chase(table, HALF_A_YEAR) == 3
    assert editor.email in {mail["recipient"] for mail in table.world.mails("outcome")}
