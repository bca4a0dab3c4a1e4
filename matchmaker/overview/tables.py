"""The tables of the overview by name, and the sections that show them."""

from collections.abc import Mapping
from datetime import date

from matchmaker.database import Database
from matchmaker.overview.coverage import kinds_table, read_taking, regions_table, sizes_table
from matchmaker.overview.figures import Table
from matchmaker.overview.funnel import funnel_table, read_lines
from matchmaker.overview.losses import losses_table
from matchmaker.overview.scope import Scope
from matchmaker.overview.themes import themes_table
from matchmaker.overview.waiting import clock_table, waiting_table

#: What each section shows, in this order.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "funnel": ("funnel",),
    "waiting": ("waiting", "clock"),
    "themes": ("themes",),
    "coverage": ("regions", "kinds"),
    "exposure": ("sizes",),
    "losses": ("losses",),
}
SECTION_OF = {name: section for section, names in SECTIONS.items() for name in names}


def read_section(db: Database, section: str, scope: Scope, *, today: date) -> tuple[Table, ...]:
    """Return the tables of a section; `today` is the day until which open cases have waited.

    Raises
    ------
    KeyError
        When there is no such section.
    """
    if section == "themes":
        return (themes_table(db, scope),)
    if section == "losses":
        return (losses_table(db, scope),)
    lines = read_lines(db, scope)
    if section == "funnel":
        return (funnel_table(lines),)
    if section == "waiting":
        return (waiting_table(db, scope, lines), clock_table(db, scope, today=today))
    taking = read_taking(db, scope, lines)
    return {
        "coverage": (regions_table(taking), kinds_table(taking)),
        "exposure": (sizes_table(taking),),
    }[section]
