"""What the codes of conflicts are called on pages."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "organisations": _l("Two organisations have a conflict of interest"),
    "ownership": _l("One organisation owns or controls another"),
    "person": _l("A person is tied to an organisation"),
}
OWN_KINDS = {
    "tied": _l("A tie: work, shares, a seat on the board, family"),
    "owned": _l("We are owned or controlled by it"),
    "owns": _l("We own or control it"),
}
#: Why a pair is not suggested, for staff.
APART = {
    "organisations": _l("a conflict of interest"),
    "ownership": _l("one owns the other, or the same owner stands behind both"),
    "person": _l("somebody is tied to the other side"),
}
PROBLEMS = {
    "required": _l("This must be filled in for what you chose."),
    "unknown": _l("Choose one of the values."),
    "backwards": _l("The last day must not be before the first."),
    "same": _l("These are one and the same organisation."),
    "not_found": _l("Nobody of that name is registered here. Write it as on the list."),
}
