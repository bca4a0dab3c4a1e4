"""A first stage that gives logits from the likeness of keywords, and reviews to learn from."""

import json

import numpy as np

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.matching.encoder import Vectors
from matchmaker.matching.hub_model import FACTS
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.reranker import Numbers, Similarity
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_need,
    make_organisation,
    make_suggestion,
)
from tests.matching.keyword_encoder import KeywordEncoder


class LikenessLogit:
    """Its probability is one in two for half a likeness."""

    name = "likeness"
    floor = -2.0
    remark = ""
    answered_from = 0.5

    def scores(self, features: Vectors) -> Numbers:
        return 8 * Similarity().scores(features) - 4

    def probabilities(self, scores: Numbers) -> Numbers:
        return np.asarray(1 / (1 + np.exp(-scores)))


def trained_pipeline(**values: object) -> Pipeline:
    return Pipeline(KeywordEncoder(), reranker=LikenessLogit(), **values)  # type: ignore[arg-type]


def add_reviews(db: Database, count: int, *, seed: int = 1, liking: float = 3) -> None:
    """Add decisions of a hub that likes (or dislikes) CE marked solutions, most of the time."""
    random = np.random.default_rng(seed)
    account, hospital = make_account(db), make_organisation(db, kind="hospital")
    offered = [make_capability(db, make_organisation(db)) for _ in range(10)]
    for number in range(count):
        if number % 10 == 0:
            need = make_need(db, hospital)
        signals = {"logit": round(float(random.normal()), 3)}
        signals |= {name: int(random.choice([-1, 0, 1])) for name in FACTS}
        is_yes = random.random() < 1 / (1 + np.exp(-signals["logit"] - liking * signals["marking"]))
        place = number % 10
        suggestion = make_suggestion(db, need, offered[place], position=place + 1)
        db["review"].insert(
            {
                "suggestion_id": suggestion,
                "sequence": 1,
                "account_id": account.id,
                "decision": "approve" if is_yes else "reject",
                "position": place + 1,
                "signals": json.dumps(signals),
                "created_at": to_text(NOW),
            }
        )
