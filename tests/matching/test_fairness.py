"""Who has the ten places where it is a matter of a hair: what it costs, gains and never does."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.database import Database
from matchmaker.matching.actions import suggest_for_capability, suggest_for_need
from matchmaker.matching.fairness import (
    LEAST_GAIN,
    MARGIN,
    SMALL,
    Candidate,
    choose,
    groups_of,
    weigh,
)
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Facts
from matchmaker.matching.queries import list_for_need
from matchmaker.matching.refresh import match_changed
from matchmaker.matching.shortlist import PLACES
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
)
from tests.matching.trained import trained_pipeline

REGIONS = ("1081", "1082", "1083", "1084", "1085")
LATER = NOW + timedelta(hours=1)


def candidate(number: int, probability: float, *groups: str) -> Candidate:
    return Candidate(number, probability, frozenset(groups))


def equals(number: int, *groups: str, first: int = 1) -> list[Candidate]:
    return [candidate(first + place, 0.3, *groups) for place in range(number)]


def counted(chosen: Sequence[Candidate], group: str) -> int:
    return sum(group in each.groups for each in chosen)


def test_equals_share_the_places_as_they_share_the_field() -> None:
    chosen = choose([*equals(12), *equals(8, SMALL, first=50)], PLACES)
    assert counted(chosen, SMALL) == 4


def test_a_region_has_its_share_too() -> None:
    field = [*equals(10, "region 1084"), *equals(5, "region 1081", first=20)]
    chosen = choose([*field, *equals(5, "region 1085", first=30)], PLACES)
    found = [counted(chosen, f"region {region}") for region in ("1084", "1081", "1085")]
    assert sum(found) == PLACES
    assert all(abs(got - due) < 1 for got, due in zip(found, (5, 2.5, 2.5), strict=True))


def test_whoever_is_clearly_likelier_keeps_the_place() -> None:
    strong = [candidate(number, 0.3 + MARGIN + 0.001) for number in range(PLACES)]
    assert choose([*strong, *equals(30, SMALL, first=50)], PLACES) == strong


def test_there_is_nothing_to_choose_where_there_is_room() -> None:
    field = [candidate(1, 0.9), candidate(2, 0.1, SMALL)]
    assert choose(field, PLACES) == field
    assert choose(field, 0) == []


def test_large_companies_lose_nothing_where_the_small_have_their_share() -> None:
    field = [*equals(10, SMALL), *equals(10, first=50)]
    assert choose(field, PLACES) == field[:PLACES]


def test_the_list_stays_in_order_of_probability() -> None:
    field = [candidate(n, 0.5 - n / 1000, *([SMALL] if n % 3 == 0 else [])) for n in range(25)]
    chosen = choose(field, PLACES)
    assert [each.id for each in chosen] == sorted(each.id for each in chosen)


FIELDS = st.lists(
    st.tuples(
        st.integers(0, 1000).map(lambda n: n / 10_000),
        st.booleans(),
        st.sampled_from((None, *REGIONS)),
    ),
    max_size=60,
)


def drawn(rows: list[tuple[float, bool, str | None]]) -> list[Candidate]:
    """Return candidates best first, ties by id, as the ranking gives them."""
    made = [
        Candidate(number, probability, groups_of(Facts(size="micro" if is_small else "large",
                                                       region=region)))
        for number, (probability, is_small, region) in enumerate(rows)
    ]  # fmt: skip
    return sorted(made, key=lambda each: (-each.probability, each.id))


@given(FIELDS)
def test_no_place_ever_costs_more_than_the_margin(
    rows: list[tuple[float, bool, str | None]],
) -> None:
    field = drawn(rows)
    chosen, by_score = choose(field, PLACES), field[:PLACES]
    assert len(chosen) == len(by_score)
    assert len({each.id for each in chosen}) == len(chosen)
    for got, due in zip(chosen, by_score, strict=True):
        assert due.probability - got.probability <= MARGIN + 1e-9
    if len(field) > PLACES:
        assert min(each.probability for each in chosen) >= by_score[-1].probability - MARGIN


@given(FIELDS, st.randoms(use_true_random=False))
def test_the_choice_forgets_in_which_order_they_came(
    rows: list[tuple[float, bool, str | None]], shuffled: random.Random
) -> None:
    field = drawn(rows)
    mixed = list(field)
    shuffled.shuffle(mixed)
    again = sorted(mixed, key=lambda each: (-each.probability, each.id))
    assert choose(again, PLACES) == choose(field, PLACES)


@given(FIELDS, st.integers(0, 100))
def test_who_is_out_of_reach_changes_nothing(
    rows: list[tuple[float, bool, str | None]], far: int
) -> None:
    field = drawn(rows)
    chosen = choose(field, PLACES)
    if len(field) >= PLACES:
        below = field[PLACES - 1].probability - MARGIN - 0.001 - far / 10_000
        field = sorted([*field, candidate(999, below, SMALL)],
                       key=lambda each: (-each.probability, each.id))  # fmt: skip
        assert choose(field, PLACES) == chosen


def synthetic(seed: int, needs: int = 200) -> list[list[Candidate]]:
    """Return the candidates of needs where large companies of the capital score a little better.

    A third is small; two in five are of the capital region, and the fewest of the north.
    """
    chance = random.Random(seed)
    lists = []
    for _ in range(needs):
        spread = chance.uniform(1.0, 3.0)
        rows = []
        for _ in range(chance.randint(15, 60)):
            is_small = chance.random() < 1 / 3
            region = chance.choices(REGIONS, (10, 20, 15, 40, 15))[0]
            logit = -chance.expovariate(1 / spread) - 0.3 * is_small + 0.2 * (region == "1084")
            rows.append((1 / (1 + 2.718281828 ** (-logit)), is_small, region))
        lists.append(drawn(rows))
    return lists


def test_the_price_is_small_and_the_shares_come_nearer_to_fair() -> None:
    balance = weigh(synthetic(seed=1), PLACES)
    assert balance.lists > 100
    assert 0 < balance.price < 0.01 * balance.expected
    assert balance.price < MARGIN * PLACES * balance.changed / 100
    small = balance.shares[SMALL]
    assert small.by_score < small.chosen <= small.of_contenders + LEAST_GAIN / PLACES
    distance = {
        name: sum(abs(getattr(share, name) - share.of_contenders)
                  for group, share in balance.shares.items() if group != SMALL)
        for name in ("by_score", "chosen")
    }  # fmt: skip
    assert distance["chosen"] < distance["by_score"]


def test_without_a_margin_nothing_changes() -> None:
    balance = weigh(synthetic(seed=2, needs=20), PLACES, margin=0.0)
    assert (balance.price, balance.changed) == (0, 0)


def test_what_is_not_stated_counts_nowhere() -> None:
    assert groups_of(Facts()) == frozenset()
    assert groups_of(Facts(size="medium", region="1081")) == {"region 1081"}
    assert groups_of(Facts(size="small")) == groups_of(Facts(size="micro")) == {SMALL}


# In the database


@pytest.fixture
def db(memory_db: Database) -> Database:
    make_hub(memory_db)
    return memory_db


@pytest.fixture
def pipeline() -> Pipeline:
    return trained_pipeline()


def add_need(db: Database) -> int:
    owner = make_organisation(db, kind="municipality", region=None)
    return make_need(db, owner, title="Liggesår", problem="Liggesår")


def add_capability(db: Database, size: str, text: str = "Pressure mattress") -> int:
    owner = make_organisation(db, size=size, region=None)
    return make_capability(db, owner, title=text, description=text)


def small_listed(db: Database, need_id: int) -> int:
    row = db.first(
        """select count(*) as number from suggestion s join capability c on c.id = s.capability_id
           join organisation o on o.id = c.organisation_id
           where s.need_id = ? and s.withdrawn_at is null and o.size in ('micro', 'small')""",
        (need_id,),
    )
    return int(row["number"]) if row else 0


SIZES = ("large",) * 10 + ("small",) * 5 + ("medium",) * 5


@pytest.mark.parametrize("seed", range(4))
def test_small_companies_get_their_share_in_whatever_order_they_come(
    db: Database, pipeline: Pipeline, seed: int
) -> None:
    need_id = add_need(db)
    match_changed(db, pipeline, now=NOW)
    sizes = list(SIZES)
    random.Random(seed).shuffle(sizes)
    for size in sizes:
        suggest_for_capability(db, pipeline, add_capability(db, size), now=NOW)
    assert len(list_for_need(db, need_id)) == PLACES
    # A quarter of twenty equals: two or three of ten places.
    assert small_listed(db, need_id) in (2, 3)
    one_by_one = [suggestion.capability_id for suggestion in list_for_need(db, need_id)]
    db.execute("delete from suggestion")
    suggest_for_need(db, pipeline, need_id, now=LATER)
    assert [suggestion.capability_id for suggestion in list_for_need(db, need_id)] == one_by_one


def test_a_decided_pair_keeps_its_place(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    for size in SIZES:
        add_capability(db, size)
    match_changed(db, pipeline, now=NOW)
    large = [
        row["id"]
        for row in db.rows(
            """select s.id from suggestion s join capability c on c.id = s.capability_id
               join organisation o on o.id = c.organisation_id where o.size = 'large'"""
        )
    ]
    staff = make_account(db)
    for suggestion in large:
        db["review"].insert(
            {
                "suggestion_id": suggestion,
                "sequence": 1,
                "account_id": staff.id,
                "decision": "approve",
                "created_at": "2026-11-23T09:00:00Z",
            }
        )
    for _ in range(20):
        add_capability(db, "micro")
    match_changed(db, pipeline, now=LATER)
    kept = {suggestion.id for suggestion in list_for_need(db, need_id)}
    assert set(large) <= kept
    assert len(kept) == PLACES


def test_when_a_company_grows_the_lists_follow(db: Database, pipeline: Pipeline) -> None:
    need_id = add_need(db)
    for size in SIZES:
        add_capability(db, size)
    match_changed(db, pipeline, now=NOW)
    assert small_listed(db, need_id) > 0
    db.execute("update organisation set size = 'large', version = version + 1 where size = 'small'")
    assert match_changed(db, pipeline, now=LATER) == SIZES.count("small")
    assert small_listed(db, need_id) == 0


def test_without_probabilities_the_score_alone_decides(db: Database) -> None:
    plain = replace(trained_pipeline(), reranker=Pipeline(trained_pipeline().encoder).reranker)
    need_id = add_need(db)
    ids = [add_capability(db, size) for size in SIZES]
    match_changed(db, plain, now=NOW)
    assert [s.capability_id for s in list_for_need(db, need_id)] == ids[:PLACES]
