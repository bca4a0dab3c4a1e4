"""The gold set and the training material are what their card says, and do not leak."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.matching.breadth import Part, read_breadth
from matchmaker.matching.gold import RIGHT, GoldSplit, Split, read_gold
from matchmaker.matching.training_records import (
    JudgedTopic,
    TrainingRecord,
    read_elsewhere,
    read_judged,
    read_records,
)
from matchmaker.resources import resource_folder
from matchmaker.words.language import detect_language

MODELS = resource_folder("models")
SPLITS: tuple[Split, ...] = ("train", "tune", "test")
# Texts about the same practice share words; the same text under two names shares far more.
TOO_LIKE = 0.75
BREADTH_PARTS: tuple[Part, ...] = ("background", "tune", "test")


@pytest.fixture(scope="module")
def golds() -> dict[Split, GoldSplit]:
    return {split: read_gold(MODELS, split) for split in SPLITS}


@pytest.fixture(scope="module")
def records() -> list[TrainingRecord]:
    return read_records(MODELS / "training" / "records.jsonl")


@pytest.fixture(scope="module")
def judged(records: list[TrainingRecord]) -> list[JudgedTopic]:
    return read_judged(MODELS / "training" / "judged.jsonl", records)


@pytest.fixture(scope="module")
def breadth() -> dict[Part, list[TrainingRecord]]:
    return {part: read_breadth(MODELS, part) for part in BREADTH_PARTS}


def texts_of(gold: GoldSplit) -> list[str]:
    return [p.text for p in (*gold.needs, *gold.translated, *gold.capabilities)]


def record_texts(records: Sequence[TrainingRecord]) -> list[str]:
    return [p.text for record in records for p in (record.need, *record.capabilities)]


def topic_texts(topics: Sequence[JudgedTopic]) -> list[str]:
    return [p.text for topic in topics for p in (*topic.needs, *topic.capabilities)]


def likest(some: Sequence[str], others: Sequence[str]) -> float:
    """Return the highest cosine of word counts between a text of each side."""
    vectorizer = TfidfVectorizer(token_pattern=r"[^\W_]+", sublinear_tf=True)
    vectorizer.fit([*some, *others])
    cosines = vectorizer.transform(some) @ vectorizer.transform(others).T
    return float(cosines.max())


def shared_topics(golds: dict[Split, GoldSplit]) -> set[str]:
    counts = Counter(topic for gold in golds.values() for topic in set(gold.topics.values()))
    return {topic for topic, count in counts.items() if count > 1}


def test_the_gold_set_is_large_enough(golds: dict[Split, GoldSplit]) -> None:
    assert sum(len(gold.needs) for gold in golds.values()) >= 120
    assert sum(len(gold.capabilities) for gold in golds.values()) >= 400


def test_no_topic_is_in_two_splits(golds: dict[Split, GoldSplit]) -> None:
    assert shared_topics(golds) == set()


def test_a_leaked_topic_would_be_found(golds: dict[Split, GoldSplit]) -> None:
    leaked = dict(golds) | {"tune": golds["test"]}
    assert shared_topics(leaked) == set(golds["test"].topics.values())


def test_no_text_is_in_two_splits_or_in_the_training_material(
    golds: dict[Split, GoldSplit], records: list[TrainingRecord], judged: list[JudgedTopic]
) -> None:
    trained = [*record_texts(records), *topic_texts(judged)]
    same = [other for name in ("parallel", "reworded") for _, other in same_needs(name)]
    test = texts_of(golds["test"])
    others = [*texts_of(golds["train"]), *texts_of(golds["tune"]), *trained, *same]
    assert likest(test, others) < TOO_LIKE


def test_no_reworded_need_is_one_that_pools_are_measured_on() -> None:
    pooled = [as_text(json.loads(line)) for line in lines(MODELS / "pooling" / "needs.jsonl")]
    told = map(json.loads, lines(MODELS / "training" / "reworded.jsonl"))
    new = [as_text(row[name]) for row in told for name in ("other", "near_miss") if name in row]
    assert likest(new, pooled) < TOO_LIKE


def test_reworded_needs_are_of_the_material_and_share_few_words(
    records: list[TrainingRecord], judged: list[JudgedTopic]
) -> None:
    pairs = same_needs("reworded")
    known = {record.need.text for record in records}
    known |= {need.text for topic in judged for need in topic.needs}
    assert len(pairs) >= 1_700
    assert {need for need, _ in pairs} <= known
    assert len({other for _, other in pairs}) == len(pairs)
    shared = [overlap(need, other) for need, other in pairs]
    assert np.mean(shared) < 0.15


def test_what_only_looks_like_a_need_is_nearer_to_it_in_words() -> None:
    told = list(map(json.loads, lines(MODELS / "training" / "reworded.jsonl")))
    kept = [row for row in told if "near_miss" in row]
    assert len(kept) >= 800
    assert len({as_text(row["near_miss"]) for row in kept}) == len(kept)
    in_one_language = [
        (overlap(as_text(row["need"]), as_text(row["near_miss"])),
         overlap(as_text(row["need"]), as_text(row["other"])))
        for row in kept
        if row["need"]["lang"] == row["near_miss"]["lang"] == row["other"]["lang"]
    ]  # fmt: skip
    near_miss, other = np.mean(in_one_language, axis=0)
    assert near_miss > other


def test_capabilities_of_other_topics_are_graded_for_many_needs(
    records: list[TrainingRecord], judged: list[JudgedTopic]
) -> None:
    grades = read_elsewhere(MODELS / "training" / "elsewhere.tsv")
    topic_of = {str(r.need.id): r.topic for r in records}
    topic_of |= {str(n.id): topic.topic for topic in judged for n in topic.needs}
    offered_by = {str(r.answer.id): r.topic for r in records}
    offered_by |= {str(c.id): topic.topic for topic in judged for c in topic.capabilities}
    given = [grade for of_need in grades.values() for grade in of_need.values()]
    assert len(grades) >= 4_000
    assert set(given) == {0, 1, 2, 3}
    assert all(
        topic_of[need] != offered_by[capability]
        for need, of_need in grades.items()
        for capability in of_need
    )


def test_a_leaked_text_would_be_found(
    golds: dict[Split, GoldSplit], records: list[TrainingRecord]
) -> None:
    test = texts_of(golds["test"])
    leaked = test[7].replace(" og ", " samt ").replace(" and ", " & ")
    assert likest(test, [*record_texts(records)[:500], leaked]) >= TOO_LIKE


def test_every_pair_of_a_topic_was_judged_twice(golds: dict[Split, GoldSplit]) -> None:
    rows = [line.split("\t") for line in lines(MODELS / "gold" / "judgements.tsv")[1:]]
    judged = {(need, capability) for need, capability, *_ in rows}
    assert all(first in "0123" and second in "0123" for _, _, _, first, second, _ in rows)
    for split, gold in golds.items():
        topic_of = {
            content["id"]: content["topic"]
            for content in map(json.loads, lines(MODELS / "gold" / split / "capabilities.jsonl"))
        }
        for need in gold.needs:
            own = {c for c, topic in topic_of.items() if topic == gold.topics[str(need.id)]}
            assert own, need.id
            assert {(need.id, c) for c in own} <= judged


def test_every_split_has_needs_that_nothing_answers(golds: dict[Split, GoldSplit]) -> None:
    for gold in golds.values():
        answered = [bool((gold.graded(need) >= RIGHT).any()) for need in gold.needs]
        assert 0.1 <= 1 - np.mean(answered) <= 0.4


def test_the_training_material_is_large_and_varied(records: list[TrainingRecord]) -> None:
    assert len(records) >= 4_000
    assert len({record.topic for record in records}) >= 250
    directions = Counter((r.need.language, r.answer.language) for r in records)
    for direction in (("da", "da"), ("da", "en"), ("en", "da"), ("en", "en")):
        assert directions[direction] >= 200, direction
    assert all(len(record.near_misses) == 2 for record in records)
    words = [len(record.need.text.split()) for record in records]
    assert min(np.mean(np.array(words) <= 25), np.mean(np.array(words) > 25)) > 0.25


def test_no_text_is_written_twice(records: list[TrainingRecord]) -> None:
    needs = [record.need.text for record in records]
    answers = [record.answer.text for record in records]
    assert len(set(needs)) == len(needs)
    assert len(set(answers)) == len(answers)


def test_texts_are_in_the_language_they_say(records: list[TrainingRecord]) -> None:
    sample = [p for record in records[::20] for p in (record.need, record.answer)]
    told = [detect_language(p.text) == p.language for p in sample]
    assert np.mean(told) > 0.9


def test_problems_of_breadth_are_many_and_stand_in_areas(
    breadth: dict[Part, list[TrainingRecord]],
) -> None:
    areas = {part: Counter(r.topic for r in records) for part, records in breadth.items()}
    assert all(len(records) >= 1_000 for records in breadth.values())
    # Alone in its area, an answer would have nothing near to be told from.
    assert {8} == {count for counts in areas.values() for count in counts.values()}
    for records in breadth.values():
        directions = Counter((r.need.language, r.answer.language) for r in records)
        for direction in (("da", "da"), ("da", "en"), ("en", "da"), ("en", "en")):
            assert directions[direction] >= 100, direction
        assert not any(record.near_misses for record in records)
        assert np.mean([overlap(r.need.text, r.answer.text) for r in records]) < 0.02


def test_no_problem_of_breadth_was_seen_before(
    golds: dict[Split, GoldSplit],
    records: list[TrainingRecord],
    breadth: dict[Part, list[TrainingRecord]],
) -> None:
    told = [record for part in breadth.values() for record in part]
    assert len({record.need.text for record in told}) == len(told)
    assert len({record.answer.text for record in told}) == len(told)
    assert not {r.topic for r in told} & {r.topic for r in records}
    gold = [text for split in golds.values() for text in texts_of(split)]
    assert likest(record_texts(told), gold) < TOO_LIKE
    test, others = record_texts(breadth["test"]), record_texts(records)
    assert likest(test, [*others, *record_texts(breadth["tune"])]) < TOO_LIKE


def test_problems_of_breadth_are_in_the_language_they_say(
    breadth: dict[Part, list[TrainingRecord]],
) -> None:
    sample = [p for r in breadth["test"][::10] for p in (r.need, r.answer)]
    told = [detect_language(p.text) == p.language for p in sample]
    assert np.mean(told) > 0.9


def test_judged_topics_are_many_and_graded(judged: list[JudgedTopic]) -> None:
    assert len({topic.topic for topic in judged}) == len(judged) >= 400
    grades = np.concatenate([topic.grades.ravel() for topic in judged])
    assert all((grades == grade).sum() >= 400 for grade in range(4))
    answered = [(topic.grades >= RIGHT).any() for topic in judged]
    assert all(answered)
    # What does not help is written like what does, so that length tells nothing.
    words = {
        is_right: np.mean(
            [
                len(capability.text.split())
                for topic in judged
                for place, capability in enumerate(topic.capabilities)
                if ".c" in str(capability.id)
                and (topic.grades[:, place] >= RIGHT).any() == is_right
            ]
        )
        for is_right in (True, False)
    }
    assert 0.8 < words[True] / words[False] < 1.25


def test_no_capability_of_a_judged_topic_is_written_twice(judged: list[JudgedTopic]) -> None:
    texts = [capability.text for topic in judged for capability in topic.capabilities]
    assert len(set(texts)) == len(texts)


def test_judged_texts_are_in_the_language_they_say(judged: list[JudgedTopic]) -> None:
    sample = [topic.capabilities[-1] for topic in judged]
    told = [detect_language(p.text) == p.language for p in sample]
    assert np.mean(told) > 0.9


def same_needs(name: str) -> list[tuple[str, str]]:
    """Return the texts of the needs of a file with what says the same."""
    told = map(json.loads, lines(MODELS / "training" / f"{name}.jsonl"))
    return [(as_text(content["need"]), as_text(content["other"])) for content in told]


def as_text(content: dict[str, str]) -> str:
    return f"{content['title']}\n{content['description']}"


def overlap(one: str, other: str) -> float:
    """Return the share of words, those of four letters and more, that two texts have in common."""
    first, second = ({w for w in t.lower().split() if len(w) > 3} for t in (one, other))
    return len(first & second) / max(1, len(first | second))


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]
