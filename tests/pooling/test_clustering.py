import math
import random

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.pooling.clustering import pairs_within, pools_of

_KEYS = st.integers(1, 9)
_PAIRS = st.tuples(_KEYS, _KEYS).filter(lambda pair: pair[0] < pair[1])
_LIKELY = st.dictionaries(_PAIRS, st.sampled_from([0.1, 0.4, 0.5, 0.6, 0.9, 1.0]))


def _odds(chance: float) -> float:
    cut = min(max(chance, 0.02), 0.98)
    return math.log(cut / (1 - cut))


def test_the_likeliest_come_together_first() -> None:
    likely = {("a", "b"): 0.9, ("b", "c"): 0.6, ("c", "d"): 0.95}
    assert pools_of(likely) == [("a", "b"), ("c", "d")]


def test_a_chain_of_likely_pairs_is_no_pool_when_its_ends_are_unlike() -> None:
    assert pools_of({(1, 2): 0.8, (2, 3): 0.7}) == [(1, 2)]


def test_two_kept_apart_do_not_meet_through_a_third() -> None:
    likely = {(1, 2): 0.9, (2, 3): 0.9, (1, 3): 0.9}
    assert pools_of(likely, kept_apart=[(3, 1)]) == [(1, 2)]


def test_what_is_together_stays_and_may_grow() -> None:
    likely = {(1, 2): 0.1, (2, 3): 0.9, (1, 3): 0.8}
    assert pools_of(likely, together=[(1, 2)]) == [(1, 2, 3)]
    assert pools_of({(1, 2): 0.1, (2, 3): 0.6}, together=[(1, 2)]) == [(1, 2)]


def test_what_is_together_counts_whole_also_where_one_of_it_is_like_no_other() -> None:
    assert pools_of({(2, 3): 0.97}, together=[(1, 2)], kept_apart=[(1, 3)]) == [(1, 2)]
    apart = pools_of({(2, 4): 0.97}, together=[(1, 2), (3, 4)], kept_apart=[(1, 3)])
    assert apart == [(1, 2), (3, 4)]


def test_a_group_takes_nobody_much_less_like_than_its_own() -> None:
    assert pools_of({(1, 2): 0.97, (1, 3): 0.6, (2, 3): 0.6}) == [(1, 2)]


def test_a_need_like_no_other_is_in_no_pool() -> None:
    assert pools_of({(1, 2): 0.49}) == []
    assert pools_of({}) == []


@given(_LIKELY, st.lists(_PAIRS), st.randoms())
def test_pools_hold_what_is_promised(
    likely: dict[tuple[int, int], float], apart: list[tuple[int, int]], chance: random.Random
) -> None:
    pools = pools_of(likely, kept_apart=apart)
    members = [key for pool in pools for key in pool]
    assert len(members) == len(set(members))
    for pool in pools:
        pairs = set(pairs_within(pool))
        assert not pairs & set(apart)
        assert sum(_odds(likely.get(pair, 0)) for pair in pairs) >= -1e-6
    shuffled = list(likely.items())
    chance.shuffle(shuffled)
    turned = [(b, a) for a, b in reversed(apart)]
    assert pools_of(dict(shuffled), kept_apart=turned) == pools
