"""What the sections, rows and columns of the overview are called."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from matchmaker.collaborations.labels import CLOSE_REASONS
from matchmaker.organisations.reference import REGIONS
from matchmaker.overview.coverage import ABROAD, UNKNOWN
from matchmaker.profiles.labels import ORGANISATION_KINDS
from matchmaker.reviews.labels import STATES as SUGGESTION_STATES
from matchmaker.words.vocabulary import shipped_vocabulary

SECTIONS = {
    "funnel": _l("From suggestion to operation"),
    "waiting": _l("Waiting times"),
    "themes": _l("Needs and supply by theme"),
    "coverage": _l("Who takes part"),
    "exposure": _l("Small companies"),
    "losses": _l("Why it came to nothing"),
}
TABLES = {
    **SECTIONS,
    "clock": _l("The first action on a case"),
    "regions": _l("By region"),
    "kinds": _l("By kind of organisation"),
    "sizes": _l("Companies by size"),
}
_STEPS = {
    "suggested": _l("Suggested"),
    "reviewed": _l("Looked at"),
    "approved": _l("Approved"),
    "proposed": _l("Proposed to the parties"),
    "introduced": _l("All said yes"),
    "dialogue": _l("In dialogue"),
    "test": _l("Tested"),
    "agreement": _l("Agreement made"),
    "operation": _l("In operation"),
    "scaled": _l("Scaled"),
}
_WAITS = {
    "look": _l("A suggestion is looked at"),
    "propose": _l("What is approved is proposed"),
    "answer": _l("All parties say yes"),
    "need_look": _l("A need gets its first look"),
    "need_met": _l("A need is introduced to somebody"),
}
_CLOCK = {
    "in_time": _l("Acted on within 4 working days"),
    "late": _l("Acted on after that, before the 6th"),
    "overdue": _l("Acted on after 6 working days or more"),
    "waiting": _l("Not acted on yet"),
    "waiting_overdue": _l("Of these: overdue"),
    "gone": _l("Taken down before anybody acted"),
}
_PLACES = {**REGIONS, ABROAD: _l("Abroad"), UNKNOWN: _l("Not stated")}
_SIZES = {
    "micro": _l("Fewer than 10 people"),
    "small": _l("10 to 49 people"),
    "medium": _l("50 to 249 people"),
    "large": _l("250 people or more"),
    UNKNOWN: _l("Not stated"),
}
_ROWS = {
    "funnel": _STEPS,
    "waiting": _WAITS,
    "clock": _CLOCK,
    "regions": _PLACES,
    "kinds": ORGANISATION_KINDS,
    "sizes": _SIZES,
    "losses": CLOSE_REASONS,
}
FIRST_COLUMN = {
    "funnel": _l("Step"),
    "waiting": _l("What is waited for"),
    "clock": _l("First action"),
    "themes": _l("Theme"),
    "regions": _l("Region"),
    "kinds": _l("Kind"),
    "sizes": _l("Size"),
    "losses": _l("Reason"),
}
_COLUMNS = {
    "suggestions": _l("Suggestions"),
    "needs": _l("Needs"),
    "collaborations": _l("Collaborations"),
    "of_step_before": _l("Of the step before"),
    "of_all": _l("Of all"),
    "median_days": _l("Days, median"),
    "tenth_days": _l("Days, nine in ten within"),
    "cases": _l("Cases"),
    "done": _l("Came about"),
    "waiting": _l("Waits now"),
    "unmet": _l("Nobody has taken up"),
    "capabilities": _l("Capabilities"),
    "organisations": _l("Organisations"),
    "needs_met": _l("Needs introduced"),
    "places": _l("Places on lists"),
    "proposed": _l("Proposed"),
    "introduced": _l("Introduced"),
    "capabilities_share": _l("Share of capabilities"),
    "places_share": _l("Share of places"),
    "proposed_share": _l("Share of proposals"),
    "introduced_share": _l("Share of introductions"),
    "staff": _l("Said by hub staff"),
    "need_side": _l("Said by the need's owner"),
    "offer_side": _l("Said by who offers"),
    "closed": _l("Collaborations closed"),
}
_IN_TABLE = {
    ("themes", "needs"): _l("Open needs"),
    ("regions", "needs"): _l("Open needs"),
    ("kinds", "needs"): _l("Open needs"),
}
STAGES = {
    "draft": _l("Draft"),
    "invited": _l("Asked"),
    "accepted": _l("All said yes"),
    "introduced": _l("Introduced"),
    **{name: _STEPS[name] for name in ("dialogue", "test", "agreement", "operation", "scaled")},
    "closed": _l("Closed"),
    **SUGGESTION_STATES,
}


def column_name(table: str, column: str) -> str:
    return str(_IN_TABLE.get((table, column)) or _COLUMNS[column])


def row_name(table: str, key: str) -> str:
    """Return what a row is called in the reader's language."""
    if table == "themes":
        return shipped_vocabulary().concepts[key].labels[str(get_locale().language)]
    return str(_ROWS[table].get(key, key))
