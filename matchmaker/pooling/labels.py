"""What the codes of joint needs are called on pages."""

from flask_babel import lazy_gettext as _l

STATES = {
    "proposed": _l("Proposed"),
    "asked": _l("Owners are asked"),
    "dissolved": _l("Dissolved"),
}
STATE_TONES = {"proposed": "info", "asked": "success", "dissolved": "plain"}
MEMBER_STATES = {
    "proposed": _l("Not asked yet"),
    "asked": _l("Asked"),
    "joined": _l("Joined"),
    "stayed_out": _l("Stays out"),
    "moved": _l("Moved"),
}
MEMBER_TONES = {
    "proposed": "plain",
    "asked": "info",
    "joined": "success",
    "stayed_out": "plain",
    "moved": "plain",
}
FIELDS = {
    "target": _l("For whom and where"),
    "extent": _l("How often and how big"),
    "tried": _l("What has been tried"),
    "requirements": _l("What a solution must be able to do"),
}
