"""Lists of collaborations: the hub's by stage, and those of an organisation."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matchmaker.collaborations.collaboration import STAGES
from matchmaker.database import Database
from matchmaker.reviews.waiting import day_of


@dataclass(frozen=True)
class Line:
    """One collaboration in the hub's list."""

    id: int
    title: str
    stage: str
    close_reason: str | None
    hub_id: int
    hub_name: str
    parties: str
    waiting_since: str
    answers: int
    asked: int
    declined: int
    due: int
    open_questions: int

    def days_waiting(self, today: date) -> int:
        return max(0, (today - day_of(self.waiting_since)).days)

    @property
    def needs_staff(self) -> bool:
        """Whether the next step is the hub's."""
        asks = self.declined or self.open_questions or self.is_held_back
        return self.stage == "draft" or bool(asks)

    @property
    def is_held_back(self) -> bool:
        """Whether all have said yes and a conflict of interest kept them from being introduced."""
        return self.stage == "invited" and self.answers == self.asked


@dataclass(frozen=True)
class Mine:
    """One collaboration as the organisation that takes part lists it."""

    id: int
    party_id: int
    organisation_id: int
    account_id: int
    title: str
    stage: str
    close_reason: str | None
    need_id: int | None
    capability_id: int | None
    answer: str | None
    later_on: str | None
    updated_at: str

    @property
    def waits_for_me(self) -> bool:
        return self.stage == "invited" and self.answer is None


_ANSWER = """
    (select case when i.answer = 'yes' and i.circle <> c.circle then null else i.answer end
        from interest i where i.party_id = p.id order by i.sequence desc limit 1)
"""
#: What staff look at first: what waits for them, then what has waited longest.
_LINES = f"""
    select c.id, c.title, c.stage, c.close_reason, c.hub_id, h.name as hub_name,
        group_concat(o.name, ' · ') as parties,
        coalesce((select max(e.at) from audit_event e where e.subject_kind = 'collaboration'
            and e.subject_id = c.id and e.to_state is not e.from_state), c.created_at)
            as waiting_since,
        sum({_ANSWER} = 'yes') as answers, count(p.id) as asked,
        coalesce(sum({_ANSWER} = 'no'), 0) as declined,
        coalesce(sum({_ANSWER} = 'later' and (select later_on from interest
            where party_id = p.id order by sequence desc limit 1) <= :today), 0) as due,
        (select count(*) from collaboration_question q join collaboration_party qp
            on qp.id = q.party_id where qp.collaboration_id = c.id and q.answer is null)
            as open_questions
    from collaboration c
    join organisation h on h.id = c.hub_id
    join collaboration_party p on p.collaboration_id = c.id and p.ended_at is null
    join organisation o on o.id = p.organisation_id
    where (:hubs is null or c.hub_id in (select value from json_each(:hubs)))
        and (:stages is null or c.stage in (select value from json_each(:stages)))
        and (:account is null or c.created_by = :account)
    group by c.id order by waiting_since, c.id
"""


def list_collaborations(
    db: Database,
    hub_ids: Iterable[int] | None,
    *,
    today: date,
    stages: Iterable[str] | None = None,
    created_by: int | None = None,
) -> dict[str, list[Line]]:
    """Return the collaborations by stage, in the order of the stages, longest wait first.

    `hub_ids` None means those of all hubs; stages without any are left out.
    """
    rows = db.rows(
        _LINES,
        {
            "hubs": None if hub_ids is None else json.dumps(list(hub_ids)),
            "stages": None if stages is None else json.dumps(list(stages)),
            "account": created_by,
            "today": today.isoformat(),
        },
    )
    lines = [Line(**{**row, "answers": row["answers"] or 0}) for row in rows]
    by_stage = {stage: [line for line in lines if line.stage == stage] for stage in STAGES}
    return {stage: found for stage, found in by_stage.items() if found}


def for_organisation(db: Database, organisation_ids: Iterable[int]) -> list[Mine]:
    """Return the collaborations that these organisations were invited to, newest first."""
    rows = db.rows(
        f"""
        select c.id, p.id as party_id, p.organisation_id, p.account_id, c.title, c.stage,
            c.close_reason, p.need_id, p.capability_id, {_ANSWER} as answer,
            (select later_on from interest where party_id = p.id
                order by sequence desc limit 1) as later_on, c.updated_at
        from collaboration_party p join collaboration c on c.id = p.collaboration_id
        where p.organisation_id in (select value from json_each(?))
            and p.invited_at is not null and p.ended_at is null
        order by c.updated_at desc, c.id desc
        """,
        (json.dumps(sorted(organisation_ids)),),
    )
    return [Mine(**row) for row in rows]
