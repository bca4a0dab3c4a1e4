"""The overview of a hub: six sections of tables and pictures, and the lists behind the numbers.

Hub staff read it as well as their manager: each list is one that they may open anyhow.
"""

from datetime import date
from typing import Any

from babel.numbers import format_decimal
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from matchmaker.clock import danish_day, utc_now
from matchmaker.overview import labels
from matchmaker.overview.cases import list_cases
from matchmaker.overview.charts import bar_chart, theme_map, value_of
from matchmaker.overview.figures import Row, Table
from matchmaker.overview.kept import KeptSections
from matchmaker.overview.scope import Scope, last_year
from matchmaker.overview.tables import SECTION_OF, SECTIONS
from matchmaker.reviews.queries import list_hubs
from matchmaker.spreadsheet import safe_cell, to_csv, to_xlsx
from matchmaker.web.db import get_current_account, get_db
from matchmaker.web.profiles import asked_page

_KEPT = "matchmaker.overview"
blueprint = Blueprint("overview", __name__, url_prefix="/overview")
blueprint.record(lambda state: state.app.jinja_env.globals.update(overview_labels=labels))
blueprint.record(lambda state: state.app.extensions.update({_KEPT: KeptSections()}))

#: A page shows so many rows of a table; its files have them all.
MOST_ROWS = 40
#: What each picture draws; themes have a map instead.
_SERIES = {
    "funnel": ("suggestions", "needs"),
    "waiting": ("median_days", "tenth_days"),
    "clock": ("cases",),
    "regions": ("needs", "capabilities"),
    "kinds": ("needs", "capabilities"),
    "sizes": ("capabilities_share", "places_share", "proposed_share"),
    "losses": ("staff", "need_side", "offer_side", "closed"),
}
_FILES = {
    "csv": (to_csv, "text/csv; charset=utf-8"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_CASE_ENDPOINTS = {
    "suggestion": ("reviews.suggestion", "suggestion_id"),
    "need": ("reviews.case", "need_id"),
    "capability": ("capabilities.show", "capability_id"),
    "collaboration": ("collaborations.show", "collaboration_id"),
    "organisation": ("organisations.show", "organisation_id"),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    kept: dict[str, Any] = request.args.to_dict()
    return redirect(url_for(".section", **kept | {"section": "funnel"}))


@blueprint.get("/<any(funnel, waiting, themes, coverage, exposure, losses):section>")
def section(section: str) -> str:
    scope = _asked_scope()
    tables = _tables(section, scope)
    return render_template(
        "overview/section.html",
        section=section,
        sections=SECTIONS,
        parts=[(table, _picture(table)) for table in tables],
        scope=scope,
        periods=_periods(),
        hubs=list_hubs(get_db()),
        query=_query(scope),
        most_rows=MOST_ROWS,
    )


@blueprint.get("/<table>/<row>/<column>")
def cases(table: str, row: str, column: str) -> str:
    """List what a number counts; the list is as long as the number says."""
    scope = _asked_scope()
    cell = _table(table, scope).find_cell(row, column)
    if cell is None:
        abort(404)
    found = list_cases(get_db(), cell, page=asked_page())
    return render_template(
        "overview/cases.html",
        table=table,
        section=SECTION_OF[table],
        row=row,
        column=column,
        found=found,
        case_address=_case_address,
        scope=scope,
        query=_query(scope),
    )


@blueprint.get("/<table>.<any(csv, xlsx):ending>")
def export(table: str, ending: str) -> Response:
    scope = _asked_scope()
    write, mimetype = _FILES[ending]
    content = write(_cells(_table(table, scope), as_numbers=ending == "xlsx"))
    name = f"{table}-{scope.first}-{scope.last}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mimetype, headers=headers)


def _asked_scope() -> Scope:
    """Return the period and hub of the address: at first the last year of the reader's hub."""
    today = _today()
    first, last = (
        _asked_day(name) or usual
        for name, usual in zip(("from", "to"), last_year(today), strict=True)
    )
    return Scope(min(first, last), max(first, last), _asked_hub())


def _asked_day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def _asked_hub() -> int | None:
    asked, own = request.args.get("hub", ""), get_current_account().hub_ids
    if asked == "all" or (not asked and not own):
        return None
    hubs = {str(hub_id): hub_id for hub_id, _name in list_hubs(get_db())}
    return hubs.get(asked, own[0] if own else None)


def _query(scope: Scope) -> dict[str, str]:
    hub = "all" if scope.hub_id is None else str(scope.hub_id)
    return {"from": scope.first.isoformat(), "to": scope.last.isoformat(), "hub": hub}


def _periods() -> list[tuple[str, dict[str, str]]]:
    """Return the periods that are one click away, by name."""
    today = _today()
    last = today.year - 1
    spans = {
        "last_year": last_year(today),
        "this_year": (date(today.year, 1, 1), today),
        "year_before": (date(last, 1, 1), date(last, 12, 31)),
        "everything": (date(2020, 1, 1), today),
    }
    return [(name, {"from": str(first), "to": str(end)}) for name, (first, end) in spans.items()]


def _today() -> date:
    return danish_day(utc_now())


def _table(name: str, scope: Scope) -> Table:
    if name not in SECTION_OF:
        abort(404)
    return next(table for table in _tables(SECTION_OF[name], scope) if table.name == name)


def _tables(section: str, scope: Scope) -> tuple[Table, ...]:
    kept: KeptSections = current_app.extensions[_KEPT]
    return kept.read(get_db(), section, scope, today=_today())


def _picture(table: Table) -> Any:
    if not table.rows:
        return None
    return theme_map(table) if table.name == "themes" else bar_chart(table, _SERIES[table.name])


def _case_address(kind: str, record_id: int) -> str:
    endpoint, name = _CASE_ENDPOINTS[kind]
    values: dict[str, Any] = {name: record_id}
    return url_for(endpoint, **values)


def _cells(table: Table, *, as_numbers: bool) -> list[list[object]]:
    columns = (*table.columns, *table.shares, *table.days)
    header = [labels.FIRST_COLUMN[table.name]]
    header += [labels.column_name(table.name, name) for name in columns]
    rows = [
        [safe_cell(labels.row_name(table.name, row.key)),
         *(_cell(row, name, as_numbers) for name in columns)]
        for row in table.rows
    ]  # fmt: skip
    return [[safe_cell(str(name)) for name in header], *rows]


def _cell(row: Row, name: str, as_numbers: bool) -> object:
    value = value_of(row, name)
    if value is None or as_numbers:
        return "" if value is None else round(value, 4)
    return format_decimal(value, format="0.####", locale=get_locale())
