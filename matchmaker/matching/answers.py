"""Says whether anything in the catalogue answers a need, or that there is no good match yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.matching.ranking import Match
from matchmaker.matching.reranker import Reranker


@dataclass(frozen=True)
class Answer:
    """`probability` is that of the best pair: 0 without any, None where none is known.

    Without a trained model nothing is known of probabilities, and a need with any match at all
    counts as answered.
    """

    answered: bool
    probability: float | None


def answer_of(reranker: Reranker, matches: Sequence[Match]) -> Answer:
    """Return the answer that these matches, best first, give."""
    best = matches[0].probability if matches else 0.0
    is_answered = best is None or (best > 0 and best >= reranker.answered_from)
    return Answer(is_answered, best)
