"""The second stage of the ranking: weighs the stated facts of a pair, as the hub's reviews taught.

The first stage (``reranker``) gives a logit from the texts. This stage is a logistic regression
over that logit and the signals below, so that its result is a logit again, which depends on the
pair alone. What is not stated is 0: where there are texts only, the first stage stands.

========================  =================================================================
``logit``                 of the first stage
one for each of `FACTS`   +1 fits, -1 clashes, 0 not stated; see ``explanation.which_fit``
``organisation_history``  share of the organisation's capabilities the hub approved, less the
                          share of all
``kind_history``          the same for solutions, testbeds, expertise and services
========================  =================================================================

Neither side states a wish that is not a fact or part of a text; a wish that is once stored joins
`FACTS`.

The shipped weights are an assumption. Each fact that fits raises the odds by a sixth and each
that clashes lowers them as much: enough to part two texts that are about equally good, while
the five that a pair can have lift it no further than from even odds to two in three. History
starts at 0, so that nobody gains or loses by it before a hub has reviewed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.matching.explanation import which_fit
from matchmaker.matching.profile import Profile

Numbers = npt.NDArray[np.float64]

FACTS = ("maturity", "region", "market", "marking", "testbed_free", "languages")
SIGNALS = ("logit", *FACTS, "organisation_history", "kind_history")
PRIOR_WEIGHTS: Mapping[str, float] = {
    "logit": 1.0,
    "maturity": 0.15,
    "region": 0.15,
    "market": 0.15,
    "marking": 0.15,
    "testbed_free": 0.15,
    "languages": 0.15,
    "organisation_history": 0.0,
    "kind_history": 0.0,
}
#: So many imagined decisions of the usual outcome stand beside the real ones of a history.
SMOOTHING = 10
#: Without a day, every free period counts as one to come.
ANY_DAY = date.min


@dataclass(frozen=True)
class History:
    """How many decisions there were, and how many of them were a yes, by what they were about."""

    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def leaning(self, organisation_id: int | None, kind: str) -> tuple[float, float]:
        """Return how far the organisation and the kind lie above the usual share of a yes."""
        if not self.counts:
            return 0.0, 0.0
        return self._above(f"organisation {organisation_id}"), self._above(f"kind {kind}")

    def with_decision(self, organisation_id: int | None, kind: str, *, is_yes: bool) -> "History":
        """Return the history with one decision more."""
        counts = dict(self.counts)
        for key in ("all", f"organisation {organisation_id}", f"kind {kind}"):
            yes, decided = counts.get(key, (0, 0))
            counts[key] = (yes + is_yes, decided + 1)
        return History(counts)

    def _above(self, key: str) -> float:
        if key not in self.counts:
            return 0.0
        yes_of_all, all_decided = self.counts["all"]
        usual = yes_of_all / all_decided
        yes, decided = self.counts[key]
        return (yes + SMOOTHING * usual) / (decided + SMOOTHING) - usual


@dataclass(frozen=True)
class HubModel:
    """Weights in the order of `SIGNALS`, with the history as it was when they were learned.

    `number` is 0 for the shipped weights. `remark` tells operators why not the version that was
    chosen is in use; empty when it is.
    """

    weights: tuple[float, ...]
    intercept: float = 0.0
    history: History = History()
    number: int = 0
    remark: str = ""

    @cached_property
    def name(self) -> str:
        """Names the model; changes whenever the same pair may get another score."""
        content = json.dumps(self.as_json(), sort_keys=True).encode()
        return f"hub-{self.number}-{hashlib.sha256(content).hexdigest()[:8]}"

    @property
    def reach(self) -> float:
        """How far a score can move, rounded up, when one fact is stated that was not."""
        weights = dict(zip(SIGNALS, self.weights, strict=True))
        return max(abs(weights[name]) for name in FACTS) + 1e-5

    def signals(
        self, logits: Numbers, need: Profile, capabilities: Sequence[Profile], today: date
    ) -> Numbers:
        """Return what the pairs are judged by, shape (capabilities, signals)."""
        rows = [
            (*_facts(need, capability, today), *self._leaning(capability))
            for capability in capabilities
        ]
        stated = np.array(rows, np.float64).reshape(len(rows), len(SIGNALS) - 1)
        return np.column_stack([np.asarray(logits, np.float64), stated])

    def scores(self, signals: Numbers) -> Numbers:
        """Return one logit for each row of signals."""
        return np.asarray(signals @ np.array(self.weights) + self.intercept)

    def most(self, logits: Numbers) -> Numbers:
        """Return for each logit of the first stage the score that none goes over, rounded up."""
        own, *others = self.weights
        return logits * own + self.intercept + sum(map(abs, others)) + 1e-5

    def as_json(self) -> dict[str, Any]:
        return {
            "weights": dict(zip(SIGNALS, self.weights, strict=True)),
            "intercept": self.intercept,
            "history": self.history.counts,
        }

    def _leaning(self, capability: Profile) -> tuple[float, float]:
        return self.history.leaning(capability.facts.organisation_id, capability.kind)


def read_hub_model(stored: Mapping[str, Any], number: int) -> HubModel:
    """Return the model that `HubModel.as_json` described.

    Raises
    ------
    ValueError
        When it was learned from other signals than those of this version of the program.
    """
    if set(stored.get("weights", ())) != set(SIGNALS):
        raise ValueError("it was learned from other signals")
    return HubModel(
        weights=tuple(float(stored["weights"][name]) for name in SIGNALS),
        intercept=float(stored["intercept"]),
        history=History({key: (yes, all_) for key, (yes, all_) in stored["history"].items()}),
        number=number,
    )


_VALUE_OF = {None: 0.0, True: 1.0, False: -1.0}


def _facts(need: Profile, capability: Profile, today: date) -> list[float]:
    found = dict(which_fit(need, capability, today))
    return [_VALUE_OF[found.get(name)] for name in FACTS]


SHIPPED = HubModel(tuple(PRIOR_WEIGHTS[name] for name in SIGNALS))
#: Passes the first stage on, whatever its scale is.
FIRST_STAGE_ALONE = HubModel((1.0, *[0.0] * (len(SIGNALS) - 1)))
