"""Which pairs of need and capability are not suggested again, because a party has said no.

A no is forgotten when the same party says something else of the same proposal. "Not now" holds
until its day. "Too early" and "lacks evidence" hold until what the capability tells has changed;
said by whoever offers it, a change of the need ends it too. Every other no stays.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.database import Database

UNTIL_CHANGED = ("too_early", "lacks_evidence")
#: What of a profile has to differ for a no to be asked about again.
MATERIAL = {
    "need": ("problem", "target", "extent", "tried", "requirements"),
    "capability": (
        *("description", "evidence", "trl", "device_class", "ce_marked", "markets", "price_model"),
        *("facilities", "target_groups", "research_field", "past_projects"),
    ),
}


@dataclass(frozen=True)
class Refusal:
    """A no of one side (``need`` or ``capability``) to the other, and until when it holds.

    `until` is None where no day was named.
    """

    need_id: int
    capability_id: int
    side: str
    reason: str
    until: str | None
    said_at: str
    collaboration_id: int

    @property
    def ends_by_change(self) -> bool:
        return self.reason in UNTIL_CHANGED


def list_refusals(
    db: Database, *, today: date, need_ids: Iterable[int] | None = None
) -> list[Refusal]:
    """Return the no's that hold on this day, of all needs or of these, oldest first."""
    wanted = None if need_ids is None else json.dumps(sorted(need_ids))
    said = [Refusal(**row) for row in db.rows(_SAID, {"needs": wanted})]
    return [refusal for refusal in said if _holds(db, refusal, today)]


#: The parties that stood in the proposal when the no was said. Who is replaced later has left
#: with it; who came later was not meant.
_SAID = """
    select np.need_id, cp.capability_id, i.reason, i.created_at as said_at, p.collaboration_id,
        case when p.need_id is null then 'capability' else 'need' end as side,
        case i.reason when 'not_now' then i.later_on end as until
    from interest i
    join collaboration_party p on p.id = i.party_id
    join collaboration_party np on np.collaboration_id = p.collaboration_id
        and np.need_id is not null and (p.need_id is null or np.id = p.id)
    join collaboration_party cp on cp.collaboration_id = p.collaboration_id
        and cp.capability_id is not null and (p.capability_id is null or cp.id = p.id)
    where i.answer = 'no'
        and (:needs is null or np.need_id in (select value from json_each(:needs)))
        and cp.invited_at <= i.created_at and coalesce(cp.ended_at >= i.created_at, 1)
        and np.invited_at <= i.created_at and coalesce(np.ended_at >= i.created_at, 1)
        and not exists (select 1 from interest later where later.party_id = i.party_id
            and later.circle = i.circle and later.sequence > i.sequence)
    order by i.id, cp.id
"""


def _holds(db: Database, refusal: Refusal, today: date) -> bool:
    if refusal.until is not None:
        return today.isoformat() < refusal.until
    if not refusal.ends_by_change:
        return True
    sides = {"capability": refusal.capability_id}
    if refusal.side == "capability":
        sides["need"] = refusal.need_id
    return not any(_has_changed(db, noun, id, refusal.said_at) for noun, id in sides.items())


def _has_changed(db: Database, noun: str, profile_id: int, since: str) -> bool:
    """Whether what the profile tells differs from what it told at that moment."""
    rows = db.rows(
        f"select content, saved_at > :since as is_later from {noun}_version"
        f" where {noun}_id = :id order by version",
        {"id": profile_id, "since": since},
    )
    later = [row for row in rows if row["is_later"]]
    if not later:
        return False
    before = [row for row in rows if not row["is_later"]]
    return not before or _material(noun, before[-1]) != _material(noun, later[-1])


def _material(noun: str, row: dict[str, Any]) -> list[Any]:
    content = json.loads(row["content"])
    return [content.get(name) for name in MATERIAL[noun]]
