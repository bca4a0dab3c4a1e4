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
#: Why a need is no longer in the joint need that its owner was asked about.
WHY_LEFT = {
    "stayed_out": _l("You or a colleague have said that the need stays out of the joint need."),
    "merged": _l("The hub has put the joint need together with another one."),
    "split": _l("The hub has split the joint need, so that only like needs stand together."),
    "kept_apart": _l("The hub has found that the needs in it are about different problems."),
    "too_few": _l("No other needs were left in the joint need, and so it has ended."),
    "not_open": _l("The need was not open any more, and so it left the joint need."),
}
#: What a colleague has done to a joint need, told to whoever was overtaken by it.
DONE = {
    "ask": _l("%(name)s has asked the owners about “%(title)s”."),
    "split": _l("%(name)s has taken needs out of “%(title)s”."),
    "merge": _l(
        "%(name)s has merged “%(title)s” with another joint need, which is part of it now."
    ),
    "merged": _l("%(name)s has merged “%(title)s” into another joint need."),
    "kept_apart": _l("%(name)s has dissolved “%(title)s” and keeps its needs apart."),
}
FIELDS = {
    "target": _l("For whom and where"),
    "extent": _l("How often and how big"),
    "tried": _l("What has been tried"),
    "requirements": _l("What a solution must be able to do"),
}
