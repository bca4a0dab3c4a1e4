"""What an owner would gain by stating a fact: compared with really stating it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.hub_model import PRIOR_WEIGHTS, SHIPPED, SIGNALS
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.queries import list_for_capability
from matchmaker.matching.refresh import match_changed
from matchmaker.matching.shortlist import PLACES
from matchmaker.matching.what_if import FACTS as STATED
from matchmaker.matching.what_if import list_gains
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
)
from tests.matching.trained import trained_pipeline

TRUTH = {
    "ce_marked": {"ce_marked": 1},
    "trl": {"trl": 9},
    "markets": {"markets": '["DK"]'},
    "languages": {"languages": '["da"]'},
}
WORDS = ("pressure", "fall", "loneliness", "medicine", "sleep")
DANISH = ("liggesår", "fald", "ensomhed", "medicin", "søvn")


@pytest.fixture
def db(memory_db: Database) -> Database:
    make_hub(memory_db)
    return memory_db


def add_need(db: Database, text: str = "Liggesår") -> int:
    owner = make_organisation(db, kind="municipality", region="1081")
    return make_need(db, owner, title=text, problem=text)


def add_capability(db: Database, text: str = "Pressure", **values: object) -> int:
    return make_capability(db, make_organisation(db), title=text, description=text, **values)


def places(db: Database, capability_id: int) -> dict[int, int]:
    return {s.need_id: s.position for s in list_for_capability(db, capability_id)}


def gained(db: Database, pipeline: Pipeline, capability_id: int) -> dict[str, set[int]]:
    gains = list_gains(db, pipeline, capability_id, now=NOW)
    return {gain.fact: set(gain.need_ids) for gain in gains}


def test_a_fact_that_lifts_over_another_capability_is_told(db: Database) -> None:
    """Two alike: the one with two facts stands first, a tie goes to who came first."""
    need = add_need(db)
    ours = add_capability(db)
    add_capability(db, trl=9)
    match_changed(db, trained_pipeline(), now=NOW)
    assert places(db, ours) == {need: 2}
    everything = {fact: {need} for fact in ("ce_marked", "trl", "markets", "languages")}
    assert gained(db, trained_pipeline(), ours) == everything
    (gain, *_others) = list_gains(db, trained_pipeline(), ours, now=NOW)
    assert (gain.enters, gain.rises) == ((), (need,))


def test_a_higher_score_without_a_better_place_is_not_told(db: Database) -> None:
    add_need(db)
    first = add_capability(db)
    behind = add_capability(db, "Pressure, fall, medicine")
    match_changed(db, trained_pipeline(), now=NOW)
    assert gained(db, trained_pipeline(), first) == {}
    assert gained(db, trained_pipeline(), behind) == {}


def test_a_list_that_is_full_can_be_entered(db: Database) -> None:
    need = add_need(db)
    for _ in range(PLACES):
        add_capability(db)
    late = add_capability(db)
    match_changed(db, trained_pipeline(), now=NOW)
    assert places(db, late) == {}
    (gain, *_others) = list_gains(db, trained_pipeline(), late, now=NOW)
    assert (gain.fact, gain.enters, gain.rises) == ("ce_marked", (need,), ())


def test_what_is_stated_already_is_not_asked_for(db: Database) -> None:
    add_need(db)
    ours = add_capability(db, trl=2, ce_marked=0, markets='["SE"]', languages='["en"]')
    add_capability(db, trl=9, ce_marked=1)
    match_changed(db, trained_pipeline(), now=NOW)
    assert gained(db, trained_pipeline(), ours) == {}


def test_only_a_testbed_is_told_of_free_periods_and_only_products_of_marking(db: Database) -> None:
    need = add_need(db)
    testbed, expertise = (add_capability(db, kind=kind) for kind in ("testbed", "expertise"))
    add_capability(db, kind="solution", trl=9)
    match_changed(db, trained_pipeline(), now=NOW)
    assert gained(db, trained_pipeline(), testbed) == {"free_periods": {need}}
    assert gained(db, trained_pipeline(), expertise) == {}


def test_a_testbed_that_is_booked_out_has_stated_its_periods(db: Database) -> None:
    add_need(db)
    testbed = add_capability(db, kind="testbed")
    add_capability(db, kind="solution")
    person, made = make_account(db).id, {"created_at": to_text(NOW)}
    collaboration = db.insert_row(
        "collaboration",
        {
            **{"hub_id": 1, "title": "x", "introduction": "x", "language": "da"},
            **{"created_by": person, "updated_at": to_text(NOW), **made},
        },
    )
    days = {"capability_id": testbed, "starts_on": "2027-01-04", "ends_on": "2027-01-29"}
    db["capability_period"].insert(days)
    db["testbed_booking"].insert(
        {**days, **made, "collaboration_id": collaboration, "booked_by": person}
    )
    match_changed(db, trained_pipeline(), now=NOW)
    assert gained(db, trained_pipeline(), testbed) == {}


def test_a_fact_that_the_hub_does_not_care_for_is_not_told(db: Database) -> None:
    need = add_need(db)
    ours = add_capability(db)
    add_capability(db, trl=9)
    weights = {**PRIOR_WEIGHTS, "marking": -0.5, "languages": 0.0}
    model = replace(SHIPPED, weights=tuple(weights[name] for name in SIGNALS), number=1)
    pipeline = trained_pipeline(hub_model=model)
    match_changed(db, pipeline, now=NOW)
    assert gained(db, pipeline, ours) == {"trl": {need}, "markets": {need}}


def test_pairs_that_the_hub_has_decided_on_are_left_out(db: Database) -> None:
    add_need(db)
    ours = add_capability(db)
    add_capability(db, trl=9)
    match_changed(db, trained_pipeline(), now=NOW)
    (suggestion,) = list_for_capability(db, ours)
    db["review"].insert(
        {
            "suggestion_id": suggestion.id,
            "sequence": 1,
            "account_id": make_account(db).id,
            "decision": "reject",
            "created_at": to_text(NOW),
        }
    )
    assert gained(db, trained_pipeline(), ours) == {}


def test_nothing_is_told_while_the_lists_are_not_in_step(db: Database) -> None:
    add_need(db)
    ours = add_capability(db)
    add_capability(db, trl=9)
    match_changed(db, trained_pipeline(), now=NOW)
    newer = trained_pipeline(hub_model=replace(SHIPPED, number=1))
    assert gained(db, newer, ours) == {}
    db["capability"].update(ours, {"description": "Fall", "version": 2})
    assert gained(db, trained_pipeline(), ours) == {}


def test_nothing_is_told_of_what_is_not_published_or_unknown(db: Database) -> None:
    add_need(db)
    draft = add_capability(db, state="draft")
    add_capability(db, trl=9)
    match_changed(db, trained_pipeline(), now=NOW)
    assert gained(db, trained_pipeline(), draft) == {}
    assert gained(db, trained_pipeline(), 999) == {}


def test_plain_similarity_promises_nothing(db: Database, pipeline: Pipeline) -> None:
    add_need(db)
    ours = add_capability(db)
    add_capability(db, trl=9)
    match_changed(db, pipeline, now=NOW)
    assert gained(db, pipeline, ours) == {}


def test_nothing_is_written(db: Database) -> None:
    add_need(db)
    ours = add_capability(db)
    add_capability(db, trl=9)
    match_changed(db, trained_pipeline(), now=NOW)
    before = list(db.conn.iterdump())
    assert gained(db, trained_pipeline(), ours)
    assert list(db.conn.iterdump()) == before


def fill(db: Database, seed: int) -> list[int]:
    """Add needs and capabilities of mixed subjects; return the capabilities."""
    random = np.random.default_rng(seed)
    for _ in range(8):
        add_need(db, " ".join(random.choice(DANISH, random.integers(1, 4))))
    return [
        add_capability(
            db,
            " ".join(random.choice(WORDS, random.integers(1, 4))),
            trl=int(random.integers(1, 10)) if random.random() < 0.5 else None,
            ce_marked=int(random.integers(0, 2)) if random.random() < 0.5 else None,
            markets=json.dumps([str(random.choice(["DK", "SE"]))][: random.integers(0, 2)]),
            languages=json.dumps([str(random.choice(["da", "en"]))][: random.integers(0, 2)]),
        )
        for _ in range(40)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_comes_true_and_nothing_else_does(db: Database, seed: int) -> None:
    """State each fact for real, rank, and compare all places with what was told before."""
    capabilities, pipeline = fill(db, seed), trained_pipeline()
    match_changed(db, pipeline, now=NOW)
    told_of_any = 0
    for capability_id in capabilities[::4]:
        told = gained(db, pipeline, capability_id)
        before, row = places(db, capability_id), db["capability"].get(capability_id)
        for fact in STATED[:4]:
            if row[fact] not in (None, "[]"):
                assert fact not in told
                continue
            restate(db, pipeline, capability_id, TRUTH[fact])
            after = places(db, capability_id)
            better = {need for need, at in after.items() if need not in before or at < before[need]}
            assert told.get(fact, set()) == better
            told_of_any += len(better)
            restate(db, pipeline, capability_id, {fact: row[fact]})
            assert places(db, capability_id) == before
    assert told_of_any > 10


def restate(
    db: Database, pipeline: Pipeline, capability_id: int, values: dict[str, object]
) -> None:
    version = db["capability"].get(capability_id)["version"] + 1
    db["capability"].update(capability_id, {**values, "version": version})
    match_changed(db, pipeline, now=NOW)
