"""What the reranker learns, on features whose rule is known."""

import numpy as np

from matchmaker.matching.features import FEATURES
from matchmaker.matching.training import HUB_WEIGHTS, ORDER, Case, choose_order, fit

WHOLE, HUB, OF_NEED = (FEATURES.index(n) for n in ("whole", "hub_capability", "hub_need"))


def problems(hubs_mislead: bool, *, count: int = 60) -> np.ndarray:
    """Return features of needs with the answers of all, each of which is a hub more or less."""
    random = np.random.default_rng(4)
    hubness = random.uniform(0, 1, count)
    whole = random.normal(0, 0.05, (count, count)) + 0.25 * np.eye(count)
    features = np.zeros((count, count, len(FEATURES)), np.float32)
    features[..., WHOLE] = whole + (0.5 * hubness if hubs_mislead else 0)
    features[..., HUB] = hubness
    return features


def cases(features: np.ndarray, *, topics: int = 10) -> list[Case]:
    return [
        Case(
            topic=f"topic {place % topics}",
            features=rows,
            plain=rows[:, WHOLE],
            grades=np.where(np.arange(len(rows)) == place, 3, 0),
            is_original=True,
        )
        for place, rows in enumerate(features)
    ]


def test_hubs_are_corrected_for_as_much_as_they_mislead() -> None:
    misled, plain = problems(hubs_mislead=True), problems(hubs_mislead=False)
    weight = dict(zip(ORDER, choose_order(cases(misled), misled), strict=True))
    assert weight["whole"] == 1
    assert -0.8 <= weight["hub_capability"] <= -0.3
    unmoved = dict(zip(ORDER, choose_order(cases(plain), plain), strict=True))
    assert unmoved["hub_capability"] > weight["hub_capability"]


def test_of_weights_that_do_equally_well_the_smaller_are_taken() -> None:
    certain = problems(hubs_mislead=False, count=12)
    certain[..., WHOLE] = np.eye(12)
    certain[..., HUB] = 0
    assert choose_order(cases(certain), certain).tolist() == [1, 0, -HUB_WEIGHTS[0]]


def test_the_model_keeps_the_order_and_learns_what_a_score_promises() -> None:
    features = problems(hubs_mislead=True)
    features[..., OF_NEED] = np.linspace(0, 1, len(features))[:, None]
    order = np.array([1.0, 0.1, -0.5])
    model = fit(cases(features), order)
    columns = [FEATURES.index(name) for name in ORDER]
    for rows in features[:5].astype(np.float64):
        scores = model.decision_function(rows)
        assert np.argsort(scores).tolist() == np.argsort(rows[:, columns] @ order).tolist()
    chances = np.array([model.predict_proba(rows)[:, 1] for rows in features.astype(np.float64)])
    assert abs(chances.sum() - len(features)) < 0.05 * len(features)
