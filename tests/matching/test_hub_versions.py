"""Learning from stored reviews, keeping versions, going back, and what damage does."""

import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_all_events
from matchmaker.cli import main
from matchmaker.config import Settings
from matchmaker.database import Database, open_database
from matchmaker.matching.hub_model import SHIPPED, SIGNALS
from matchmaker.matching.hub_reviews import read_decided_pairs, read_propensities
from matchmaker.matching.hub_training import (
    NothingNewError,
    TooFewReviewsError,
    retrain,
)
from matchmaker.matching.hub_versions import (
    BusyError,
    VersionError,
    changing,
    list_versions,
    load_hub_model,
    read_choice,
    use_version,
)
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.queries import list_for_need
from matchmaker.matching.refresh import match_changed
from matchmaker.reviews.actions import reopen_suggestions, review_suggestion
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)
from tests.matching.trained import add_reviews, trained_pipeline

MARKING = SIGNALS.index("marking")


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MATCHMAKER_DATA", str(settings.data_folder))
    settings.data_folder.mkdir(parents=True)
    return settings


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.hub_models_folder


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    db = open_database(settings.database_path)
    make_hub(db)
    yield db
    db.close()


@pytest.fixture
def staff(db: Database) -> Account:
    return make_account(db, make_hub(db), "hub_staff")


def decide(db: Database, suggestion: int, decision: str, staff: Account, seen: int = 0) -> None:
    review_suggestion(
        db, suggestion, decision, actor=staff, now=NOW, seen_sequence=seen,
        reason="too_early" if decision == "reject" else None,
        defer_until=NOW.date().replace(year=2027) if decision == "defer" else None,
        refer_to_id=make_hub(db) if decision == "refer" else None,
    )  # fmt: skip


