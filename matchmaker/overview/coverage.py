"""Who takes part: by region, by kind of organisation, and companies by size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


def _table(name: str, keys: Sequence[str], taking: Taking, group: Callable[[House], str]) -> Table:
    """Return the groups that take part at all."""
    columns = ("organisations", "needs", "needs_met", *_SUPPLY)
    rows = [Row(key, _demand(taking, key, group) | _supply(taking, key, group)) for key in keys]
    seen = tuple(row for row in rows if any(cell.count for cell in row.cells.values()))
    return Table(name, columns, seen)


_SUPPLY = ("capabilities", "places", "proposed", "introduced")


def _demand(taking: Taking, key: str, group: Callable[[House], str]) -> dict[str, Cell]:
    needs = [need_id for need_id, house in taking.needs.items() if group(house) == key]
    met = {line.need_id for line in taking.lines if line.has_reached(INTRODUCED)}
    houses = {house.id for house in (*taking.needs.values(), *taking.capabilities.values())
              if group(house) == key}  # fmt: skip
    return {
        "organisations": Cell.of("organisation", houses),
        "needs": Cell.of("need", needs),
        "needs_met": Cell.of("need", met.intersection(needs)),
    }


def _supply(taking: Taking, key: str, group: Callable[[House], str]) -> dict[str, Cell]:
    offers = [each for each, house in taking.capabilities.items() if group(house) == key]
    lines = [line for line in taking.lines if group(taking.offerer_of[line.capability_id]) == key]
    reached = {
        "places": lines,
        "proposed": [line for line in lines if line.has_reached(PROPOSED)],
        "introduced": [line for line in lines if line.has_reached(INTRODUCED)],
    }
    found = {name: Cell.of("suggestion", (line.suggestion_id for line in some))
             for name, some in reached.items()}  # fmt: skip
    return {"capabilities": Cell.of("capability", offers), **found}


def sizes_table(taking: Taking) -> Table:
    """Return companies by size, with the share that each size has of what companies have."""
    rows = [Row(key, _supply(taking, key, _company_size)) for key in (*SIZES, UNKNOWN)]
    totals = {name: sum(row.cells[name].count for row in rows) for name in _SUPPLY}
    shared = [
        Row(
            row.key,
            row.cells,
            {f"{name}_share": share(row.cells[name].count, totals[name]) for name in _SUPPLY},
        )
        for row in rows
    ]
    shares = tuple(f"{name}_share" for name in _SUPPLY)
    return Table("sizes", _SUPPLY, tuple(shared), shares=shares)


def _company_size(house: House) -> str:
    return (house.size or UNKNOWN) if house.kind == "company" else ""
