"""What the facets of the vocabulary are called on pages."""

from flask_babel import lazy_gettext as _l

FACETS = {
    "problem": _l("Problems"),
    "technology": _l("Technologies and methods"),
    "process": _l("Work and processes"),
    "setting": _l("Places"),
    "target_group": _l("Target groups"),
    "professional": _l("Professions"),
}
#: The same for one theme.
FACET = {
    "problem": _l("Problem"),
    "technology": _l("Technology or method"),
    "process": _l("Work or process"),
    "setting": _l("Place"),
    "target_group": _l("Target group"),
    "professional": _l("Profession"),
}
