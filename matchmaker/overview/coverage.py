"""Who takes part: by region, by kind of organisation, and companies by size."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from matchmaker.database import Database
from matchmaker.organisations.organisation import KINDS, SIZES
from matchmaker.organisations.reference import REGIONS
from matchmaker.overview.figures import Cell, Row, Table, share
from matchmaker.overview.funnel import INTRODUCED, PROPOSED, Line
from matchmaker.overview.scope import Scope

ABROAD, UNKNOWN = "abroad", "unknown"
_ORGANISATIONS = """
    select o.id, case o.kind when 'department' then coalesce(p.kind, o.kind) else o.kind end,
        o.country, coalesce(o.region, p.region), coalesce(o.size, p.size)
    from organisation o left join organisation p on p.id = o.parent_id
"""
#: Open at some time: first opened before the end, and not at rest since before the start.
_OPEN = """
    select x.id, x.organisation_id from {noun} x
    where {hub} exists (select 1 from state_step t where t.noun = '{noun}'
            and t.record_id = x.id and t.state in {states} and t.at < :end)
        and (x.state in {states} or (select max(t.at) from state_step t
            where t.noun = '{noun}' and t.record_id = x.id) >= :start)
"""
_NEEDS = _OPEN.format(
    noun="need", states="('submitted', 'published')", hub="(:hub is null or x.hub_id = :hub) and"
)
_CAPABILITIES = _OPEN.format(noun="capability", states="('published', 'published')", hub="")


@dataclass(frozen=True)
class House:
    """What an organisation is grouped by; a department is of the kind of the house above it."""

    id: int
    kind: str
    country: str
    region: str | None
    size: str | None

    @property
    def place(self) -> str:
        if self.country != "DK":
            return ABROAD
        return self.region or UNKNOWN


@dataclass(frozen=True)
class Taking:
    """What took part in a period: profiles by their houses, and the period's suggestions."""

    needs: dict[int, House]
    capabilities: dict[int, House]
    lines: Sequence[Line]
    owner_of: dict[int, House]
    offerer_of: dict[int, House]


def read_taking(db: Database, scope: Scope, lines: Sequence[Line]) -> Taking:
    houses = {row[0]: House(*row) for row in db.execute(_ORGANISATIONS)}
    needs = {key: houses[owner] for key, owner in db.execute(_NEEDS, scope.parameters)}
    offers = {key: houses[owner] for key, owner in db.execute(_CAPABILITIES, scope.parameters)}
    return Taking(needs, offers, lines, _houses_of(db, "need", houses),
                  _houses_of(db, "capability", houses))  # fmt: skip


def _houses_of(db: Database, noun: str, houses: dict[int, House]) -> dict[int, House]:
    rows = db.execute(f"select id, organisation_id from {noun}")
    return {key: houses[owner] for key, owner in rows}


def regions_table(taking: Taking) -> Table:
    keys = (*REGIONS, ABROAD, UNKNOWN)
    return _table("regions", keys, taking, lambda house: house.place)


def kinds_table(taking: Taking) -> Table:
    return _table("kinds", KINDS, taking, lambda house: house.kind)


_SUPPLY = ("capabilities", "places", "proposed", "introduced")
Group = Callable[[House], str]


def _table(name: str, keys: Sequence[str], taking: Taking, group: Group) -> Table:
    """Return the groups that take part at all."""
    demand, supply = _demand(taking, group), _supply(taking, group)
    rows = [Row(key, demand(key) | supply(key)) for key in keys]
    seen = tuple(row for row in rows if any(cell.count for cell in row.cells.values()))
    return Table(name, ("organisations", "needs", "needs_met", *_SUPPLY), seen)


def _demand(taking: Taking, group: Group) -> Callable[[str], dict[str, Cell]]:
    """Return what gives the cells of one group, having sorted everything into groups once."""
    met = {line.need_id for line in taking.lines if line.has_reached(INTRODUCED)}
    houses = {*taking.needs.values(), *taking.capabilities.values()}
    needs = _grouped((group(house), need_id) for need_id, house in taking.needs.items())
    names = _grouped((group(house), house.id) for house in houses)

    def cells(key: str) -> dict[str, Cell]:
        return {
            "organisations": Cell.of("organisation", names[key]),
            "needs": Cell.of("need", needs[key]),
            "needs_met": Cell.of("need", met.intersection(needs[key])),
        }

    return cells


def _supply(taking: Taking, group: Group) -> Callable[[str], dict[str, Cell]]:
    group_of = {key: group(house) for key, house in taking.offerer_of.items()}
    offers = _grouped((group(house), key) for key, house in taking.capabilities.items())
    lines = [(group_of[line.capability_id], line) for line in taking.lines]
    reached = {
        "places": _grouped((key, line.suggestion_id) for key, line in lines),
        "proposed": _grouped(
            (key, line.suggestion_id) for key, line in lines if line.has_reached(PROPOSED)
        ),
        "introduced": _grouped(
            (key, line.suggestion_id) for key, line in lines if line.has_reached(INTRODUCED)
        ),
    }

    def cells(key: str) -> dict[str, Cell]:
        found = {name: Cell.of("suggestion", groups[key]) for name, groups in reached.items()}
        return {"capabilities": Cell.of("capability", offers[key]), **found}

    return cells


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for key, record_id in pairs:
        groups[key].append(record_id)
    return groups


def sizes_table(taking: Taking) -> Table:
    """Return companies by size, with the share that each size has of what companies have."""
    cells = _supply(taking, _company_size)
    rows = [Row(key, cells(key)) for key in (*SIZES, UNKNOWN)]
    totals = {name: sum(row.cells[name].count for row in rows) for name in _SUPPLY}
    shared = tuple(replace(row, measures=_shares(row, totals)) for row in rows)
    return Table("sizes", _SUPPLY, shared, shares=tuple(f"{name}_share" for name in _SUPPLY))


def _shares(row: Row, totals: dict[str, int]) -> dict[str, float | None]:
    return {f"{name}_share": share(row.cells[name].count, totals[name]) for name in _SUPPLY}


def _company_size(house: House) -> str:
    return (house.size or UNKNOWN) if house.kind == "company" else ""
