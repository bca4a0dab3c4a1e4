"""Says whether anything in the catalogue answers a need, or that there is no good match yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.database import Database
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
    return _answer(reranker, matches[0].probability if matches else 0.0)


def answer_of_stored(db: Database, need_id: int, reranker: Reranker) -> Answer:
    """Return the answer that the stored suggestions of a need give, rejected ones left out."""
    row = db.first(
        """select max(probability) as best, count(*) as pairs from suggestion
           where need_id = ? and withdrawn_at is null and coalesce((
               select decision from review where suggestion_id = suggestion.id
               order by sequence desc limit 1), '') != 'reject'""",
        (need_id,),
    )
    return _answer(reranker, row["best"] if row and row["pairs"] else 0.0)


def _answer(reranker: Reranker, best: float | None) -> Answer:
    is_answered = best is None or (best > 0 and best >= reranker.answered_from)
    return Answer(is_answered, best)
