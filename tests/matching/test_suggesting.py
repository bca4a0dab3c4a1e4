import json
from datetime import timedelta
from pathlib import Path

import pytest

from matchmaker.clock import to_text
from matchmaker.database import Database, open_database
from matchmaker.matching.actions import suggest_for_capability, suggest_for_need
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.queries import (
    FEW,
    find_by_meaning,
    find_suggestion,
    get_suggestion,
    list_for_capability,
    list_for_need,
    similar_needs,
)
from matchmaker.matching.refresh import match_changed
from matchmaker.matching.shortlist import PLACES
from matchmaker.matching.suggestion import SuggestionNotFound
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
)
from tests.matching.keyword_encoder import KeywordEncoder

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def db(memory_db: Database) -> Database:
    make_hub(memory_db)
    return memory_db


def add_need(db: Database, text: str = "Liggesår", **values: object) -> int:
    owner = make_organisation(db, kind="municipality")
    return make_need(db, owner, **{"title": text, "problem": text, **values})


def add_capability(db: Database, text: str = "Pressure mattress", **values: object) -> int:
    return make_capability(
        db, make_organisation(db), **{"title": text, "description": text, **values}
    )


def change(db: Database, table: str, profile_id: int, **values: object) -> None:
    version = db[table].get(profile_id)["version"] + 1
    db[table].update(profile_id, {**values, "version": version, "updated_at": to_text(LATER)})


def review(db: Database, suggestion_id: int, decision: str) -> None:
    db["review"].insert(
        {
            "suggestion_id": suggestion_id,
            "sequence": 1,
            "account_id": make_account(db).id,
            "decision": decision,
            "created_at": to_text(NOW),
        }
    )


def listed(db: Database, need_id: int) -> list[int]:
    return [suggestion.capability_id for suggestion in list_for_need(db, need_id)]


def suggest_all(db: Database, pipeline: Pipeline) -> None:
    match_changed(db, pipeline, now=NOW)


def test_a_new_need_gets_the_capabilities_that_mean_the_same(
    db: Database, pipeline: Pipeline
) -> None:
    fitting = add_capability(db)
    add_capability(db, "Loneliness visits")
    suggest_all(db, pipeline)
    need_id = add_need(db, "Liggesår om natten")
    suggest_for_need(db, pipeline, need_id, now=NOW)
    (suggestion,) = list_for_need(db, need_id)
    assert suggestion.capability_id == fitting
    assert (suggestion.position, suggestion.probability) == (1, None)
    assert suggestion.model == "keywords-1+similarity"
    assert suggestion.evidence["pairs"][0]["need"]["text"] == "Liggesår om natten"
    assert {fact["code"] for fact in suggestion.evidence["facts"]} >= {"maturity", "region"}
    assert suggestion.evidence["features"]["whole"] == pytest.approx(1)


def test_a_new_capability_enters_where_it_belongs(db: Database, pipeline: Pipeline) -> None:
    better, other = add_need(db, "Liggesår"), add_need(db, "Medicin")
    worse = add_capability(db, "Pressure, fall, sleep")
    suggest_all(db, pipeline)
    capability_id = add_capability(db, "Pressure cushion")
    suggest_for_capability(db, pipeline, capability_id, now=LATER)
    assert listed(db, better) == [capability_id, worse]
    assert [s.position for s in list_for_need(db, better)] == [1, 2]
    assert listed(db, other) == []


def test_one_by_one_and_all_at_once_give_the_same_lists(db: Database, pipeline: Pipeline) -> None:
    needs = [add_need(db, text) for text in ("Liggesår og fald", "Fald", "Søvn og medicin")]
    for text in ("Pressure", "Fall", "Fall and sleep", "Medicine", "Sleep", "Pressure, fall"):
        suggest_for_capability(db, pipeline, add_capability(db, text), now=NOW)
    assert [listed(db, need_id) for need_id in needs] == [[]] * 3, "no need is embedded yet"
    suggest_all(db, pipeline)
    for text in ("Fall sensor", "Sleep and medicine"):
        suggest_for_capability(db, pipeline, add_capability(db, text), now=NOW)
    step_by_step = [listed(db, need_id) for need_id in needs]
    db.execute("delete from suggestion")
    for need_id in needs:
        suggest_for_need(db, pipeline, need_id, now=NOW)
    assert [listed(db, need_id) for need_id in needs] == step_by_step
    assert all(step_by_step)


