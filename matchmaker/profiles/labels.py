"""What codes are called on pages, for everything that needs and capabilities share."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from matchmaker.organisations.reference import COUNTRIES, REGIONS

__all__ = [
    "COUNTRY_NAMES",
    "LANGUAGES",
    "ORGANISATION_KINDS",
    "PROBLEMS",
    "REGIONS",
    "STATE_TONES",
]


def _country(code: str) -> str:
    return str(get_locale().territories.get(code, code))


COUNTRY_NAMES = {code: LazyString(_country, code) for code in COUNTRIES}
ORGANISATION_KINDS = {
    "company": _l("Company"),
    "hospital": _l("Hospital"),
    "municipality": _l("Municipality"),
    "department": _l("Department"),
    "general_practice": _l("General practice"),
    "research_institution": _l("Research institution"),
    "cluster": _l("Cluster"),
    "hub": _l("Hub"),
    "funder": _l("Funder"),
    "other": _l("Other organisation"),
}
LANGUAGES = {
    "da": _l("Danish"),
    "en": _l("English"),
    "sv": _l("Swedish"),
    "no": _l("Norwegian"),
    "de": _l("German"),
}
STATE_TONES = {
    "draft": "plain",
    "submitted": "info",
    "published": "success",
    "paused": "warning",
    "expired": "warning",
    "closed": "plain",
}
#: What is wrong with a field that the domain refused.
PROBLEMS = {
    "required": _l("This must be filled in first."),
    "too_long": _l("This is too long to be read. Shorten it a little."),
    "out_of_range": _l("Choose a number between 1 and 20."),
    "unknown": _l("Choose one of the values."),
    "not_a_date": _l("Write the date as day, month and year."),
    "backwards": _l("The last day must not be before the first."),
}
