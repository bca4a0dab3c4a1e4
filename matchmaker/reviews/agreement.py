"""How far two people who read the same suggestions decide alike.

Per cent agreement counts what happened. Cohen's kappa takes out what two people would agree on by
chance when each says yes as often as they do:

    kappa = (observed - expected) / (1 - expected)
    expected = yes1 * yes2 + no1 * no2, the shares of yes and no of the first and second reader

1 is full agreement, 0 no more than chance. It is not defined when both readers always say the same
one thing, and says little for few pairs: n belongs beside it.

>>> shared = Agreement(both_yes=20, first_yes=5, second_yes=10, both_no=15)
>>> shared.n, shared.per_cent, round(shared.kappa, 2)
(50, 70, 0.4)
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Counts of pairs of decisions; `first_yes` are those to which the second reader said no."""

    both_yes: int = 0
    first_yes: int = 0
    second_yes: int = 0
    both_no: int = 0

    @property
    def n(self) -> int:
        return self.both_yes + self.first_yes + self.second_yes + self.both_no

    @property
    def per_cent(self) -> int | None:
        return round(100 * self._observed) if self.n else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa, None where it is not defined."""
        if not self.n:
            return None
        first = (self.both_yes + self.first_yes) / self.n
        second = (self.both_yes + self.second_yes) / self.n
        expected = first * second + (1 - first) * (1 - second)
        return None if expected == 1 else (self._observed - expected) / (1 - expected)

    @property
    def _observed(self) -> float:
        return (self.both_yes + self.both_no) / self.n
