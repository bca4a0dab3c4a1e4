"""The measures on lists small enough to check by hand."""

import numpy as np
import pytest

from matchmaker.evaluation.comparison import (
    Task,
    direction_values,
    figure,
    is_short,
    lists_of,
    values,
)
from matchmaker.evaluation.report import comparison_report
from matchmaker.matching.profile import Field, Profile


def profile(key: str, kind: str, language: str, words: int = 5) -> Profile:
    text = Field("description", "ord " * words)
    return Profile(key, kind, language, (Field("title", key), text))


NEEDS = [profile("n1", "need", "da"), profile("n2", "need", "en", 40), profile("n3", "need", "da")]
CAPABILITIES = [
    profile(f"c{number}", "solution", language)
    for number, language in enumerate(["da", "en", "da", "en"], start=1)
]
GRADES = {"n1": {"c1": 3, "c2": 2}, "n2": {"c4": 1}, "n3": {"c1": 0}}
TASK = Task(NEEDS, CAPABILITIES, GRADES, {"n1": "a", "n2": "b"})
PERFECT = {"n1": ["c1", "c2", "c3", "c4"], "n2": ["c4", "c1", "c2", "c3"]}


def test_only_needs_with_a_right_capability_are_judged() -> None:
    assert [need.id for need in TASK.judged_needs()] == ["n1", "n2"]
    strict = Task(NEEDS, CAPABILITIES, GRADES, {}, least_right=2)
    assert [need.id for need in strict.judged_needs()] == ["n1"]


@pytest.mark.parametrize("measure", ["nDCG@10", "MRR", "recall@20"])
def test_a_perfect_order_is_worth_one(measure: str) -> None:
    np.testing.assert_allclose(values(TASK, PERFECT, measure, TASK.judged_needs()), 1)


def test_what_a_list_leaves_away_counts_against_it() -> None:
    cut = {"n1": ["c1"], "n2": []}
    ndcg = values(TASK, cut, "nDCG@10", TASK.judged_needs())
    assert ndcg[0] == pytest.approx(3 / (3 + 2 / np.log2(3)), abs=0.1)
    assert ndcg[0] < 1
    assert values(TASK, cut, "recall@20", TASK.judged_needs()).tolist() != [1, 1]


def test_scores_become_lists_with_ties_by_id() -> None:
    scores = np.array([[0.1, 0.9, 0.1, 0.1]])
    assert lists_of(scores, NEEDS[:1], CAPABILITIES) == {"n1": ["c2", "c1", "c3", "c4"]}


def test_a_direction_leaves_out_right_ones_in_other_languages() -> None:
    within, needs = direction_values(TASK, PERFECT, "da", "da")
    across, _ = direction_values(TASK, PERFECT, "da", "en")
    assert [need.id for need in needs] == ["n1"]
    assert within.tolist() == across.tolist() == [1.0]
    partial = {"n1": ["c3", "c1", "c4", "c2"], "n2": ["c4"]}
    worse, _ = direction_values(TASK, partial, "da", "en")
    # c1 is taken out, the wrong c3 and c4 stay before c2.
    assert worse[0] == pytest.approx(1 / np.log2(4))


def test_an_interval_holds_its_mean() -> None:
    numbers = np.array([0.2, 0.9])
    found = figure(TASK, numbers, TASK.judged_needs())
    assert found.low <= found.mean <= found.high
    assert found.count == 2


def test_short_is_told_by_the_description() -> None:
    assert [is_short(need) for need in NEEDS] == [True, False, True]


def test_the_report_names_every_system_direction_and_length() -> None:
    reverse = {need: order[::-1] for need, order in PERFECT.items()}
    report = comparison_report(TASK, {"worst": reverse, "ours": PERFECT}, "ours")
    for part in ("2 needs", "worst", "ours", "MRR", "recall@20", "da to en", "up to 25 words"):
        assert part in report
    difference = next(
        line for line in report.splitlines() if line.startswith("| worst  ") and "+" in line
    )
    assert "+0." in difference
