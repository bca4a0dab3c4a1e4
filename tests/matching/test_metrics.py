import numpy as np
import pytest

from matchmaker.matching.metrics import (
    area_under_curve,
    bootstrap_interval,
    calibration_error,
    ndcg_at,
    reciprocal_rank,
)


@pytest.mark.parametrize(
    ("gains", "expected"),
    [
        ([1, 0, 0], 1.0),
        ([0, 1], 1 / np.log2(3)),
        ([0, 0], 0.0),
        ([], 0.0),
        ([0] * 10 + [1], 0.0),
        ([1, 2], (1 + 2 / np.log2(3)) / (2 + 1 / np.log2(3))),
    ],
)
def test_ndcg_is_that_of_the_definition(gains: list[float], expected: float) -> None:
    assert ndcg_at(gains) == pytest.approx(expected)


def test_reciprocal_rank_is_that_of_the_first_right_one() -> None:
    assert reciprocal_rank([0, 0, 1, 1]) == pytest.approx(1 / 3)
    assert reciprocal_rank([0, 0]) == 0


def test_area_under_curve_counts_ties_half() -> None:
    scores = np.array([1.0, 0.5, 0.5, 0.0])
    assert area_under_curve(scores, np.array([True, True, False, False])) == 0.875
    assert np.isnan(area_under_curve(scores, np.zeros(4, bool)))


def test_bootstrap_draws_whole_groups() -> None:
    values = [0.0] * 50 + [1.0] * 50
    low, high = bootstrap_interval(values, ["a"] * 50 + ["b"] * 50)
    assert (low, high) == (0, 1)
    low, high = bootstrap_interval(values, [str(place) for place in range(100)])
    assert 0.35 < low < 0.45 < 0.55 < high < 0.65


def test_calibration_error_is_the_gap_between_promised_and_found() -> None:
    found = np.array([True, False] * 50)
    assert calibration_error(np.full(100, 0.5), found, 2) == pytest.approx(0)
    assert calibration_error(np.full(100, 0.8), found, 2) == pytest.approx(0.3)