def test_a_list_keeps_the_best_ten_and_refills(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    capabilities = [add_capability(db) for _ in range(PLACES + 2)]
    suggest_all(db, pipeline)
    assert listed(db, need_id) == capabilities[:PLACES]
    change(db, "capability", capabilities[0], state="paused")
    suggest_for_capability(db, pipeline, capabilities[0], now=LATER)
    assert listed(db, need_id) == capabilities[1 : PLACES + 1]


def test_a_pair_that_comes_back_keeps_its_id(db: Database, pipeline: Pipeline) -> None:
    need_id, capability_id = add_need(db), add_capability(db)
    suggest_all(db, pipeline)
    (before,) = list_for_need(db, need_id)
    change(db, "capability", capability_id, state="paused")
    suggest_for_capability(db, pipeline, capability_id, now=LATER)
    assert get_suggestion(db, before.id).is_withdrawn
    change(db, "capability", capability_id, state="published")
    suggest_for_capability(db, pipeline, capability_id, now=LATER)
    assert [s.id for s in list_for_need(db, need_id)] == [before.id]


@pytest.mark.parametrize("decision", ["approve", "reject", "defer"])
def test_what_the_hub_has_reviewed_is_never_withdrawn(
    db: Database, pipeline: Pipeline, decision: str
) -> None:
    need_id, capability_id = add_need(db), add_capability(db)
    suggest_all(db, pipeline)
    review(db, list_for_need(db, need_id)[0].id, decision)
    change(db, "capability", capability_id, title="Loneliness", description="Loneliness")
    suggest_for_capability(db, pipeline, capability_id, now=LATER)
    assert listed(db, need_id) == [capability_id]


def test_a_reviewed_pair_stays_when_ten_others_are_better(db: Database, pipeline: Pipeline) -> None:
    need_id, reviewed = add_need(db), add_capability(db, "Pressure, fall")
    suggest_all(db, pipeline)
    review(db, list_for_need(db, need_id)[0].id, "approve")
    better = [add_capability(db) for _ in range(PLACES + 1)]
    match_changed(db, pipeline, now=LATER)
    assert listed(db, need_id) == [*better[:PLACES], reviewed]


def test_a_changed_capability_is_ranked_by_its_new_text(db: Database, pipeline: Pipeline) -> None:
    need_id, capability_id = add_need(db, "Fald"), add_capability(db, "Pressure")
    suggest_all(db, pipeline)
    suggest_for_need(db, pipeline, need_id, now=NOW)
    change(db, "capability", capability_id, title="Fall", description="Fall")
    suggest_for_capability(db, pipeline, capability_id, now=LATER)
    suggest_for_need(db, pipeline, need_id, now=LATER)
    assert listed(db, need_id) == [capability_id]


def test_a_rejected_pair_takes_no_place_from_others(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    capabilities = [add_capability(db) for _ in range(PLACES + 1)]
    suggest_all(db, pipeline)
    review(db, list_for_need(db, need_id)[0].id, "reject")
    suggest_for_need(db, pipeline, need_id, now=LATER)
    assert listed(db, need_id) == capabilities


def test_a_changed_text_moves_its_suggestions(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db, "Liggesår")
    mattress, sensor = add_capability(db, "Pressure"), add_capability(db, "Fall")
    suggest_all(db, pipeline)
    assert listed(db, need_id) == [mattress]
    change(db, "need", need_id, title="Fald", problem="Fald")
    assert match_changed(db, pipeline, now=LATER) == 1
    assert listed(db, need_id) == [sensor]


@pytest.mark.parametrize("state", ["draft", "paused", "expired", "closed"])
def test_only_open_needs_have_suggestions(db: Database, pipeline: Pipeline, state: str) -> None:
    add_capability(db)
    submitted = add_need(db, state="submitted")
    suggest_all(db, pipeline)
    assert listed(db, submitted)
    change(db, "need", submitted, state=state)
    match_changed(db, pipeline, now=LATER)
    assert listed(db, submitted) == []


def test_an_expired_capability_is_withdrawn(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    add_capability(db, expires_at=to_text(NOW + timedelta(minutes=30)))
    suggest_all(db, pipeline)
    assert listed(db, need_id)
    match_changed(db, pipeline, now=LATER)
    assert listed(db, need_id) == []


def test_own_organisation_and_departments_are_never_suggested(
    db: Database, pipeline: Pipeline
) -> None:
    hospital = make_organisation(db, kind="hospital")
    ward = make_organisation(db, kind="department", parent_id=hospital)
    need_id = make_need(db, ward)
    make_capability(db, hospital, kind="testbed", title="Pressure", description="Pressure")
    suggest_all(db, pipeline)
    assert listed(db, need_id) == []


def test_catching_up_twice_finds_nothing_to_do(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    for _ in range(25):
        add_capability(db)
    assert match_changed(db, pipeline, now=NOW) == 26
    before = db.rows("select * from suggestion order by id")
    assert match_changed(db, pipeline, now=LATER) == 0
    assert db.rows("select * from suggestion order by id") == before
    assert len(listed(db, need_id)) == PLACES


def test_catching_up_after_another_model_renews_everything(
    db: Database, pipeline: Pipeline
) -> None:
    need_id = add_need(db)
    add_capability(db)
    suggest_all(db, pipeline)
    encoder = KeywordEncoder()
    encoder.revision = "keywords-2"
    assert match_changed(db, Pipeline(encoder), now=LATER) == 2
    assert list_for_need(db, need_id)[0].model == "keywords-2+similarity"


def test_texts_that_were_replaced_leave_no_vectors(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    suggest_all(db, pipeline)
    change(db, "need", need_id, problem="Fald")
    match_changed(db, pipeline, now=LATER)
    assert db["text_vector"].count == 1


def test_a_change_of_facts_embeds_nothing_but_renews_the_evidence(
    db: Database, pipeline: Pipeline
) -> None:
    need_id, capability_id = add_need(db), add_capability(db)
    suggest_all(db, pipeline)
    seen = pipeline.encoder.texts_seen  # type: ignore[attr-defined]
    change(db, "capability", capability_id, trl=9)
    match_changed(db, pipeline, now=LATER)
    facts = {fact["code"]: fact for fact in list_for_need(db, need_id)[0].evidence["facts"]}
    assert facts["maturity"] == {"code": "maturity", "fits": True, "values": {"trl": 9}}
    assert pipeline.encoder.texts_seen == seen  # type: ignore[attr-defined]


def test_each_change_of_a_list_is_in_the_audit_log(db: Database, pipeline: Pipeline) -> None:
    need_id, capability_id = add_need(db), add_capability(db)
    suggest_all(db, pipeline)
    suggest_for_need(db, pipeline, need_id, now=LATER)
    (event,) = db.rows("select * from audit_event where action = 'suggestion.settle'")
    assert (event["subject_kind"], event["subject_id"]) == ("need", need_id)
    assert json.loads(event["detail"])["added"] == [capability_id]


def test_another_process_is_seen_at_the_next_call(tmp_path: Path, pipeline: Pipeline) -> None:
    with_file = tmp_path / "matchmaker.db"
    ours, theirs = open_database(with_file), open_database(with_file)
    make_hub(ours)
    need_id = add_need(ours)
    match_changed(ours, pipeline, now=NOW)
    capability_id = add_capability(theirs)
    match_changed(theirs, Pipeline(KeywordEncoder()), now=NOW)
    change(theirs, "capability", capability_id, trl=3)
    suggest_for_need(ours, pipeline, need_id, now=LATER)
    evidence = list_for_need(ours, need_id)[0].evidence
    assert {f["code"]: f["fits"] for f in evidence["facts"]}["maturity"] is False


def test_two_databases_are_not_mixed_up(pipeline: Pipeline) -> None:
    databases = [open_database(":memory:") for _ in range(2)]
    needs = []
    for db, text in zip(databases, ("Pressure", "Fall"), strict=True):
        make_hub(db)
        needs.append(add_need(db, "Liggesår og fald"))
        add_capability(db, text)
        match_changed(db, pipeline, now=NOW)
        suggest_for_need(db, pipeline, needs[-1], now=NOW)
    assert [list_for_need(db, n)[0].evidence["pairs"][0]["capability"]["text"]
            for db, n in zip(databases, needs, strict=True)] == ["Pressure", "Fall"]  # fmt: skip


def test_lists_of_a_capability_come_best_first(db: Database, pipeline: Pipeline) -> None:
    mixed, plain = add_need(db, "Liggesår og fald"), add_need(db, "Liggesår")
    capability_id = add_capability(db)
    suggest_all(db, pipeline)
    assert [s.need_id for s in list_for_capability(db, capability_id)] == [plain, mixed]


def test_an_unknown_suggestion_is_named(db: Database) -> None:
    assert find_suggestion(db, 7) is None
    with pytest.raises(SuggestionNotFound):
        get_suggestion(db, 7)


def test_similar_needs_are_published_alike_and_not_the_need_itself(
    db: Database, pipeline: Pipeline
) -> None:
    alike, edited = add_need(db, "Tryksår på hælen"), add_need(db, "Liggesår")
    add_need(db, "Liggesår", state="submitted")
    add_need(db, "Medicin")
    suggest_all(db, pipeline)
    vectors = db["text_vector"].count
    found = similar_needs(db, pipeline, "vi har mange liggesår", now=NOW, exclude=edited)
    assert [each.id for each in found] == [alike]
    assert db["text_vector"].count == vectors
    assert similar_needs(db, pipeline, "  ", now=NOW) == []


def test_a_search_finds_by_meaning_what_is_published(db: Database, pipeline: Pipeline) -> None:
    by_meaning = add_capability(db, "Pressure mattress")
    add_capability(db, "Zyx pump")
    add_capability(db, "Loneliness", state="paused")
    suggest_all(db, pipeline)
    found = find_by_meaning(db, pipeline, "capability", "tryksår", now=NOW)
    assert found[0].id == by_meaning
    assert find_by_meaning(db, pipeline, "capability", " ", now=NOW) == []
    assert len(find_by_meaning(db, pipeline, "capability", "tryksår", now=NOW, limit=1)) == 1


def test_among_many_a_search_answers_only_with_what_stands_out(
    db: Database, pipeline: Pipeline
) -> None:
    fitting = add_capability(db, "Pressure mattress")
    for number in range(FEW):
        add_capability(db, f"Medicin {number}")
    suggest_all(db, pipeline)
    found = find_by_meaning(db, pipeline, "capability", "tryksår", now=NOW)
    assert [each.id for each in found] == [fitting]
