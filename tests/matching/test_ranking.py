import random
from datetime import date

import numpy as np
import pytest

from matchmaker.matching.candidates import find_candidates
from matchmaker.matching.collection import Collection
from matchmaker.matching.explanation import Fact, compare_facts, nearest_pairs
from matchmaker.matching.features import FEATURES, compute_features
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Facts, Field, Profile
from matchmaker.matching.ranking import Match, rank, rank_needs
from tests.matching.keyword_encoder import capability, need

TODAY = date(2026, 11, 23)
CAPABILITIES = [
    capability("Loneliness visits", profile_id=1),
    capability("Pressure mattress", profile_id=2),
    capability("Fall sensor", profile_id=3),
    capability("Pressure and fall course", profile_id=4),
]


def ranked(pipeline: Pipeline, wanted: Profile, capabilities: list[Profile]) -> list[Match]:
    (embedded,) = pipeline.embed([wanted])
    return rank(pipeline, embedded, Collection(pipeline.embed(capabilities)))


def order(matches: list[Match]) -> list[int | str]:
    return [match.capability.profile.id for match in matches]


def test_what_means_the_same_comes_first_whatever_it_is_called(pipeline: Pipeline) -> None:
    assert order(ranked(pipeline, need("Liggesår"), CAPABILITIES))[:2] == [2, 4]


def test_the_order_of_capabilities_changes_nothing(pipeline: Pipeline) -> None:
    expected = ranked(pipeline, need("Liggesår og fald"), CAPABILITIES)
    shuffled = CAPABILITIES[:]
    random.Random(3).shuffle(shuffled)
    again = ranked(pipeline, need("Liggesår og fald"), shuffled)
    assert [(m.capability.profile.id, m.score) for m in again] == [
        (m.capability.profile.id, m.score) for m in expected
    ]


def test_ties_are_broken_by_id(pipeline: Pipeline) -> None:
    alike = [capability("Fall sensor", profile_id=key) for key in (7, 3, 5)]
    assert order(ranked(pipeline, need("Fald"), alike)) == [3, 5, 7]


def test_a_pair_scores_the_same_from_both_sides_and_among_any_others(pipeline: Pipeline) -> None:
    (capability_,) = pipeline.embed([CAPABILITIES[3]])
    needs = Collection(pipeline.embed([need("Fald"), need("Medicin", profile_id=2)]))
    from_capability = {m.need.profile.id: m.score for m in rank_needs(pipeline, capability_, needs)}
    from_need = {
        m.capability.profile.id: m.score for m in ranked(pipeline, need("Fald"), CAPABILITIES)
    }
    alone = ranked(pipeline, need("Fald"), [CAPABILITIES[3]])
    assert from_capability[1] == from_need[4] == alone[0].score


def test_nobody_is_matched_with_their_own_house(pipeline: Pipeline) -> None:
    asked = need("Fald", organisation_id=10, parent_id=9)
    offers = [
        capability("Fall sensor", profile_id=1, organisation_id=10),
        capability("Fall sensor", profile_id=2, organisation_id=9),
        capability("Fall sensor", profile_id=3, organisation_id=11, parent_id=9),
        capability("Fall sensor", profile_id=4, organisation_id=12),
    ]
    assert order(ranked(pipeline, asked, offers)) == [4]


def test_no_capabilities_give_no_matches(pipeline: Pipeline) -> None:
    assert ranked(pipeline, need("Fald"), []) == []


def test_features_of_a_pair_are_exact(pipeline: Pipeline) -> None:
    asked, offer = need("Liggesår."), capability("Pressure mattress. Fall sensor.")
    (left,) = pipeline.embed([asked])
    features = compute_features(left, Collection(pipeline.embed([offer])))
    assert dict(zip(FEATURES, features[0].tolist(), strict=True)) == pytest.approx(
        {"whole": 0.5**0.5, "passages": 0.5**0.5, "hub_capability": 0, "hub_need": 0}, abs=2e-4
    )


def test_profiles_without_passages_are_near_to_nothing(pipeline: Pipeline) -> None:
    empty = Profile(1, "solution", "da", ())
    (left,) = pipeline.embed([need("Fald")])
    mixed = Collection(pipeline.embed([empty, CAPABILITIES[2], empty]))
    features = compute_features(left, mixed)
    assert features[:, FEATURES.index("passages")].tolist() == pytest.approx([0, 1, 0])


def test_candidates_are_the_nearest_in_the_order_of_the_collection(pipeline: Pipeline) -> None:
    (left,) = pipeline.embed([need("Liggesår")])
    collection = Collection(pipeline.embed(CAPABILITIES))
    assert find_candidates(left, collection, most=2).tolist() == [1, 3]
    np.testing.assert_array_equal(find_candidates(left, collection), np.arange(4))


def test_evidence_names_the_passages_that_meet(pipeline: Pipeline) -> None:
    long = (
        "Vi har brug for ro og overblik i hverdagen på afdelingen, siger alle på hvert møde. " * 2
    )
    asked = Profile(1, "need", "da", (Field("problem", f"{long}Borgere får liggesår."),))
    offer = capability(
        f"{'We are a small company with many years of experience. ' * 4}Stops pressure."
    )
    left, right = pipeline.embed([asked, offer])
    (pair,) = nearest_pairs(left, right)
    assert "liggesår" in pair.need.text
    assert "pressure" in pair.capability.text
    assert asked.text_of("problem")[pair.need.start : pair.need.end] == pair.need.text
    assert pair.score == pytest.approx(1)


def facts_of(offer: Profile, region: str | None = "1083") -> dict[str, Fact]:
    asked = Profile(1, "need", "da", (), Facts(region=region))
    return {fact.code: fact for fact in compare_facts(asked, offer, TODAY)}


@pytest.mark.parametrize(
    ("facts", "code", "fits"),
    [
        (Facts(trl=9), "maturity", True),
        (Facts(trl=5), "maturity", None),
        (Facts(trl=2), "maturity", False),
        (Facts(), "maturity", None),
        (Facts(region="1083"), "region", True),
        (Facts(region="1081"), "region", None),
        (Facts(), "region", None),
        (Facts(markets=("SE", "DK")), "market", True),
        (Facts(markets=("SE",)), "market", False),
        (Facts(), "market", None),
        (Facts(ce_marked=True), "marking", True),
        (Facts(ce_marked=False), "marking", False),
        (Facts(device_class="not_a_device"), "marking", True),
        (Facts(), "marking", None),
        (Facts(languages=("da", "en")), "languages", True),
        (Facts(languages=("en",)), "languages", False),
        (Facts(), "languages", None),
    ],
)
def test_facts_fit_clash_or_are_not_stated(facts: Facts, code: str, fits: bool | None) -> None:
    assert facts_of(Profile(1, "solution", "en", (), facts))[code].fits is fits


@pytest.mark.parametrize(
    ("periods", "fits"),
    [
        ((), None),
        (((date(2026, 1, 1), date(2026, 2, 1)),), False),
        (((date(2026, 11, 1), TODAY),), True),
        (((date(2027, 1, 1), date(2027, 2, 1)),), True),
    ],
)
def test_a_testbed_is_free_when_a_period_is_not_over(
    periods: tuple[tuple[date, date], ...], fits: bool | None
) -> None:
    facts = facts_of(Profile(1, "testbed", "da", (), Facts(free_periods=periods)))
    assert facts["testbed_free"].fits is fits
    assert "marking" not in facts


def test_a_testbed_far_away_clashes() -> None:
    assert facts_of(Profile(1, "testbed", "da", (), Facts(region="1081")))["region"].fits is False
