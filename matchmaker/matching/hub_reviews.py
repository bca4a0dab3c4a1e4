"""Reads what the hub decided, as the ranking learns from it.

A pair counts once, with the last decision that stands: approved and referred as a yes, rejected
as a no. A referral says only that a colleague should look, and is half a yes. What was deferred or
reopened is undecided. A pair that was never shown, or shown and not looked at, is unseen: it is
no row, least of all a no.

A no tells of the pair only for some reasons: price, capacity, a conflict or the time of year say
nothing of whether the two fit, and a no for these teaches nothing. Where a party has said that
the pair does not fit, what staff had approved before counts as a no.

Staff begin at the top and stop somewhere, so that pairs further down are seldom looked at and
would count for too little. Each decision is therefore weighted by one over the share of pairs that
were looked at in its position, at most `MOST_WEIGHT` so that a single one far down cannot carry the
rest, and all weights together are as many as the decisions.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.database import Database
from matchmaker.matching.hub_model import Numbers

#: What tells that the pair does not fit, and what tells nothing of it. The other reasons count
#: when staff give them, who judge the pair, and not when a party does.
ABOUT_FIT = ("not_the_problem", "too_early", "lacks_evidence")
NOT_ABOUT_FIT = ("price", "capacity", "conflict", "not_now")
MOST_WEIGHT = 4.0
REFERRAL_WEIGHT = 0.5
#: Before anything is known, attention is taken to fall with the root of the position; that
#: assumption weighs as much as so many pairs that were shown.
ASSUMED_VIEWS = 20


@dataclass(frozen=True)
class DecidedPair:
    """One pair with its decision; `signals` and `position` are those of the moment."""

    review_id: int
    need_id: int
    organisation_id: int
    kind: str
    decision: str
    position: int
    signals: dict[str, float]

    @property
    def is_yes(self) -> bool:
        return self.decision != "reject"


def _sql_list(codes: Sequence[str]) -> str:
    return "({})".format(", ".join(f"'{code}'" for code in codes))


def read_decided_pairs(db: Database) -> list[DecidedPair]:
    """Return the pairs that the hub has decided on, oldest decision first.

    Decisions on pairs that were ranked without a trained first stage are left out.
    """
    return [
        DecidedPair(**{**row, "signals": json.loads(row["signals"])}) for row in db.rows(_DECIDED)
    ]


#: The last word of each party of the proposals that the suggestion stood in.
_SAID_BY_PARTY = """
    select 1 from collaboration_suggestion cs
    join collaboration_party p on p.collaboration_id = cs.collaboration_id
        and (p.need_id = s.need_id or p.capability_id = s.capability_id)
    join interest i on i.party_id = p.id
        and i.sequence = (select max(sequence) from interest where party_id = p.id)
    where cs.suggestion_id = s.id and i.answer = 'no' and i.reason in {about_fit}
"""
_DECIDED = f"""
    select r.id as review_id, s.need_id, c.organisation_id, c.kind,
        case when exists ({_SAID_BY_PARTY.format(about_fit=_sql_list(ABOUT_FIT))})
            then 'reject' else r.decision end as decision,
        coalesce(r.position, 1) as position, r.signals
    from review r
    join suggestion s on s.id = r.suggestion_id
    join capability c on c.id = s.capability_id
    where r.decision in ('approve', 'reject', 'refer') and r.signals is not null
        and (r.decision <> 'reject' or r.reason is null
            or r.reason not in {_sql_list(NOT_ABOUT_FIT)})
        and not exists (select 1 from review later
            where later.suggestion_id = r.suggestion_id and later.sequence > r.sequence
                and later.decision <> 'defer')
    order by r.id
"""


def read_propensities(db: Database) -> Numbers:
    """Return, by position from 1 (place 0), the share of shown pairs that were looked at.

    Shown are the pairs of a need that was opened, if they stood there by then. The share never
    rises with the position.
    """
    rows = db.rows(_LOOKED_AT)
    deepest = max((row["position"] for row in rows), default=1)
    assumed = np.arange(1, deepest + 1) ** -0.5
    looked_at, shown = ASSUMED_VIEWS * assumed, np.full(deepest, float(ASSUMED_VIEWS))
    for row in rows:
        looked_at[row["position"] - 1] += row["looked_at"]
        shown[row["position"] - 1] += row["shown"]
    return np.minimum.accumulate(looked_at / shown)


_LOOKED_AT = """
    with opened as (
        select s.need_id, max(r.created_at) as until
        from review r join suggestion s on s.id = r.suggestion_id group by s.need_id
    ), seen as (
        select coalesce(r.position, s.position) as position, r.id is not null as is_seen
        from suggestion s join opened on opened.need_id = s.need_id
        left join review r on r.suggestion_id = s.id and r.sequence = 1
        where r.id is not null or (s.withdrawn_at is null and s.created_at <= opened.until)
    )
    select position, count(*) as shown, sum(is_seen) as looked_at from seen
    where position >= 1 group by position
"""


def weights_of(pairs: Sequence[DecidedPair], propensities: Numbers) -> Numbers:
    """Return how much each decision counts; see the top of this module."""
    if not pairs:
        return np.zeros(0)
    deepest = len(propensities)
    places = np.array([min(max(pair.position, 1), deepest) - 1 for pair in pairs])
    weights = np.minimum(1 / propensities[places], MOST_WEIGHT)
    weights *= len(pairs) / weights.sum()
    is_referral = np.array([pair.decision == "refer" for pair in pairs])
    return np.asarray(np.where(is_referral, REFERRAL_WEIGHT * weights, weights))
