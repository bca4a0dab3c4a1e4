"""Rules keep a pair off the list whatever its score, and give it back when they hold no more."""

from datetime import timedelta

import pytest

from matchmaker.conflicts.actions import declare_conflict, end_conflict
from matchmaker.conflicts.conflict import Declaration
from matchmaker.database import Database
from matchmaker.matching.hub_reviews import read_decided_pairs
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.queries import list_for_need
from matchmaker.matching.refresh import match_changed
from tests.collaborations.conftest import LINKS
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)

TODAY = NOW.date()


@pytest.fixture
def hospital(memory_db: Database) -> int:
    return make_organisation(memory_db, kind="hospital")


def suggested(db: Database, pipeline: Pipeline, need: int, days: int = 0) -> list[int]:
    match_changed(db, pipeline, now=NOW + timedelta(days=days))
    return [suggestion.capability_id for suggestion in list_for_need(db, need)]


@pytest.mark.parametrize("kind", ["organisations", "ownership", "person"])
def test_a_declared_conflict_takes_the_pair_off_the_list_until_it_ends(
    memory_db: Database, pipeline: Pipeline, hospital: int, kind: str
) -> None:
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    company, owner = make_organisation(memory_db), make_account(memory_db)
    need = make_need(memory_db, hospital, owner_id=owner.id)
    capability = make_capability(memory_db, company)
    assert suggested(memory_db, pipeline, need) == [capability]
    other = {"account_id": owner.id} if kind == "person" else {"other_id": hospital}
    declaration = Declaration(kind, company, "Owns it", TODAY, **other)  # type: ignore[arg-type]
    conflict = declare_conflict(memory_db, declaration, actor=staff, links=LINKS, now=NOW)
    assert suggested(memory_db, pipeline, need) == []
    end_conflict(memory_db, conflict, actor=staff, now=NOW)
    assert suggested(memory_db, pipeline, need) == [capability]


def test_a_conflict_that_begins_later_takes_effect_on_its_day(
    memory_db: Database, pipeline: Pipeline, hospital: int
) -> None:
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    company = make_organisation(memory_db)
    need, capability = make_need(memory_db, hospital), make_capability(memory_db, company)
    first, last = TODAY + timedelta(days=3), TODAY + timedelta(days=5)
    declaration = Declaration(
        "organisations", company, "A tender", first, other_id=hospital, ends_on=last
    )  # fmt: skip
    declare_conflict(memory_db, declaration, actor=staff, links=LINKS, now=NOW)
    seen = [suggested(memory_db, pipeline, need, days) for days in (0, 3, 5, 6)]
    assert seen == [[capability], [], [], [capability]]


def test_a_pair_that_was_refused_is_not_suggested_before_its_day(
    memory_db: Database, pipeline: Pipeline, hospital: int
) -> None:
    need = make_need(memory_db, hospital)
    capability = make_capability(memory_db, make_organisation(memory_db))
    assert suggested(memory_db, pipeline, need) == [capability]
    refuse(memory_db, need, capability, "not_now", str(TODAY + timedelta(days=10)))
    assert suggested(memory_db, pipeline, need) == []
    assert suggested(memory_db, pipeline, need, 9) == []
    assert suggested(memory_db, pipeline, need, 10) == [capability]


@pytest.mark.parametrize(
    ("reason", "taught"),
    [("not_the_problem", "reject"), ("lacks_evidence", "reject"), ("price", "approve"),
     ("not_now", "approve")],
)  # fmt: skip
def test_a_partys_no_teaches_the_ranking_where_it_is_about_the_pair(
    memory_db: Database, hospital: int, reason: str, taught: str
) -> None:
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    need = make_need(memory_db, hospital)
    capability = make_capability(memory_db, make_organisation(memory_db))
    suggestion = make_suggestion(memory_db, need, capability)
    review(memory_db, suggestion, staff.id, "approve", None)
    refuse(memory_db, need, capability, reason, suggestion=suggestion)
    assert [pair.decision for pair in read_decided_pairs(memory_db)] == [taught]


@pytest.mark.parametrize(("reason", "taught"), [("price", []), ("has_one", ["reject"])])
def test_staff_who_reject_for_another_reason_than_fit_teach_nothing(
    memory_db: Database, hospital: int, reason: str, taught: list[str]
) -> None:
    staff = make_account(memory_db, make_hub(memory_db), "hub_staff")
    capability = make_capability(memory_db, make_organisation(memory_db))
    suggestion = make_suggestion(memory_db, make_need(memory_db, hospital), capability)
    review(memory_db, suggestion, staff.id, "reject", reason)
    assert [pair.decision for pair in read_decided_pairs(memory_db)] == taught


def review(db: Database, suggestion: int, account: int, decision: str, reason: str | None) -> None:
    row = {"suggestion_id": suggestion, "sequence": 1, "account_id": account, "signals": "{}"}
    db["review"].insert(
        {**row, "decision": decision, "reason": reason, "created_at": "2026-11-23T09:00:00Z"}
    )


def refuse(
    db: Database, need: int, capability: int, reason: str, until: str | None = None,
    suggestion: int | None = None,
) -> None:  # fmt: skip
    """Let the need's owner say no to a proposal, as a row of each table tells it."""
    at = "2026-11-23T09:00:00Z"
    owner = make_account(db)
    collaboration = db.insert_row("collaboration", {
        "hub_id": db["need"].get(need)["hub_id"], "title": "A", "language": "da",
        "introduction": "B", "stage": "invited", "created_by": owner.id, "created_at": at,
        "updated_at": at, "invited_at": at,
    })  # fmt: skip
    for profile in ({"need_id": need}, {"capability_id": capability}):
        party = db.insert_row("collaboration_party", {
            "collaboration_id": collaboration, "organisation_id": make_organisation(db),
            "account_id": owner.id, "invited_at": at, **profile,
        })  # fmt: skip
        if "need_id" in profile:
            db["interest"].insert({
                "party_id": party, "sequence": 1, "account_id": owner.id, "answer": "no",
                "reason": reason, "later_on": until, "created_at": at,
            })  # fmt: skip
    if suggestion is not None:
        row = {"collaboration_id": collaboration, "suggestion_id": suggestion}
        db["collaboration_suggestion"].insert(row)
