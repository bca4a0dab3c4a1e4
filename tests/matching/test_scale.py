"""What is held grows with what is added, and gives what comparing everything gives."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.candidates import find_candidates
from matchmaker.matching.collection import Collection, Embedded, Rows, as_kept
from matchmaker.matching.features import compute_features
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.refresh import match_changed
from matchmaker.matching.stored_profiles import read_profiles
from matchmaker.matching.vectors import ensure_vectors
from tests.factories import NOW, make_capability, make_hub, make_organisation
from tests.matching.keyword_encoder import KeywordEncoder

WIDTH = 32


def embedded(seed: int, profile_id: int) -> Embedded:
    random = np.random.default_rng([seed, profile_id])
    rows = random.standard_normal((1 + profile_id % 4, WIDTH)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    profile = Profile(profile_id, "solution", "en", ())
    return Embedded(profile, rows[0], as_kept(rows[1:]), float(random.random()) / 10)


def ids(collection: Collection) -> list[int | str]:
    return [profile.id for profile in collection.profiles]


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - start)


@pytest.fixture
def db(memory_db: Database) -> Database:
    make_hub(memory_db)
    return memory_db


def add_all(db: Database, count: int) -> list[int]:
    owner = make_organisation(db)
    made = [make_capability(db, owner, title=f"Pressure {n}") for n in range(count)]
    ensure_vectors(db, KeywordEncoder(), read_profiles(db, "capability", made))
    return made


def test_candidates_are_those_of_comparing_with_everything() -> None:
    members, wanted = [embedded(1, key) for key in range(3_000)], embedded(2, 0)
    nearness = [float(one.whole @ wanted.whole) - one.hubness for one in members]
    expected = sorted(range(3_000), key=lambda place: -nearness[place])[:100]
    found = find_candidates(wanted, Collection(members), most=100)
    assert found.tolist() == sorted(expected)


def test_of_equally_near_candidates_the_first_are_taken() -> None:
    alike = [Embedded(Profile(n, "solution", "en", ()), *_point()) for n in range(9)]
    assert find_candidates(alike[0], Collection(alike), most=4).tolist() == [0, 1, 2, 3]


def _point() -> tuple[np.ndarray, np.ndarray, float]:
    return np.array([1.0, 0.0], np.float32), np.zeros((0, 0), np.float32), 0.0


def test_rows_with_holes_in_any_order_give_what_a_fresh_collection_gives() -> None:
    rows, wanted = Rows(), embedded(2, 3)
    for batch in (range(40, 50), range(20), range(20, 40)):
        rows.add([embedded(1, key) for key in batch])
    keys = [*range(40, 50), *range(40)]
    order = np.array([keys.index(key) for key in range(0, 50, 3)])
    kept = Collection.of_rows(rows, order)
    fresh = Collection([embedded(1, key) for key in range(0, 50, 3)])
    packed = Collection.of_rows(rows.kept(order), np.arange(len(order)))
    for other in (kept, packed, kept.chosen(np.arange(len(kept)))):
        assert ids(other) == ids(fresh)
        np.testing.assert_array_equal(other.starts, fresh.starts)
        np.testing.assert_array_equal(other.passages, fresh.passages)
        np.testing.assert_allclose(other.cosines(wanted.whole), fresh.wholes @ wanted.whole, 1e-5)
        features = compute_features(wanted, other), compute_features(wanted, fresh)
        np.testing.assert_allclose(*features, rtol=1e-5)


def test_a_collection_stays_as_it_was_while_others_are_added() -> None:
    rows = Rows()
    rows.add([embedded(1, key) for key in range(10)])
    before = Collection.of_rows(rows, np.arange(10))
    passages, wholes = before.passages.copy(), before.wholes.copy()
    rows.add([embedded(1, key) for key in range(10, 500)])
    again = before.chosen(np.arange(9))
    np.testing.assert_array_equal(before.wholes, wholes)
    np.testing.assert_array_equal(again.passages, passages[: len(again.passages)])


def test_adding_one_costs_far_less_than_building_all() -> None:
    members = [embedded(1, key) for key in range(20_000)]
    built, added, rows = list[float](), list[float](), Rows()
    with timed(built):
        rows.add(members)
        Collection.of_rows(rows, np.arange(len(rows)))
    for key in range(20_000, 20_020):
        one = embedded(1, key)
        with timed(added):
            rows.add([one])
            Collection.of_rows(rows, np.arange(len(rows)))
    assert np.median(added) < built[0] / 20


def test_only_what_was_changed_is_read_again(
    db: Database, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add_all(db, 30)
    assert ids(pipeline.collection(db, "capability", now=NOW)) == made
    seen: list[int] = []
    monkeypatch.setattr(
        "matchmaker.matching.index.read_profiles",
        lambda db, side, some: seen.extend(some) or read_profiles(db, side, some),
    )
    db["capability"].update(made[3], {"trl": 9})
    later = pipeline.collection(db, "capability", now=NOW)
    assert (seen, ids(later)) == ([made[3]], made)
    assert later.profiles[3].facts.trl == 9
    assert pipeline.collection(db, "capability", now=NOW) is later


def test_what_is_deleted_paused_or_expired_is_left_out(db: Database, pipeline: Pipeline) -> None:
    made = add_all(db, 5)
    pipeline.collection(db, "capability", now=NOW)
    db["capability"].delete(made[0])
    db["capability"].update(made[1], {"state": "paused"})
    db["capability"].update(made[2], {"expires_at": to_text(NOW.replace(hour=10))})
    assert ids(pipeline.collection(db, "capability", now=NOW)) == made[2:]
    assert ids(pipeline.collection(db, "capability", now=NOW.replace(hour=10))) == made[3:]
    db["capability"].update(made[1], {"state": "published"})
    assert ids(pipeline.collection(db, "capability", now=NOW)) == made[1:]


def test_a_change_of_the_organisation_above_is_seen(db: Database, pipeline: Pipeline) -> None:
    parent = make_organisation(db, region="1081")
    owner = make_organisation(db, region=None, parent_id=parent)
    made = make_capability(db, owner)
    ensure_vectors(db, KeywordEncoder(), read_profiles(db, "capability", [made]))
    (profile,) = pipeline.collection(db, "capability", now=NOW).profiles
    assert profile.facts.region == "1081"
    db["organisation"].update(parent, {"region": "1084"})
    (profile,) = pipeline.collection(db, "capability", now=NOW).profiles
    assert profile.facts.region == "1084"


def test_what_was_never_written_in_the_end_is_forgotten(db: Database, pipeline: Pipeline) -> None:
    made = add_all(db, 3)
    pipeline.collection(db, "capability", now=NOW)
    db.execute("begin")
    db.execute("update capability set state = 'paused' where id = ?", (made[0],))
    assert ids(pipeline.collection(db, "capability", now=NOW)) == made[1:]
    db.rollback()
    db["capability"].update(made[1], {"state": "paused"})
    assert ids(pipeline.collection(db, "capability", now=NOW)) == [made[0], made[2]]


def test_many_changes_leave_no_more_rows_than_a_few(db: Database, pipeline: Pipeline) -> None:
    made = add_all(db, 60)
    expected = pipeline.collection(db, "capability", now=NOW)
    for _ in range(40):
        db.execute("update capability set version = version + 1")
        db.conn.commit()
        again = pipeline.collection(db, "capability", now=NOW)
    assert ids(again) == made
    assert len(again._wholes) <= 1_200
    np.testing.assert_array_equal(again.passages, expected.passages)


def test_a_round_of_matching_looks_only_at_what_was_changed(
    db: Database, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add_all(db, 30)
    match_changed(db, pipeline, now=NOW)
    seen: list[int] = []
    monkeypatch.setattr(
        "matchmaker.matching.refresh.read_profiles",
        lambda db, side, some: seen.extend(some) or read_profiles(db, side, some),
    )
    assert (match_changed(db, pipeline, now=NOW), seen) == (0, [])
    db["capability"].update(made[3], {"trl": 9})
    assert match_changed(db, pipeline, now=NOW) == 1
    assert set(seen) == {made[3]}
    tomorrow = NOW.replace(day=24)
    assert match_changed(db, pipeline, now=tomorrow) == 0
    assert set(seen) == set(made)
