"""What became of a need, told to its owner."""

from collections import Counter
from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.reviews.standing import IS_CURRENT, IS_PROPOSED, LAST_REVIEW

STEPS = ("received", "read", "looked_at", "proposed", "met", "tested", "in_use")


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
class End:
    """A proposal about the need that was closed."""

    reason: str
    at: str


@dataclass(frozen=True)
class NeedTimeline:
    """What became of a need, in the order of `STEPS`.

    `read_by` is who of the hub's staff opened the case first; empty when they have been erased.
    """

    need_id: int
    hub_name: str
    read_by: str
    steps: tuple[ProgressStep, ...]
    waiting: int
    ends: tuple[End, ...]

    @property
    def closed(self) -> tuple[tuple[str, int], ...]:
        """The reasons with how many proposals ended by each, most frequent first."""
        counts = Counter(end.reason for end in self.ends)
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def latest(self) -> ProgressStep | None:
        return next((step for step in reversed(self.steps) if step.is_done), None)


def need_timeline(db: Database, need_id: int) -> NeedTimeline:
    """Return what became of a need since the hub received it.

    `looked_at` counts suggestions that staff decided on, `proposed` the parties asked, `met` the
    collaborations whose parties were introduced.
    """
    row = db.first(_TIMELINE, {"need_id": need_id})
    if row is None:
        raise LookupError(need_id)
    ends = db.rows(_ENDS, (need_id,))
    return NeedTimeline(
        need_id=need_id,
        hub_name=row["hub_name"],
        read_by=row["read_by"] or "",
        steps=tuple(ProgressStep(code, row[code], row[f"{code}_at"]) for code in STEPS),
        waiting=row["waiting"],
        ends=tuple(End(**end) for end in ends),
    )


def _reached(stage: str) -> str:
    """Return the moments at which collaborations of the need came to a stage."""
    return (
        "select min(e.at) as at from audit_event e join collaboration_party p"
        " on p.collaboration_id = e.subject_id and p.need_id = :need_id"
        f" where e.subject_kind = 'collaboration' and e.to_state = '{stage}'"
        " and e.from_state is not e.to_state group by e.subject_id"
    )


_ENDS = (
    "select c.close_reason as reason, (select max(e.at) from audit_event e"
    " where e.subject_kind = 'collaboration' and e.subject_id = c.id and e.to_state = 'closed')"
    " as at from collaboration c join collaboration_party p on p.collaboration_id = c.id"
    " and p.need_id = ? where c.stage = 'closed' and c.invited_at is not null order by at, c.id"
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
#: Who opened the case first, or decided first where nobody noted the opening.
_READERS = (
    "select o.account_id, o.opened_at as at from need_opening o where o.need_id = :need_id"
    " union all select v.account_id, v.created_at from review v"
    " join suggestion s on s.id = v.suggestion_id where s.need_id = :need_id"
)
_READ = f"select min(at) as at from ({_READERS}) having count(*)"
_READ_BY = (
    f"select a.name from ({_READERS}) f join account a on a.id = f.account_id order by f.at limit 1"
)
_WAITING = (
    f"select count(*) from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}"
    f" where s.need_id = :need_id and {IS_CURRENT} and not {IS_PROPOSED}"
    " and coalesce(r.decision, 'reopen') in ('reopen', 'refer', 'defer')"
)
_EVENTS = {
    "received": _RECEIVED,
    "read": _READ,
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
    + f"({_READ_BY}) as read_by, ({_WAITING}) as waiting"
    " from need x join organisation h on h.id = x.hub_id where x.id = :need_id"
)
