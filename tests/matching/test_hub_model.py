"""What the ranking learns from reviews, on reviews whose rule is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from matchmaker.matching.collection import Collection
from matchmaker.matching.hub_model import (
    ANY_DAY,
    FACTS,
    FIRST_STAGE_ALONE,
    PRIOR_WEIGHTS,
    SHIPPED,
    SIGNALS,
    History,
    HubModel,
    read_hub_model,
)
from matchmaker.matching.hub_reviews import MOST_WEIGHT, DecidedPair, weights_of
from matchmaker.matching.hub_training import compare, hold_back, signals_for, train
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import Match, rank, rank_needs, score_again
from tests.matching.keyword_encoder import capability, need
from tests.matching.trained import LikenessLogit, trained_pipeline

TODAY = date(2026, 11, 23)
SEEN = np.ones(10)
STATED_WELL = {
    "region": "1083",
    "trl": 9,
    "ce_marked": True,
    "markets": ("DK",),
    "languages": ("da",),
}
STATED_BADLY = {"trl": 2, "ce_marked": False, "markets": ("SE",), "languages": ("en",)}

Rule = Callable[[dict[str, float]], float]


def only(pipeline: Pipeline, offered: Profile, wanted: Profile | None = None) -> Match:
    (embedded,) = pipeline.embed([wanted or need("Fald", region="1083")])
    (match,) = rank(pipeline, embedded, Collection(pipeline.embed([offered])), today=TODAY)
    return match


def reviews(count: int, rule: Rule, *, seed: int = 1) -> list[DecidedPair]:
    """Return decisions made by chance with the probability whose logit the rule gives."""
    random = np.random.default_rng(seed)
    pairs = []
    for number in range(1, count + 1):
        signals = {"logit": float(random.normal(0, 1.5))}
        signals |= {name: float(random.choice([-1, 0, 1])) for name in FACTS}
        is_yes = random.random() < 1 / (1 + np.exp(-rule(signals)))
        pairs.append(
            DecidedPair(
                review_id=number,
                need_id=number // 4,
                organisation_id=int(random.integers(1, 40)),
                kind=str(random.choice(["solution", "testbed"])),
                decision="approve" if is_yes else "reject",
                position=int(random.integers(1, 11)),
                signals=signals,
            )
        )
    return pairs


def as_shipped(signals: dict[str, float]) -> float:
    return sum(PRIOR_WEIGHTS[name] * value for name, value in signals.items())


def asks_for_marking(signals: dict[str, float]) -> float:
    """A hub that hardly approves what is not CE marked and cares for no other fact."""
    return signals["logit"] + 2 * signals["marking"]


def weight(model: HubModel, name: str) -> float:
    return model.weights[SIGNALS.index(name)]


def test_texts_alone_score_as_the_first_stage_says() -> None:
    with_prior = only(trained_pipeline(), capability("Fall sensor"), need("Fald"))
    alone = only(
        trained_pipeline(hub_model=FIRST_STAGE_ALONE), capability("Fall sensor"), need("Fald")
    )
    assert with_prior.score == alone.score == with_prior.signals["logit"]
    assert with_prior.probability == pytest.approx(1 / (1 + np.exp(-with_prior.score)), abs=1e-6)


@pytest.mark.parametrize("name", STATED_WELL)
def test_each_fact_that_fits_lifts_a_pair_under_the_shipped_weights(name: str) -> None:
    pipeline = trained_pipeline()
    unstated = only(pipeline, capability("Fall sensor")).score
    stated = only(pipeline, capability("Fall sensor", **{name: STATED_WELL[name]})).score
    assert stated == pytest.approx(unstated + 0.15)


@pytest.mark.parametrize("name", STATED_BADLY)
def test_each_fact_that_clashes_lowers_a_pair_under_the_shipped_weights(name: str) -> None:
    pipeline = trained_pipeline()
    unstated = only(pipeline, capability("Fall sensor")).score
    stated = only(pipeline, capability("Fall sensor", **{name: STATED_BADLY[name]})).score
    assert stated == pytest.approx(unstated - 0.15)


def test_all_facts_together_lift_even_odds_to_two_in_three() -> None:
    pipeline = trained_pipeline()
    gain = (
        only(pipeline, capability("Fall sensor", **STATED_WELL)).score
        - only(pipeline, capability("Fall sensor")).score
    )
    assert 1 / (1 + np.exp(-gain)) == pytest.approx(2 / 3, abs=0.02)


def test_a_testbed_falls_on_the_day_after_its_last_free_period() -> None:
    pipeline = trained_pipeline()
    (embedded,) = pipeline.embed([need("Fald")])
    testbed = capability(
        "Fall sensor", kind="testbed", free_periods=((TODAY - timedelta(9), TODAY),)
    )
    offered = Collection(pipeline.embed([testbed]))
    days = (ANY_DAY, TODAY, TODAY + timedelta(1))
    scores = [rank(pipeline, embedded, offered, today=day)[0].score for day in days]
    assert scores[0] == scores[1] == pytest.approx(scores[2] + 0.3)


def test_a_pair_scores_the_same_among_any_others_and_from_both_sides() -> None:
    model = train(reviews(300, asks_for_marking), SEEN)
    pipeline = trained_pipeline(hub_model=model)
    stated = capability("Fall sensor", organisation_id=3, **STATED_WELL)
    others = [capability("Fall", profile_id=key, organisation_id=4) for key in range(5, 9)]
    alone = only(pipeline, stated)
    (wanted,) = pipeline.embed([need("Fald", region="1083")])
    among = rank(pipeline, wanted, Collection(pipeline.embed([*others, stated])), today=TODAY)
    (offered,) = pipeline.embed([stated])
    (from_it,) = rank_needs(pipeline, offered, Collection([wanted]), today=TODAY)
    assert {m.score for m in among if m.capability.profile.id == 1} == {alone.score}
    assert from_it.score == alone.score


def test_plain_similarity_takes_no_facts_in(pipeline: Pipeline) -> None:
    stated = only(pipeline, capability("Fall sensor", **STATED_WELL))
    assert stated.score == only(pipeline, capability("Fall sensor")).score
    assert (stated.signals, stated.probability) == ({}, None)
    assert pipeline.model == "keywords-1+similarity"


def test_scoring_again_gives_what_ranking_would_give() -> None:
    pipeline = trained_pipeline(hub_model=train(reviews(300, asks_for_marking), SEEN))
    stated = capability("Fall sensor", **STATED_WELL)
    before, expected = only(pipeline, capability("Fall sensor")), only(pipeline, stated)
    again = score_again(pipeline, before, stated, TODAY)
    assert (again.score, again.probability, again.signals) == (
        expected.score,
        expected.probability,
        expected.signals,
    )


def test_without_reviews_the_shipped_weights_come_out() -> None:
    model = train([], SEEN)
    assert model.weights == pytest.approx(SHIPPED.weights, abs=1e-3)
    assert model.intercept == pytest.approx(0, abs=1e-3)


def test_few_reviews_change_little() -> None:
    """Ten decisions that all go against one fact, the same way."""
    contrary = [
        replace(pair, decision="reject" if pair.signals["marking"] > 0 else "approve")
        for pair in reviews(10, as_shipped)
    ]
    model = train(contrary, SEEN)
    assert max(np.abs(np.subtract(model.weights, SHIPPED.weights))) < 0.7
    assert weight(model, "logit") > 0.5


def test_few_ordinary_reviews_change_hardly_anything() -> None:
    changes = [
        np.abs(np.subtract(train(reviews(10, as_shipped, seed=s), SEEN).weights, SHIPPED.weights))
        for s in range(20)
    ]
    assert np.mean(changes) < 0.1


def test_many_consistent_reviews_turn_a_weight() -> None:
    def likes_immature(signals: dict[str, float]) -> float:
        return signals["logit"] - 1.5 * signals["maturity"]

    model = train(reviews(1_000, likes_immature), SEEN)
    assert weight(model, "maturity") < -1


def test_a_known_rule_is_learned_from_thousands_of_reviews() -> None:
    model = train(reviews(4_000, asks_for_marking), SEEN)
    assert weight(model, "marking") == pytest.approx(2, abs=0.25)
    assert weight(model, "logit") == pytest.approx(1, abs=0.15)
    others = [weight(model, name) for name in FACTS if name != "marking"]
    assert np.abs(others).max() < 0.2
    assert model.intercept == pytest.approx(0, abs=0.15)


def test_the_learned_rule_decides_better_than_the_shipped_weights() -> None:
    learned, held_back = hold_back(reviews(500, asks_for_marking))
    found = compare(SHIPPED, train(learned, SEEN), held_back)
    assert found.pairs == 100
    assert found.log_loss.high < 0 < found.auc.low
    assert found.is_not_worse


def test_what_learned_the_opposite_is_worse() -> None:
    def against(signals: dict[str, float]) -> float:
        return -asks_for_marking(signals)

    wrong = train(reviews(500, against), SEEN)
    found = compare(SHIPPED, wrong, reviews(100, asks_for_marking, seed=2))
    assert found.log_loss.low > 0
    assert not found.is_not_worse


def test_decisions_that_are_all_alike_are_judged_by_their_loss_alone() -> None:
    yes = [replace(pair, decision="approve") for pair in reviews(60, as_shipped)]
    found = compare(SHIPPED, train(yes[:40], SEEN), yes[40:])
    assert (found.old_auc, found.new_auc, found.auc) == (None, None, None)
    assert found.is_not_worse


def test_history_is_what_was_decided_before() -> None:
    """The decision itself must not be among what it is predicted from."""
    pairs = [
        replace(pair, organisation_id=number % 2, decision="approve" if number % 2 else "reject")
        for number, pair in enumerate(reviews(400, lambda _: 0.0))
    ]
    model = train(pairs, SEEN)
    assert weight(model, "organisation_history") > 1
    liked, disliked = (model.history.leaning(key, "solution")[0] for key in (1, 0))
    assert liked == pytest.approx(-disliked) == pytest.approx(0.5 * 200 / 210)
    by_chance = train(reviews(2_000, as_shipped), SEEN)
    assert abs(weight(by_chance, "organisation_history")) < 0.8


def test_who_is_new_has_the_usual_history() -> None:
    history = History().with_decision(1, "solution", is_yes=True)
    history = history.with_decision(2, "testbed", is_yes=False)
    assert history.leaning(3, "service") == (0, 0)
    assert history.leaning(1, "testbed") == (pytest.approx(0.5 / 11), pytest.approx(-0.5 / 11))


def test_what_is_seldom_looked_at_counts_for_more_but_not_for_all() -> None:
    pairs = [replace(pair, position=place) for place, pair in enumerate(reviews(4, as_shipped), 1)]
    weights = weights_of(pairs, np.array([1.0, 0.5, 0.25, 0.01]))
    assert weights.sum() == pytest.approx(4)
    assert weights / weights[0] == pytest.approx([1, 2, 4, MOST_WEIGHT])


def test_a_referral_is_half_a_yes() -> None:
    referred = [replace(pair, decision="refer") for pair in reviews(2, as_shipped)]
    assert weights_of(referred, SEEN).tolist() == [0.5, 0.5]
    assert all(pair.is_yes for pair in referred)


def test_a_model_is_the_same_after_it_was_stored() -> None:
    model = replace(train(reviews(100, asks_for_marking), SEEN), number=3)
    again = read_hub_model(model.as_json(), 3)
    assert again == model
    assert again.name == model.name
    pairs = reviews(20, as_shipped, seed=5)
    assert (
        again.scores(signals_for(again, pairs)) == model.scores(signals_for(model, pairs))
    ).all()


def test_a_model_for_other_signals_is_refused() -> None:
    stored = SHIPPED.as_json()
    del stored["weights"]["region"]
    with pytest.raises(ValueError, match="other signals"):
        read_hub_model(stored, 1)


def test_the_name_of_the_ranking_tells_which_weights_are_in_use() -> None:
    names = {
        trained_pipeline().model,
        trained_pipeline(hub_model=train(reviews(50, as_shipped), SEEN)).model,
        trained_pipeline(hub_model=replace(SHIPPED, number=2)).model,
    }
    assert len(names) == 3
    assert trained_pipeline(hub_model=replace(SHIPPED, remark="damaged")).model in names
    assert LikenessLogit.name in trained_pipeline().model


def test_asking_for_the_least_score_leaves_out_what_is_under_it_and_nothing_else() -> None:
    """A model with weights and history of either sign: its bound must hold for every pair."""
    counts = {"all": (5, 10), "organisation 1": (5, 5), "kind solution": (0, 5)}
    weights = (0.7, 0.5, -0.4, 0.3, 0.6, -0.2, 0.4, 0.8, -0.9)
    learned = trained_pipeline(hub_model=HubModel(weights, -0.3, History(counts)))
    offers = [
        capability(text, profile_id=number, organisation_id=number % 3, **facts)
        for number, (text, facts) in enumerate(
            (text, facts)
            for text in ("Fall sensor", "Pressure mattress", "Pressure and fall course")
            for facts in ({}, STATED_WELL, STATED_BADLY, {"trl": 9}, {"ce_marked": False})
        )
    ]
    (asked,) = learned.embed([need("Fald", organisation_id=9)])
    collection = Collection(learned.embed(offers))
    everybody = rank(learned, asked, collection, today=TODAY)
    assert len(everybody) == len(offers)
    for match in everybody:
        expected = [other for other in everybody if other.score >= match.score]
        found = rank(learned, asked, collection, today=TODAY, least=match.score)
        assert [(m.capability.profile.id, m.score, m.signals) for m in found] == [
            (m.capability.profile.id, m.score, m.signals) for m in expected
        ]
