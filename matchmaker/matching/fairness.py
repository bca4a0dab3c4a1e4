"""Gives small companies and every region their share of places among those about equally good.

Which of two capabilities stands tenth and which eleventh is often a matter of a hair, and whoever
has more to say of itself wins each time. Among the candidates of a need that come within `MARGIN`
of its last place, small companies and each region have a claim to the share of the places that
they are of those candidates. Where they fall short of it, they take a place from somebody who is
at most `MARGIN` likelier.

The choice follows from the candidates of the need alone: not from other needs, nor from the order
in which anything was registered. It is only about who is listed; the list is in order of score.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.matching.profile import Facts

#: In probability: the most that a place may cost.
MARGIN = 0.02
#: In places: a smaller gain is not worth a change.
LEAST_GAIN = 0.5
SMALL = "small"
SMALL_SIZES = ("micro", "small")
# So that sums of shares in another order are the same sums.
_DIGITS = 9


@dataclass(frozen=True)
class Candidate:
    """A capability that may have a place; `groups` are those that have a claim through it."""

    id: int
    probability: float
    groups: frozenset[str]


def groups_of(facts: Facts) -> frozenset[str]:
    """Return the groups by which an organisation is counted; what is not stated counts nowhere."""
    size = {SMALL} if facts.size in SMALL_SIZES else set()
    return frozenset(size | ({f"region {facts.region}"} if facts.region else set()))


def choose(candidates: Sequence[Candidate], places: int, margin: float = MARGIN) -> list[Candidate]:
    """Return who has the places, best first, of candidates that come best first.

    Everybody has one when there are enough. Otherwise each change gains the groups the most for
    the least probability, until none gains them `LEAST_GAIN` places; ties go by id.
    """
    if places <= 0:
        return []
    listed = list(candidates[:places])
    contenders = within_reach(candidates, places, margin)
    waiting = list(contenders[places:])
    shares = _shares(contenders, places)
    settled: set[int] = set()
    while swap := _best_swap(listed, waiting, settled, shares, margin):
        leaving, entering = swap
        listed[listed.index(leaving)] = entering
        waiting.remove(entering)
        settled.add(entering.id)
    kept = {candidate.id for candidate in listed}
    return [candidate for candidate in contenders if candidate.id in kept]


def within_reach(
    candidates: Sequence[Candidate], places: int, margin: float = MARGIN
) -> Sequence[Candidate]:
    """Return those with a place by score, and those who are within the margin of the last."""
    if len(candidates) <= places:
        return candidates
    last = candidates[places - 1].probability
    return [each for each in candidates if each.probability >= last - margin]


def _shares(contenders: Sequence[Candidate], places: int) -> Mapping[str, float]:
    """Return how many places each group has a claim to."""
    counts = Counter(group for each in contenders for group in each.groups)
    return {group: places * count / len(contenders) for group, count in counts.items()}


def _best_swap(
    listed: Sequence[Candidate],
    waiting: Sequence[Candidate],
    settled: set[int],
    shares: Mapping[str, float],
    margin: float,
) -> tuple[Candidate, Candidate] | None:
    """Return who leaves and who enters, or None when nothing more is worth it.

    Of those who wait and count alike, the first is as good as any. Who has come in stays.
    """
    first = {each.groups: each for each in reversed(waiting)}
    counts = Counter(group for each in listed for group in each.groups)
    swaps = [
        (-_gain(leaving.groups, entering.groups, counts, shares),
         leaving.probability - entering.probability, entering.id, leaving.id, leaving, entering)
        for leaving in listed if leaving.id not in settled
        for entering in first.values()
        if leaving.probability - entering.probability <= margin
    ]  # fmt: skip
    best = min(swaps, default=None)
    return best[4:] if best and best[0] <= -LEAST_GAIN else None


def _gain(
    leaving: frozenset[str],
    entering: frozenset[str],
    counts: Mapping[str, int],
    shares: Mapping[str, float],
) -> float:
    """Return by how many places the groups, all together, fall less short of their shares."""
    gained = sum(_short(group, counts, shares, 0) - _short(group, counts, shares, 1)
                 for group in sorted(entering - leaving))  # fmt: skip
    lost = sum(_short(group, counts, shares, -1) - _short(group, counts, shares, 0)
               for group in sorted(leaving - entering))  # fmt: skip
    return round(gained - lost, _DIGITS)


def _short(group: str, counts: Mapping[str, int], shares: Mapping[str, float], more: int) -> float:
    return max(0.0, shares[group] - counts.get(group, 0) - more)


@dataclass(frozen=True)
class Share:
    """A group's part of all places by score alone and as chosen, and of all who had a claim."""

    by_score: float
    chosen: float
    of_contenders: float


@dataclass(frozen=True)
class Balance:
    """What the choice costs and gains over many lists.

    `expected` is the mean sum of probabilities of a list by score: how many of its places are
    expected to be useful. `price` is how much of that the choice gives up, and `changed` how many
    places of a hundred went to somebody else.
    """

    lists: int
    expected: float
    price: float
    changed: float
    shares: Mapping[str, Share]


def weigh(lists: Iterable[Sequence[Candidate]], places: int, margin: float = MARGIN) -> Balance:
    """Return the price and the gain over the candidates of many needs, each best first.

    Needs with a place for everybody are left out: there is nothing to choose.
    """
    full = [each for each in lists if len(each) > places]
    by_score = [list(each[:places]) for each in full]
    chosen = [choose(each, places, margin) for each in full]
    contenders = [within_reach(each, places, margin) for each in full]
    before, after = _sum(by_score), _sum(chosen)
    moved = sum(len(set(new) - set(old)) for new, old in zip(chosen, by_score, strict=True))
    parts = [_parts(each) for each in (by_score, chosen, contenders)]
    return Balance(
        lists=len(full),
        expected=before / max(1, len(full)),
        price=(before - after) / max(1, len(full)),
        changed=100 * moved / max(1, places * len(full)),
        shares={
            group: Share(*(part.get(group, 0.0) for part in parts)) for group in sorted(parts[2])
        },
    )


def _sum(lists: Iterable[Sequence[Candidate]]) -> float:
    return sum(each.probability for found in lists for each in found)


def _parts(lists: Iterable[Sequence[Candidate]]) -> dict[str, float]:
    """Return the part of each group, every list counting alike."""
    parts: Counter[str] = Counter()
    number = 0
    for found in lists:
        number += 1
        for each in found:
            for group in each.groups:
                parts[group] += 1 / len(found)  # type: ignore[assignment]
    return {group: part / number for group, part in parts.items()}