def matched_need(db: Database, pipeline: Pipeline, *, capabilities: int = 3) -> int:
    """Return a need with so many suggestions, the first of them with CE marking."""
    need = make_need(db, make_organisation(db, kind="hospital"))
    for number in range(capabilities):
        ce_marked = True if number == 0 else None
        make_capability(db, make_organisation(db), title=f"Pressure {number}", ce_marked=ce_marked)
    match_changed(db, pipeline, now=NOW)
    return need


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["model", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_a_review_remembers_what_the_pair_was_judged_by(db: Database, staff: Account) -> None:
    need = matched_need(db, trained_pipeline())
    first, second, _unseen = list_for_need(db, need)
    decide(db, first.id, "approve", staff)
    decide(db, second.id, "reject", staff)
    db["capability"].update(first.capability_id, {"ce_marked": 0, "version": 2})
    match_changed(db, trained_pipeline(), now=NOW)
    approved, rejected = read_decided_pairs(db)
    assert (approved.is_yes, approved.position, approved.signals["marking"]) == (True, 1, 1)
    assert (rejected.is_yes, rejected.position, rejected.signals["marking"]) == (False, 2, 0)
    assert approved.signals["logit"] == first.evidence["signals"]["logit"]


def test_what_was_not_looked_at_is_not_rejected(db: Database, staff: Account) -> None:
    need = matched_need(db, trained_pipeline(), capabilities=12)
    shown = list_for_need(db, need)
    assert len(shown) == 10
    decide(db, shown[0].id, "approve", staff)
    assert [(pair.need_id, pair.is_yes) for pair in read_decided_pairs(db)] == [(need, True)]


def test_the_last_decision_that_stands_counts(db: Database, staff: Account) -> None:
    need = matched_need(db, trained_pipeline(), capabilities=4)
    changed, undone, deferred, referred = (s.id for s in list_for_need(db, need))
    decide(db, changed, "reject", staff)
    reopen_suggestions(db, [changed], actor=staff, now=NOW)
    decide(db, changed, "approve", staff, seen=2)
    decide(db, undone, "reject", staff)
    reopen_suggestions(db, [undone], actor=staff, now=NOW)
    decide(db, deferred, "defer", staff)
    decide(db, referred, "refer", staff)
    decide(db, referred, "defer", staff, seen=1)
    assert [pair.decision for pair in read_decided_pairs(db)] == ["approve", "refer"]


def test_a_decision_on_what_was_ranked_by_similarity_teaches_nothing(
    db: Database, staff: Account, pipeline: Pipeline
) -> None:
    need = matched_need(db, pipeline)
    decide(db, list_for_need(db, need)[0].id, "approve", staff)
    assert read_decided_pairs(db) == []


def test_attention_falls_with_the_position_as_far_as_it_is_seen_to(
    db: Database, staff: Account
) -> None:
    assumed = read_propensities(db)
    assert assumed.tolist() == [1]
    for _ in range(30):
        need = make_need(db, make_organisation(db, kind="hospital"))
        shown = [
            make_suggestion(db, need, make_capability(db, make_organisation(db)), position=place)
            for place in (1, 2, 3)
        ]
        for suggestion in shown[:2]:
            decide(db, suggestion, "approve", staff)
    unopened = make_need(db, make_organisation(db, kind="hospital"))
    make_suggestion(db, unopened, make_capability(db, make_organisation(db)), position=1)
    first, second, third = read_propensities(db)
    assert first == 1
    assert second == pytest.approx((20 * 2**-0.5 + 30) / 50)
    assert third == pytest.approx((20 * 3**-0.5) / 50)


def test_reviews_teach_a_version_that_comes_into_use(db: Database, folder: Path) -> None:
    add_reviews(db, 200)
    result = retrain(db, folder, now=NOW)
    assert (result.version, result.reviews, result.comparison.pairs) == (1, 200, 40)
    assert result.comparison.log_loss.mean < 0
    model = load_hub_model(folder)
    assert (model, model.number, model.remark) == (result.new, 1, "")
    assert model.weights[MARKING] > 1
    (version,) = list_versions(folder)
    assert version.origin is not None
    assert version.origin.log_loss == pytest.approx(result.comparison.new_log_loss, abs=1e-6)
    (event,) = [e for e in list_all_events(db) if e.action == "model.use"]
    assert (event.from_state, event.to_state) == (SHIPPED.name, model.name)
    assert event.detail == {"by_hand": False}


def test_everything_is_ranked_anew_when_the_version_changes(db: Database, folder: Path) -> None:
    add_reviews(db, 200)
    need = matched_need(db, trained_pipeline())
    before = list_for_need(db, need)
    assert match_changed(db, trained_pipeline(hub_model=load_hub_model(folder)), now=NOW) == 0
    retrain(db, folder, now=NOW)
    learned = trained_pipeline(hub_model=load_hub_model(folder))
    assert match_changed(db, learned, now=NOW) > 0
    after = list_for_need(db, need)
    assert {s.model for s in after} == {learned.model} != {s.model for s in before}
    assert after[0].score > before[0].score + 0.5
    with changing(folder):
        use_version(db, folder, 0, now=NOW)
    match_changed(db, trained_pipeline(hub_model=load_hub_model(folder)), now=NOW)
    assert [s.score for s in list_for_need(db, need)] == [s.score for s in before]


def test_a_worse_model_does_not_replace_the_one_in_use(db: Database, folder: Path) -> None:
    """The hub changed its mind: what the older reviews teach is wrong for the newest."""
    add_reviews(db, 100, liking=-3)
    add_reviews(db, 25, seed=2, liking=6)
    result = retrain(db, folder, now=NOW)
    assert result.version is None
    assert result.comparison.log_loss.mean > 0
    assert load_hub_model(folder) == SHIPPED
    assert list_versions(folder) == []
    assert [e for e in list_all_events(db) if e.action == "model.use"] == []


@pytest.mark.parametrize("count", [0, 29])
def test_too_few_reviews_are_refused_in_one_line(db: Database, folder: Path, count: int) -> None:
    add_reviews(db, count)
    with pytest.raises(TooFewReviewsError):
        retrain(db, folder, now=NOW)
    code, output = run("retrain")
    assert code == 1
    assert output == f"Error: the hub has decided on {count} pairs; 30 are needed\n"
    assert list_versions(folder) == []


def test_the_same_reviews_are_not_learned_from_twice(db: Database, folder: Path) -> None:
    add_reviews(db, 100)
    retrain(db, folder, now=NOW)
    with pytest.raises(NothingNewError):
        retrain(db, folder, now=NOW)
    add_reviews(db, 30, seed=3)
    assert retrain(db, folder, now=NOW).reviews == 130


def test_the_commands_learn_list_and_go_back(db: Database, folder: Path) -> None:
    add_reviews(db, 150)
    code, output = run("retrain")
    assert code == 0, output
    assert "150 reviews, compared on the newest 30" in output
    assert "log loss" in output
    assert "In use: version 1." in output
    assert [line.split()[0] for line in run("list")[1].splitlines()] == ["shipped", "1"]
    assert run("list")[1].splitlines()[1].endswith("in use")
    assert run("use", "shipped")[0] == 0
    assert run("list")[1].splitlines()[0].endswith("in use")
    assert load_hub_model(folder) == SHIPPED
    assert run("use", "1")[0] == 0
    assert load_hub_model(folder).number == 1
    changes = [e.subject_id for e in list_all_events(db) if e.action == "model.use"]
    assert changes == [1, 0, 1]


def test_a_version_chosen_by_hand_is_left_alone_by_the_clock(db: Database, folder: Path) -> None:
    add_reviews(db, 150)
    retrain(db, folder, now=NOW)
    assert not read_choice(folder).by_hand
    run("use", "shipped")
    assert read_choice(folder).by_hand


@pytest.mark.parametrize(("name", "message"), [("7", "there is no version 7"), ("x", "neither")])
def test_an_unknown_version_is_refused_in_one_line(
    db: Database, folder: Path, name: str, message: str
) -> None:
    code, output = run("use", name)
    assert code != 0
    assert message in output
    assert load_hub_model(folder) == SHIPPED


def test_a_damaged_version_is_refused_and_the_shipped_weights_rank(
    db: Database, folder: Path
) -> None:
    add_reviews(db, 150)
    retrain(db, folder, now=NOW)
    path = folder / "version-1.json"
    path.write_text(path.read_text().replace('"region": ', '"region": 9'))
    model = load_hub_model(folder)
    assert (model.weights, model.number, model.remark) == (
        SHIPPED.weights, 0, "version 1 is damaged",
    )  # fmt: skip
    with pytest.raises(VersionError, match="version 1 is damaged"), changing(folder):
        use_version(db, folder, 1, now=NOW)
    assert "The shipped weights are in use: version 1 is damaged." in run("list")[1]
    assert run("use", "1") == (1, "Error: version 1 is damaged\n")
    assert run("use", "shipped")[0] == 0
    assert load_hub_model(folder).remark == ""


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"number": "x", "by_hand": true}'])
def test_a_damaged_choice_is_told_and_can_be_made_again(
    db: Database, folder: Path, content: str
) -> None:
    folder.mkdir()
    (folder / "in-use.json").write_text(content)
    assert "choose a version" in load_hub_model(folder).remark
    run("use", "shipped")
    assert load_hub_model(folder).remark == ""


