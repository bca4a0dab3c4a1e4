"""What became of a need, told to its owner; and the needs a capability fits, told to a company."""

from dataclasses import dataclass
from typing import Any

from matchmaker.database import Database
from matchmaker.profiles.contacts import without_contacts, without_names
from matchmaker.reviews.standing import IS_CURRENT, IS_PROPOSED, LAST_REVIEW

#: From this probability on a suggestion is shown to its owner before staff have looked at it.
WORTH_TELLING = 0.3
STEPS = ("received", "looked_at", "proposed", "met", "tested", "in_use")


@dataclass(frozen=True)
class ProgressStep:
    """One step; `count` says how many, `at` when it first happened, None while it has not."""

    code: str
    count: int
    at: str | None

    @property
    def is_done(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class NeedTimeline:
    """What became of a need, in the order of `STEPS`."""

    need_id: int
    hub_name: str
    steps: tuple[ProgressStep, ...]
    waiting: int
    closed: tuple[tuple[str, int], ...]

    @property
    def latest(self) -> ProgressStep | None:
        return next((step for step in reversed(self.steps) if step.is_done), None)


@dataclass(frozen=True)
class CapabilityCase:
    """A need that a capability fits, as its owner may see it, and how far it has come.

    `state` is ``waiting``, ``approved``, ``rejected``, ``later`` or a stage of the collaboration.
    """

    need_id: int
    title: str
    language: str
    organisation_name: str | None
    is_public: bool
    state: str
    reason: str | None
    collaboration_id: int | None
    since: str


def need_timeline(db: Database, need_id: int) -> NeedTimeline:
    """Return what became of a need since the hub received it.

    `looked_at` counts suggestions that staff decided on, `proposed` the parties asked, `met` the
    collaborations whose parties were introduced.
    """
    row = db.first(_TIMELINE, {"need_id": need_id})
    if row is None:
        raise LookupError(need_id)
    closed = db.rows(
        "select c.close_reason, count(*) as number from collaboration c"
        " join collaboration_party p on p.collaboration_id = c.id and p.need_id = ?"
        " where c.stage = 'closed' and c.invited_at is not null group by c.close_reason"
        " order by number desc, c.close_reason",
        (need_id,),
    )
    return NeedTimeline(
        need_id=need_id,
        hub_name=row["hub_name"],
        steps=tuple(ProgressStep(code, row[code], row[f"{code}_at"]) for code in STEPS),
        waiting=row["waiting"],
        closed=tuple((line["close_reason"], line["number"]) for line in closed),
    )


def _reached(stage: str) -> str:
    """Return the moments at which collaborations of the need came to a stage."""
    return (
        "select min(e.at) as at from audit_event e join collaboration_party p"
        " on p.collaboration_id = e.subject_id and p.need_id = :need_id"
        f" where e.subject_kind = 'collaboration' and e.to_state = '{stage}'"
        " and e.from_state is not e.to_state group by e.subject_id"
    )


_LOOKED_AT = (
    "select min(v.created_at) as at from review v join suggestion s on s.id = v.suggestion_id"
    " where s.need_id = :need_id group by v.suggestion_id"
)
_PROPOSED = (
    "select o.invited_at as at from collaboration_party o where o.need_id is null"
    " and o.invited_at is not null and o.collaboration_id in"
    " (select collaboration_id from collaboration_party where need_id = :need_id)"
)
_RECEIVED = (
    "select min(coalesce(e.at, n.published_at, n.created_at)) as at from need n"
    " left join audit_event e on e.subject_kind = 'need' and e.subject_id = n.id"
    " and e.to_state in ('submitted', 'published')"
    " where n.id = :need_id and n.state <> 'draft' group by n.id"
)
_WAITING = (
    f"select count(*) from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}"
    f" where s.need_id = :need_id and {IS_CURRENT} and not {IS_PROPOSED}"
    " and coalesce(r.decision, 'reopen') in ('reopen', 'refer', 'defer')"
)
_EVENTS = {
    "received": _RECEIVED,
    "looked_at": _LOOKED_AT,
    "proposed": _PROPOSED,
    "met": _reached("introduced"),
    "tested": _reached("test"),
    "in_use": _reached("operation"),
}
_TIMELINE = (
    "select h.name as hub_name, "
    + "".join(
        f"(select count(*) from ({sql})) as {code}, (select min(at) from ({sql})) as {code}_at, "
        for code, sql in _EVENTS.items()
    )
    + f"({_WAITING}) as waiting from need x join organisation h on h.id = x.hub_id"
    " where x.id = :need_id"
)


def capability_cases(
    db: Database, capability_id: int, *, worth_telling: float = WORTH_TELLING
) -> list[CapabilityCase]:
    """Return the needs a capability fits, those under way first.

    A need is listed only when it is published on the board or the capability's owner has been
    invited about it; its organisation is named as the board or the proposal names it. What no
    member of staff has looked at yet is listed only where it is as likely as `worth_telling`.
    """
    rows = db.rows(_CASES, {"capability_id": capability_id, "worth_telling": worth_telling})
    return [_case(row) for row in rows if row["is_public"] or row["is_invited"]]


def _case(row: dict[str, Any]) -> CapabilityCase:
    is_named = row["stage_names"] if row["is_invited"] else row["show_organisation"]
    return CapabilityCase(
        need_id=row["need_id"],
        title=_title(row, is_named=bool(is_named)),
        language=row["language"],
        organisation_name=row["organisation_name"] if is_named else None,
        is_public=bool(row["is_public"]),
        state=_state(row),
        reason=_reason(row),
        collaboration_id=_collaboration_id(row),
        since=row["since"],
    )


def _title(row: dict[str, Any], *, is_named: bool) -> str:
    """Mask what the board and the proposal mask."""
    if row["is_open"]:
        return str(row["title"])
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
        reason = row["own_reason"]
    elif row["is_invited"]:
        reason = row["close_reason"]
    else:
        reason = row["reason"] if row["decision"] == "reject" else None
    return str(reason) if reason else None


_CASES = f"""
    select n.id as need_id, n.title, n.language, o.name as organisation_name,
        h.name as above, (c.introduced_at is not null and p.ended_at is null) as is_open,
        n.show_organisation, n.state = 'published' as is_public, r.decision, r.reason,
        c.id as collaboration_id, c.stage, c.close_reason, p.invited_at is not null as is_invited,
        p.ended_at is not null as has_left, (select i.reason from interest i
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
    where s.capability_id = :capability_id and (r.id is not null
        or s.withdrawn_at is null and s.probability >= :worth_telling)
    order by p.invited_at is null, c.stage = 'closed', r.decision is 'reject', since desc, s.id
"""
