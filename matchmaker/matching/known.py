"""Suggestions of pairs whose likelihood is known without the encoder, as in generated content."""

import math
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from matchmaker.database import Database
from matchmaker.matching.collection import Embedded
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import Match
from matchmaker.matching.shortlist import settle
from matchmaker.matching.stored_profiles import read_profiles

KNOWN = "known"
_NOTHING = np.zeros(0, np.float32)


def suggest_known(
    db: Database,
    need_id: int,
    chances: Mapping[int, float],
    *,
    now: datetime,
    is_complete: bool = True,
) -> None:
    """Store the capabilities with these probabilities as suggestions of a need, best first.

    Otherwise as `suggest_for_need` does; what is ranked by the model later takes their place.
    """
    (need,) = read_profiles(db, "need", [need_id])
    capabilities = read_profiles(db, "capability", chances)
    matches = [_match(need, each, chances[int(each.id)]) for each in capabilities]
    matches.sort(key=lambda match: (-match.score, match.capability.profile.id))
    with db.atomic():
        settle(
            db, need_id, matches,
            is_complete=is_complete, model=KNOWN, find_pairs=lambda _match: [], now=now,
        )  # fmt: skip


def _match(need: Profile, capability: Profile, chance: float) -> Match:
    score = round(math.log(chance / (1 - chance)), 6)
    return Match(_bare(need), _bare(capability), score, probability=chance, features={})


def _bare(profile: Profile) -> Embedded:
    return Embedded(profile, _NOTHING, _NOTHING, 0.0)