def test_a_version_that_cannot_be_written_changes_nothing(
    db: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, content: object) -> None:
        raise OSError("the disk is full")

    add_reviews(db, 150)
    monkeypatch.setattr("matchmaker.matching.hub_versions.write_json", fail)
    with pytest.raises(OSError, match="disk"):
        retrain(db, folder, now=NOW)
    assert load_hub_model(folder) == SHIPPED
    assert [e for e in list_all_events(db) if e.action == "model.use"] == []


def _retrain_beside(database: Path, folder: Path, found: "multiprocessing.Queue[str]") -> None:
    db = open_database(database)
    try:
        found.put(f"version {retrain(db, folder, now=NOW).version}")
    except NothingNewError:
        found.put("nothing new")
    finally:
        db.close()


def test_two_processes_that_retrain_at_once_make_one_version(
    db: Database, settings: Settings, folder: Path
) -> None:
    add_reviews(db, 150)
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[str] = context.Queue()
    arguments = (settings.database_path, folder, found)
    both = [context.Process(target=_retrain_beside, args=arguments) for _ in range(2)]
    for process in both:
        process.start()
    answers = {found.get(timeout=120) for _ in both}
    for process in both:
        process.join()
    assert answers == {"version 1", "nothing new"}
    assert [version.number for version in list_versions(folder)] == [1]
    assert load_hub_model(folder).number == 1
    assert len([e for e in list_all_events(db) if e.action == "model.use"]) == 1


def test_who_waits_too_long_for_another_process_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaker.matching.hub_versions.WAIT_SECONDS", 0.05)
    with changing(folder), pytest.raises(BusyError), changing(folder):
        pass


def test_no_version_holds_a_name_or_a_text(db: Database, folder: Path) -> None:
    add_reviews(db, 60)
    retrain(db, folder, now=NOW)
    stored = json.loads((folder / "version-1.json").read_text())["content"]
    assert set(stored) == {"weights", "intercept", "history", "origin"}
    assert all(isinstance(value, float) for value in stored["weights"].values())
