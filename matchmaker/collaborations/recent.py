"""What has happened lately to needs and to what fits a capability, for those who wait to hear."""

from dataclasses import dataclass
from typing import Any

from matchmaker.database import Database
from matchmaker.reviews.standing import LAST_REVIEW

_MAILED_ABOUT = {"proposed": "proposal", "met": "introduction", "closed": "closed"}


@dataclass(frozen=True)
class NeedEvent:
    """One step of a need, the first time it came to it.

    `code` is one of ``progress.STEPS`` or ``closed``; `count` says how many, `name` who (of the
    hub), `reason` is the code of a closing. `collaboration_id` tells two proposals apart.
    """

    need_id: int
    code: str
    collaboration_id: int | None
    at: str
    count: int
    name: str
    reason: str | None

    @property
    def subject(self) -> str:
        """What is told once: a step of the need, or of one collaboration about it."""
        if self.collaboration_id is None:
            return f"{self.need_id}:{self.code}"
        return f"{self.need_id}:{self.code}:{self.collaboration_id}"


@dataclass(frozen=True)
class RecentCase:
    """What the hub says of a published need and a capability; `state` is ``waiting``,
    ``approved`` or ``rejected``."""

    need_id: int
    capability_id: int
    state: str
    reason: str | None
    at: str

    @property
    def subject(self) -> str:
        return f"{self.capability_id}:{self.need_id}:{self.state}"


def list_need_events(db: Database, *, since: str) -> list[NeedEvent]:
    """Return the steps that needs came to since a moment, oldest first."""
    rows = db.rows(f"select * from ({' union all '.join(_STEPS)}) order by at", {"since": since})
    return [NeedEvent(**{**row, "name": row["name"] or ""}) for row in rows]


def list_recent_cases(db: Database, *, since: str, worth_telling: float) -> list[RecentCase]:
    """Return what the hub came to think of published pairs since a moment, oldest first.

    Only pairs as likely as `worth_telling`; who has been asked about one hears by other mails.
    """
    values = {"since": since, "worth_telling": worth_telling}
    return [RecentCase(**row) for row in db.rows(_CASES, values)]


def was_mailed(db: Database, event: NeedEvent, account_id: int) -> bool:
    """Tell whether the collaboration's own mail has told this person of the step already."""
    kind = _MAILED_ABOUT.get(event.code)
    if kind is None:
        return False
    values: dict[str, Any] = {
        "collaboration": event.collaboration_id,
        "prefix": f"collaboration-{kind}-",
        "account": account_id,
    }
    return db.first(_MAILED, values) is not None


_MAILED = """
    select 1 from collaboration_party p join outbox_mail m
        on m.key in (:prefix || p.id, :prefix || p.id || '-' || :account)
    where p.collaboration_id = :collaboration and m.account_id = :account
"""


def _stage(code: str, stage: str) -> str:
    return f"""
        select p.need_id, '{code}' as code, e.subject_id as collaboration_id, min(e.at) as at,
            1 as count, null as name, max(c.close_reason) as reason
        from audit_event e join collaboration c on c.id = e.subject_id
        join collaboration_party p on p.collaboration_id = c.id and p.need_id is not null
        where e.at >= :since and e.subject_kind = 'collaboration' and e.to_state = '{stage}'
            and e.from_state is not e.to_state and c.invited_at is not null
        group by p.need_id, e.subject_id
    """


_STEPS = (
    """
        select n.id as need_id, 'received' as code, null as collaboration_id, min(e.at) as at,
            1 as count, h.name as name, null as reason
        from audit_event e join need n on n.id = e.subject_id and n.state <> 'draft'
        join organisation h on h.id = n.hub_id
        where e.at >= :since and e.subject_kind = 'need'
            and e.to_state in ('submitted', 'published') and e.from_state = 'draft'
        group by n.id
    """,
    """
        select f.need_id, 'read' as code, null as collaboration_id, f.at, 1 as count,
            a.name as name, null as reason
        from (select need_id, account_id, min(at) as at from
                (select need_id, account_id, opened_at as at from need_opening union all
                select s.need_id, v.account_id, v.created_at from review v
                join suggestion s on s.id = v.suggestion_id)
            group by need_id) f join account a on a.id = f.account_id
        where f.at >= :since
    """,
    """
        select s.need_id, 'looked_at' as code, null as collaboration_id, min(v.created_at) as at,
            count(distinct s.id) as count, null as name, null as reason
        from review v join suggestion s on s.id = v.suggestion_id
        group by s.need_id having min(v.created_at) >= :since
    """,
    """
        select p.need_id, 'proposed' as code, c.id as collaboration_id, c.invited_at as at,
            (select count(*) from collaboration_party o where o.collaboration_id = c.id
                and o.need_id is null and o.invited_at is not null) as count,
            null as name, null as reason
        from collaboration c
        join collaboration_party p on p.collaboration_id = c.id and p.need_id is not null
        where c.invited_at >= :since group by p.need_id, c.id
    """,
    _stage("met", "introduced"),
    _stage("tested", "test"),
    _stage("in_use", "operation"),
    _stage("closed", "closed"),
)
_CASES = f"""
    select s.need_id, s.capability_id, case r.decision when 'approve' then 'approved'
        when 'reject' then 'rejected' else 'waiting' end as state,
        case when r.decision = 'reject' then r.reason end as reason,
        coalesce(r.created_at, s.created_at) as at
    from suggestion s
    join need n on n.id = s.need_id and n.state = 'published' and not n.confidential
    join capability k on k.id = s.capability_id and k.state = 'published'
    {LAST_REVIEW}
    where coalesce(r.created_at, s.created_at) >= :since and s.probability >= :worth_telling
        and (r.decision in ('approve', 'reject')
            or (r.decision is null and s.withdrawn_at is null))
        and not exists (select 1 from collaboration_suggestion cs
            join collaboration c on c.id = cs.collaboration_id
            where cs.suggestion_id = s.id and c.invited_at is not null)
    order by at, s.id
"""
