"""What several needs have in common in the words of the shared vocabulary.

It names no single need's words, so that it can be shown before anybody has joined.
"""

import json

from matchmaker.database import Database
from matchmaker.pooling.joint_need import JointNeed
from matchmaker.words.vocabulary import FACETS, Concept, shipped_vocabulary

MOST_THEMES = 4
_FEWEST_NEEDS = 2


def common_themes(db: Database, joint_need: JointNeed) -> list[Concept]:
    """Return the concepts that at least two of the needs name, problems first, then by holders."""
    ids = json.dumps([member.need_id for member in joint_need.members])
    rows = db.rows(
        "select concept, count(*) as holders from theme_of_profile where noun = 'need'"
        " and profile_id in (select value from json_each(?)) group by concept having holders >= ?",
        (ids, _FEWEST_NEEDS),
    )
    known = shipped_vocabulary().concepts
    found = [(known[row["concept"]], row["holders"]) for row in rows if row["concept"] in known]
    found.sort(key=lambda each: (FACETS.index(each[0].facet) // 3, -each[1], each[0].key))
    return [concept for concept, _holders in found][:MOST_THEMES]


def suggested_title(themes: list[Concept], language: str = "da") -> str:
    """Return the labels of the first themes, for staff to make a sentence of."""
    return ", ".join(theme.labels[language] for theme in themes[:3]).capitalize()
