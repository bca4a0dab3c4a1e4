"""Who may later have to be kept out of a tender (inhabil), read from the log by rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.procurement.audience import Shown, list_interested, list_shown
from matchmaker.procurement.contact import ADVANTAGES, STANDS
from matchmaker.procurement.plan import Plan
from matchmaker.procurement.queries import list_notes

#: These are an advantage also when another company has done the same.
_ALWAYS = ("requirements", "paid", "test")

_LINES = f"""
    select c.id, c.organisation_id, c.kind, c.item_kind, c.item_id, c.summary,
        coalesce(c.happened_on, c.at) as at
    from procurement_contact c
    where c.need_id = :need_id and c.kind <> 'correction' and {STANDS}
    order by c.id
"""


@dataclass(frozen=True)
class Line:
    """Something that one organisation has got or done."""

    id: int
    organisation_id: int
    kind: str
    item_kind: str | None
    item_id: int | None
    summary: str
    at: str

    @property
    def thing(self) -> tuple[str, str | None, int]:
        return (self.kind, self.item_kind, self.id if self.item_id is None else self.item_id)


@dataclass(frozen=True)
class Risk:
    """What may shut one organisation out, and how serious it is on this purchase path.

    `organisation_name` is None where the reader may not know it. `level` is ``warning`` when a
    tender is planned, ``notice`` while nothing is decided. When `is_evened_out`, everything in
    `lines` has been passed on to all.
    """

    organisation_id: int
    organisation_name: str | None
    organisation_kind: str
    region: str | None
    level: str
    lines: tuple[Line, ...]
    is_evened_out: bool

    @property
    def line_ids(self) -> list[int]:
        return [line.id for line in self.lines]

    @property
    def reasons(self) -> tuple[str, ...]:
        present = {line.kind for line in self.lines}
        return tuple(kind for kind in ADVANTAGES if kind in present)


def list_risks(
    db: Database,
    need_id: int,
    plan: Plan | None,
    *,
    organisation_ids: Iterable[int] | None = None,
    sees_names: bool = False,
) -> tuple[Risk, ...]:
    """Return the risk of each organisation that has had more than the others.

    Without a competitive purchase ahead there is none. `organisation_ids` narrows to those that
    the reader is to know of, `sees_names` is for staff.
    """
    level = _level(plan)
    if level is None:
        return ()
    wanted = None if organisation_ids is None else set(organisation_ids)
    covered = {line_id for note in list_notes(db, need_id) for line_id in note.covers}
    advantages = _advantages(db, need_id)
    return tuple(
        _risk(shown, advantages[shown.organisation_id], covered, level, sees_names=sees_names)
        for shown in list_shown(db, need_id)
        if shown.organisation_id in advantages
        and (wanted is None or shown.organisation_id in wanted)
    )


def list_exclusive(db: Database, need_id: int) -> list[Line]:
    """Return what somebody has got and not all, oldest first: what a note could pass on."""
    covered = {line_id for note in list_notes(db, need_id) for line_id in note.covers}
    found = [line for lines in _advantages(db, need_id).values() for line in lines]
    return sorted((line for line in found if line.id not in covered), key=lambda line: line.id)


def _level(plan: Plan | None) -> str | None:
    if plan is None or plan.is_open:
        return "notice"
    return "warning" if plan.is_competitive else None


def _advantages(db: Database, need_id: int) -> dict[int, list[Line]]:
    """Return by organisation what gives it an advantage over the others that are interested."""
    lines = [Line(**row) for row in db.rows(_LINES, {"need_id": need_id})]
    having: dict[tuple[str, str | None, int], set[int]] = {}
    for line in lines:
        having.setdefault(line.thing, set()).add(line.organisation_id)
    interested = {shown.organisation_id for shown in list_interested(db, need_id)}
    found: dict[int, list[Line]] = {}
    for line in lines:
        others = interested - {line.organisation_id}
        had_by_all = bool(others) and others <= having[line.thing]
        if line.kind in ADVANTAGES and (line.kind in _ALWAYS or not had_by_all):
            found.setdefault(line.organisation_id, []).append(line)
    return found


def _risk(
    shown: Shown, lines: list[Line], covered: set[int], level: str, *, sees_names: bool
) -> Risk:
    return Risk(
        organisation_id=shown.organisation_id,
        organisation_name=shown.name if sees_names or shown.is_named else None,
        organisation_kind=shown.kind,
        region=shown.region,
        level=level,
        lines=tuple(lines),
        is_evened_out=all(line.id in covered for line in lines),
    )
