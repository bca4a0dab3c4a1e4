"""How far the suggestions of a period came: from the ranking's list to something in operation.

Whoever came to a step has come to all before it, also where a step was skipped: parties that
went straight into a test have been in dialogue. Suggestions made in the period are followed for
as long as it took, so that a step never has more than the one before it.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from matchmaker.database import Database
from matchmaker.overview.figures import Cell, Row, Table, days_between, middle, share
from matchmaker.overview.scope import Scope

STEPS = (
    "suggested", "reviewed", "approved", "proposed", "introduced",
    "dialogue", "test", "agreement", "operation", "scaled",
)  # fmt: skip
PROPOSED = STEPS.index("proposed")
INTRODUCED = STEPS.index("introduced")
_STEP_OF_STAGE = {"invited": PROPOSED} | {
    stage: place for place, stage in enumerate(STEPS) if place >= INTRODUCED
}
Moments = tuple[str | None, ...]
_NOWHERE: Moments = (None,) * len(STEPS)


class Line(NamedTuple):
    """One suggestion: when it came to each step, None where it did not or skipped it.

    `furthest` is the last step that it came to. Thousands are read for a page: a named tuple is
    made three times as fast as a frozen dataclass.
    """

    suggestion_id: int
    need_id: int
    capability_id: int
    waits: bool
    noted: Moments
    reached: Moments
    collaborations: tuple[tuple[int, Moments], ...]
    furthest: int

    def has_reached(self, step: int) -> bool:
        return self.furthest >= step


#: An approval that was undone does not count; one that was overtaken by a rejection does.
_SUGGESTIONS = """
    select s.id, s.need_id, s.capability_id, s.created_at,
        (select min(r.created_at) from review r where r.suggestion_id = s.id
            and r.decision <> 'reopen'),
        (select min(r.created_at) from review r where r.suggestion_id = s.id
            and r.decision = 'approve' and not exists (select 1 from review u
                where u.suggestion_id = s.id and u.sequence = r.sequence + 1
                and u.decision = 'reopen')),
        s.withdrawn_at is null and n.state in ('submitted', 'published') and k.state = 'published'
    from suggestion s
    join need n on n.id = s.need_id
    join capability k on k.id = s.capability_id
    where s.created_at >= :start and s.created_at < :end and (:hub is null or n.hub_id = :hub)
    order by s.id
"""
_STAGES = """
    select cs.suggestion_id, cs.collaboration_id, t.state, min(t.at)
    from suggestion s
    join need n on n.id = s.need_id
    join collaboration_suggestion cs on cs.suggestion_id = s.id
    join state_step t on t.noun = 'collaboration' and t.record_id = cs.collaboration_id
    where s.created_at >= :start and s.created_at < :end and (:hub is null or n.hub_id = :hub)
    group by cs.suggestion_id, cs.collaboration_id, t.state
"""


def read_lines(db: Database, scope: Scope) -> list[Line]:
    """Return the suggestions made in the period, for needs of the hub, ascending by id."""
    together: dict[int, dict[int, list[str | None]]] = {}
    for suggestion_id, collaboration_id, stage, at in db.execute(_STAGES, scope.parameters):
        moments = together.setdefault(suggestion_id, {}).setdefault(collaboration_id, _nothing())
        if stage in _STEP_OF_STAGE:
            moments[_STEP_OF_STAGE[stage]] = at
    rows = db.execute(_SUGGESTIONS, scope.parameters)
    return [_line(row, together.get(row[0], {})) for row in rows]


def _line(row: Sequence[Any], together: dict[int, list[str | None]]) -> Line:
    suggestion_id, need_id, capability_id, suggested, reviewed, approved, waits = row
    noted: Moments = (suggested, reviewed, approved, *_earliest(together.values())[PROPOSED:])
    # What nobody was asked about has skipped nothing.
    reached = _with_skipped(noted) if together else noted
    return Line(
        suggestion_id=suggestion_id,
        need_id=need_id,
        capability_id=capability_id,
        waits=bool(waits) and reviewed is None,
        noted=noted,
        reached=reached,
        collaborations=tuple((key, _with_skipped(found)) for key, found in together.items()),
        furthest=reached.index(None) - 1 if None in reached else len(STEPS) - 1,
    )


def _nothing() -> list[str | None]:
    return list(_NOWHERE)


def _earliest(found: Collection[Sequence[str | None]]) -> Sequence[str | None]:
    if not found:
        return _NOWHERE
    return [min(filter(None, column), default=None) for column in zip(*found, strict=True)]


def _with_skipped(noted: Sequence[str | None]) -> Moments:
    """Return when each step had been reached: with the first of it and of all later ones."""
    reached: list[str | None] = []
    later: str | None = None
    for moment in reversed(noted):
        if moment is not None and (later is None or moment < later):
            later = moment
        reached.append(later)
    return tuple(reversed(reached))


def funnel_table(lines: Sequence[Line]) -> Table:
    rows = [_row(lines, step, name) for step, name in enumerate(STEPS)]
    return Table(
        "funnel",
        columns=("suggestions", "needs", "collaborations"),
        rows=tuple(rows),
        shares=("of_step_before", "of_all"),
        days=("median_days",),
    )


def _row(lines: Sequence[Line], step: int, name: str) -> Row:
    here = [line for line in lines if line.has_reached(step)]
    before = sum(line.has_reached(step - 1) for line in lines) if step else 0
    cells = {
        "suggestions": Cell.of("suggestion", (line.suggestion_id for line in here)),
        "needs": Cell.of("need", (line.need_id for line in here)),
    }
    if step >= PROPOSED:
        ids = (key for line in here for key, moments in line.collaborations if moments[step])
        cells["collaborations"] = Cell.of("collaboration", ids)
    measures = {
        "of_step_before": share(len(here), before) if step else None,
        "of_all": share(len(here), len(lines)),
        "median_days": middle(_days(here, step)) if step else None,
    }
    return Row(name, cells, measures)


def _days(lines: Iterable[Line], step: int) -> list[float]:
    """Return how long each took to come here from the step before; who skipped it is left out."""
    return [
        days_between(line.reached[step - 1] or "", line.noted[step] or "")
        for line in lines
        if line.noted[step] is not None and line.reached[step - 1] is not None
    ]
