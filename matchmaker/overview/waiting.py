"""How long somebody waited for the next step, and who waits now."""

from collections.abc import Iterable, Sequence
from datetime import date

from matchmaker.database import Database
from matchmaker.overview.figures import (
    Cell,
    Row,
    Table,
    days_between,
    middle,
    share,
    slowest_tenth,
)
from matchmaker.overview.funnel import PROPOSED, STEPS, Line
from matchmaker.overview.scope import Scope
from matchmaker.reviews.reporting import clock_report

_REVIEWED, _APPROVED = STEPS.index("reviewed"), STEPS.index("approved")
#: A record, when it began to wait, when that ended; the last is whether it still waits.
Wait = tuple[int, str, str | None, bool]

#: Approved and in no collaboration, or in one that is closed or has not been sent.
_APPROVED_WAITING = """
    select s.id from suggestion s
    join need n on n.id = s.need_id and n.state in ('submitted', 'published')
    join review r on r.suggestion_id = s.id and r.decision = 'approve'
        and r.sequence = (select max(sequence) from review where suggestion_id = s.id)
    where not exists (select 1 from collaboration_suggestion cs
        join collaboration c on c.id = cs.collaboration_id
        where cs.suggestion_id = s.id and c.invited_at is not null)
"""
_PROPOSALS = """
    select c.id, min(i.at), (select min(t.at) from state_step t where t.noun = 'collaboration'
        and t.record_id = c.id and t.state = 'introduced'), c.stage = 'invited'
    from state_step i join collaboration c on c.id = i.record_id
    where i.noun = 'collaboration' and i.state = 'invited' and (:hub is null or c.hub_id = :hub)
    group by c.id having min(i.at) >= :start and min(i.at) < :end
"""
_NEEDS = """
    select n.id, min(t.at),
        (select min(r.created_at) from suggestion s join review r on r.suggestion_id = s.id
            where s.need_id = n.id and r.decision <> 'reopen'),
        n.state in ('submitted', 'published')
    from need n join state_step t on t.noun = 'need' and t.record_id = n.id
        and t.state in ('submitted', 'published')
    where (:hub is null or n.hub_id = :hub)
    group by n.id having min(t.at) >= :start and min(t.at) < :end
"""
_MEETINGS = """
    select s.need_id, min(i.at) from state_step i
    join collaboration_suggestion cs on cs.collaboration_id = i.record_id
    join suggestion s on s.id = cs.suggestion_id
    where i.noun = 'collaboration' and i.state = 'introduced' group by s.need_id
"""


def waiting_table(db: Database, scope: Scope, lines: Sequence[Line]) -> Table:
    """Return what began to wait in the period: how long it took, and what waits still."""
    needs = list(db.execute(_NEEDS, scope.parameters))
    met: dict[int, str] = dict(db.execute(_MEETINGS))
    proposals = db.execute(_PROPOSALS, scope.parameters)
    rows = (
        _row("look", "suggestion", _looks(lines)),
        _row("propose", "suggestion", _approvals(db, lines)),
        _row("answer", "collaboration", ((i, at, end, bool(w)) for i, at, end, w in proposals)),
        _row("need_look", "need", ((n, at, look, bool(w)) for n, at, look, w in needs)),
        _row("need_met", "need", ((n, at, met.get(n), bool(w)) for n, at, _look, w in needs)),
    )
    return Table("waiting", ("done", "waiting"), rows, days=("median_days", "tenth_days"))


def clock_table(db: Database, scope: Scope, *, today: date) -> Table:
    """Return how soon the cases that came in the period had a first action, in working days."""
    hubs = None if scope.hub_id is None else [scope.hub_id]
    report = clock_report(db, hubs, today=today, since=scope.first, until=scope.last)
    groups = {
        "in_time": report.in_time,
        "late": report.late,
        "overdue": report.overdue,
        "waiting": report.waiting,
        "waiting_overdue": report.waiting_overdue,
        "gone": report.gone,
    }
    rows = [
        Row(
            name,
            {"cases": Cell.of("need", (case.need_id for case in cases))},
            {"of_all": share(len(cases), len(report.cases))},
        )
        for name, cases in groups.items()
    ]
    return Table("clock", ("cases",), tuple(rows) if report.cases else (), shares=("of_all",))


def _looks(lines: Iterable[Line]) -> list[Wait]:
    return [
        (line.suggestion_id, line.noted[0] or "", line.noted[_REVIEWED], line.waits)
        for line in lines
    ]


def _approvals(db: Database, lines: Iterable[Line]) -> list[Wait]:
    waiting = {row[0] for row in db.execute(_APPROVED_WAITING)}
    return [
        (
            line.suggestion_id, line.noted[_APPROVED] or "", line.noted[PROPOSED],
            line.suggestion_id in waiting,
        )
        for line in lines
        if line.noted[_APPROVED] is not None
    ]  # fmt: skip


def _row(key: str, kind: str, waits: Iterable[Wait]) -> Row:
    listed = list(waits)
    over = [(key, start, end) for key, start, end, _waits in listed if end is not None]
    days = [days_between(start, end) for _key, start, end in over]
    cells = {
        "done": Cell.of(kind, (each[0] for each in over)),
        "waiting": Cell.of(kind, (each[0] for each in listed if each[3] and each[2] is None)),
    }
    return Row(key, cells, {"median_days": middle(days), "tenth_days": slowest_tenth(days)})
