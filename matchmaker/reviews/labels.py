"""What the codes of reviews are called on pages."""

from flask_babel import lazy_gettext as _l

REASONS = {
    "not_the_problem": _l("It does not fit the problem"),
    "too_early": _l("It is too early"),
    "lacks_evidence": _l("Evidence or marking is missing"),
    "price": _l("The price"),
    "capacity": _l("There is no capacity for it now"),
    "has_one": _l("There is already something that does it"),
    "conflict": _l("There is a conflict of interest"),
    "not_now": _l("Not now"),
    "other": _l("Another reason"),
}
STATES = {
    "suggested": _l("Waiting"),
    "approved": _l("Approved"),
    "rejected": _l("Rejected"),
    "deferred": _l("Deferred"),
    "referred": _l("Referred"),
    "proposed": _l("Proposed"),
}
STATE_TONES = {
    "suggested": "info",
    "approved": "success",
    "rejected": "plain",
    "deferred": "warning",
    "referred": "plain",
    "proposed": "success",
}
DECISIONS = {
    "approve": _l("approved"),
    "reject": _l("rejected"),
    "defer": _l("deferred"),
    "refer": _l("referred"),
    "reopen": _l("reopened"),
}
DONE = {
    "approve": _l("You approved the suggestion."),
    "reject": _l("You rejected the suggestion."),
    "defer": _l("You deferred the suggestion."),
    "refer": _l("You referred the suggestion to another hub."),
}
SCOPES = {
    "mine": _l("My cases"),
    "hub": _l("My hub"),
    "all": _l("All hubs"),
}
CLOCK_TONES = {"stopped": "plain", "running": "info", "due": "warning", "overdue": "error"}
VERDICTS = {"approve": _l("Yes"), "reject": _l("No")}
