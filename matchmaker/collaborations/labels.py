"""What the codes of collaborations are called in forms; sentences are in ``_words.txt``."""

from flask_babel import lazy_gettext as _l

from matchmaker import reasons
from matchmaker.reviews.labels import REASONS

CLOSE_REASONS = {
    "finished": _l("It has ended as agreed"),
    "no_answer": _l("Not everybody answered"),
    **REASONS,
}
#: The same reasons as a party gives them for itself.
OWN_REASONS = {
    "not_the_problem": _l("It does not fit our problem or what we do"),
    "too_early": _l("It is too early for us"),
    "lacks_evidence": _l("We miss evidence or marking"),
    "price": _l("The price"),
    "capacity": _l("We have no capacity for it now"),
    "has_one": _l("We already have something that does it"),
    "conflict": _l("We have a conflict of interest"),
    "not_now": _l("Not now"),
    "other": _l("Another reason"),
}
MOVES = {
    "dialogue": _l("We are in dialogue"),
    "test": _l("We are testing"),
    "agreement": _l("We have an agreement"),
    "operation": _l("It is in operation"),
    "scaled": _l("It has been scaled"),
}
#: Told to a party that the hub leaves out.
LEAVING_REASONS = reasons.LEAVING_REASONS
AUDIENCES = {
    "parties": _l("All parties can read it"),
    "hub": _l("Only hub staff can read it"),
}
ANSWERED = {
    "yes": _l("Thank you. Your yes is noted. We write as soon as all have answered."),
    "no": _l("Thank you for saying so. The hub takes it from here."),
    "later": _l("Noted. We come back to you on that day."),
}
#: What has not happened to a need yet, told without a number.
NEED_STEPS = {
    "read": _l("Read by the hub"),
    "looked_at": _l("Suggestions looked at"),
    "proposed": _l("Proposed to others"),
    "met": _l("Introduced"),
    "tested": _l("Tested"),
    "in_use": _l("In use"),
}
