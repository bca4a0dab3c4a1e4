"""The needs that capabilities fit, as those who keep the capabilities may see them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matchmaker.collaborations.declining import Decline, decline_of_review
from matchmaker.database import Database
from matchmaker.profiles.contacts import without_contacts, without_names
from matchmaker.reviews.standing import LAST_REVIEW

#: From this probability on a suggestion is shown to its owner before staff have looked at it.
WORTH_TELLING = 0.3


@dataclass(frozen=True)
class CapabilityCase:
    """A need that a capability fits, as its owner may see it, and how far it has come.

    `state` is ``waiting``, ``approved``, ``rejected``, ``later`` or a stage of the collaboration.
    `title` is empty while the need is confidential and has not been opened; `reason` is why it
    ended, `is_own_no` whether that was the owner's own no.
    """

    need_id: int
    capability_id: int
    title: str
    language: str
    organisation_name: str | None
    is_public: bool
    state: str
    reason: str | None
    is_own_no: bool
    collaboration_id: int | None
    since: str
    kind: str = "solution"

    @property
    def decline(self) -> Decline | None:
        """What the owner is told of a suggestion that staff did not take further."""
        if self.state != "rejected" or self.reason is None:
            return None
        return decline_of_review(self.reason, self.capability_id, self.kind)

    @property
    def group(self) -> str:
        """``open`` while the hub decides, ``under_way`` once asked, ``ended`` after a no."""
        if self.state in ("rejected", "closed"):
            return "ended"
        return "open" if self.state in ("waiting", "approved", "later") else "under_way"


def capability_cases(
    db: Database, capability_id: int, *, worth_telling: float = WORTH_TELLING
) -> list[CapabilityCase]:
    """Return the needs a capability fits, those under way first; see :func:`list_cases`."""
    return list_cases(db, [capability_id], worth_telling=worth_telling)


def list_cases(
    db: Database, capability_ids: Iterable[int], *, worth_telling: float = WORTH_TELLING
) -> list[CapabilityCase]:
    """Return the needs these capabilities fit, those under way first.

    A need is listed only when it is published on the board or the capability's owner has been
    invited about it; its organisation is named as the board or the proposal names it. What no
    member of staff has looked at yet is listed only where it is as likely as `worth_telling`.
    """
    ids = json.dumps(sorted(capability_ids))
    rows = db.rows(_CASES, {"capabilities": ids, "worth_telling": worth_telling})
    return [_case(row) for row in rows if row["is_public"] or row["is_invited"]]


def _case(row: dict[str, Any]) -> CapabilityCase:
    is_named = row["stage_names"] if row["is_invited"] else row["show_organisation"]
    is_named = row["is_open"] or (is_named and not row["confidential"])
    return CapabilityCase(
        need_id=row["need_id"],
        capability_id=row["capability_id"],
        title=_title(row, is_named=bool(is_named)),
        language=row["language"],
        organisation_name=row["organisation_name"] if is_named else None,
        is_public=bool(row["is_public"]),
        state=_state(row),
        reason=_reason(row),
        is_own_no=bool(row["own_reason"]),
        collaboration_id=_collaboration_id(row),
        since=row["since"],
        kind=row["kind"],
    )


def _title(row: dict[str, Any], *, is_named: bool) -> str:
    """Mask what the board and the proposal mask."""
    if row["is_open"]:
        return str(row["title"])
    if row["confidential"]:
        return ""
    hidden = () if is_named else (row["organisation_name"], row["above"])
    return without_names(without_contacts(row["title"]), hidden)


def _collaboration_id(row: dict[str, Any]) -> int | None:
    """Return the collaboration to open; who has left it has no page of it any more."""
    takes_part = row["is_invited"] and not row["has_left"]
    return int(row["collaboration_id"]) if takes_part else None


def _state(row: dict[str, Any]) -> str:
    if row["has_left"]:
        return "closed"
    if row["is_invited"]:
        return str(row["stage"])
    states = {"reject": "rejected", "approve": "approved", "defer": "later"}
    return states.get(row["decision"], "waiting")


def _reason(row: dict[str, Any]) -> str | None:
    if row["has_left"]:
        reason = row["own_reason"] or row["end_reason"]
    elif row["is_invited"]:
        reason = row["close_reason"] and (row["own_reason"] or row["close_reason"])
    else:
        reason = row["reason"] if row["decision"] == "reject" else None
    return str(reason) if reason else None


_CASES = f"""
    select n.id as need_id, s.capability_id, n.title, n.language, n.confidential,
        (select kind from capability where id = s.capability_id) as kind,
        o.name as organisation_name, h.name as above,
        (c.introduced_at is not null and p.ended_at is null) as is_open,
        n.show_organisation, n.state = 'published' and not n.confidential as is_public,
        r.decision, r.reason,
        c.id as collaboration_id, c.stage, c.close_reason, p.invited_at is not null as is_invited,
        p.ended_at is not null as has_left, p.end_reason, (select i.reason from interest i
            where i.party_id = p.id order by i.sequence desc limit 1) as own_reason,
        coalesce((c.introduced_at is not null and p.ended_at is null)
            or np.show_organisation, 0) as stage_names,
        coalesce(c.updated_at, r.created_at, s.created_at) as since
    from suggestion s
    join need n on n.id = s.need_id
    join organisation o on o.id = n.organisation_id
    left join organisation h on h.id = o.parent_id
    {LAST_REVIEW}
    left join collaboration c on c.id = (select max(cs.collaboration_id)
        from collaboration_suggestion cs join collaboration d on d.id = cs.collaboration_id
        where cs.suggestion_id = s.id and d.invited_at is not null)
    left join collaboration_party p on p.collaboration_id = c.id
        and p.capability_id = s.capability_id
    left join collaboration_party np on np.collaboration_id = c.id and np.need_id = s.need_id
        and np.ended_at is null
    where s.capability_id in (select value from json_each(:capabilities)) and (r.id is not null
        or s.withdrawn_at is null and s.probability >= :worth_telling)
    order by p.invited_at is null, c.stage = 'closed', r.decision is 'reject', since desc, s.id
"""
