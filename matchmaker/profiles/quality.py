"""How much of what a reader looks for each profile says, kept beside it for staff to sort by."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from matchmaker.coach.draft import NEED, Draft
from matchmaker.coach.quality import Quality, measure, measuring_revision
from matchmaker.database import Database
from matchmaker.profiles.listing import as_json
from matchmaker.profiles.refreshing import refresh_where_changed

_TEXTS = {
    NEED: ("problem", "target", "extent", "tried", "requirements", "title"),
    "capability": (
        "description", "evidence", "facilities", "target_groups", "research_field",
        "past_projects", "price_model", "title",
    ),
}  # fmt: skip
_CHOSEN = ("trl", "ce_marked", "markets", "languages", "free_periods")
# A list is kept as JSON in the table, and as it is in a version.
_OPEN: tuple[object, ...] = (None, "", "[]", [], ())
_OF = "select score from quality_of_profile where noun = '{noun}' and profile_id = {profile}.id"


def draft_of(noun: str, values: Mapping[str, Any]) -> Draft:
    """Return what was filled in for a need or a capability as the coach reads it."""
    stated = {name for name in _CHOSEN if values.get(name) not in _OPEN}
    if values.get("device_class") == "not_a_device":
        stated.add("ce_marked")
    return Draft(
        kind=NEED if noun == NEED else values["kind"],
        language=values["language"],
        texts={name: values[name] for name in _TEXTS[noun]},
        stated=frozenset(stated),
    )


def keep_quality(db: Database, noun: str, profile_id: int, values: Mapping[str, Any]) -> None:
    """Replace the quality of a profile; call it inside ``db.atomic()``."""
    _keep(db, noun, profile_id, measure(draft_of(noun, values)))


def _keep(db: Database, noun: str, profile_id: int, quality: Quality) -> None:
    db.execute(
        "insert or replace into quality_of_profile (noun, profile_id, score, parts)"
        " values (?, ?, ?, ?)",
        (noun, profile_id, quality.score, json.dumps(dict(quality.parts))),
    )


def list_qualities(db: Database, noun: str, ids: Iterable[int]) -> dict[int, Quality]:
    """Return the quality of those of the profiles whose texts were measured, by their ids."""
    rows = db.rows(
        "select profile_id, parts from quality_of_profile where noun = ?"
        " and profile_id in (select value from json_each(?))",
        (noun, as_json(sorted(ids))),
    )
    return {row["profile_id"]: Quality(json.loads(row["parts"])) for row in rows}


def quality_order(noun: str, profile: str = "p") -> str:
    """Return the SQL that puts the weakest texts first; those not measured yet come before."""
    return f"coalesce(({_OF.format(noun=noun, profile=profile)}), -1)"


def refresh_quality(db: Database, noun: str) -> int:
    """Measure every profile anew where the measure has changed; return how many."""
    return refresh_where_changed(
        db,
        noun,
        setting=f"quality_of_{noun}",
        revision=measuring_revision(),
        find=lambda row: measure(draft_of(noun, {**row, **_content(db, noun, row["id"])})),
        keep=lambda profile_id, quality: _keep(db, noun, profile_id, quality),
    )


def _content(db: Database, noun: str, profile_id: int) -> Mapping[str, Any]:
    """Return all that was filled in last; the row alone lacks what has a table of its own."""
    row = db.first(
        f"select content from {noun}_version where {noun}_id = ? order by version desc limit 1",
        (profile_id,),
    )
    content: dict[str, Any] = json.loads(row["content"]) if row else {}
    return content
