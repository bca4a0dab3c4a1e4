"""What the codes of outcomes are called on the pages."""

from flask_babel import lazy_gettext as _l

STATES = {
    "in_use": _l("It is in use"),
    "under_way": _l("We are still working on it"),
    "stopped": _l("We tried, and it stopped"),
    "nothing": _l("Nothing came of it"),
}
STATE_TONES = {"in_use": "success", "under_way": "info", "stopped": "warning", "nothing": "plain"}
PARTS = {
    "citizen": _l("For citizens and patients"),
    "organisation": _l("For the staff and the organisation"),
    "technology": _l("The technology"),
    "economy": _l("The economy"),
}
PART_HINTS = {
    "citizen": _l("What changed for those whom it was about?"),
    "organisation": _l("Time, ways of working, what it took to bring it in."),
    "technology": _l("Did it work, and was it safe and easy to use?"),
    "economy": _l("What it cost and what it saved, as far as you know."),
}
