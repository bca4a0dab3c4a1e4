"""What the codes of needs are called on pages."""

from flask_babel import lazy_gettext as _l

STATES = {
    "draft": _l("Draft"),
    "submitted": _l("With the hub"),
    "published": _l("On the board"),
    "paused": _l("Paused"),
    "expired": _l("Expired"),
    "closed": _l("Closed"),
}
#: Said to the owner under the state, so that nobody has to guess who sees what.
STATE_MEANINGS = {
    "draft": _l("Only you and your organisation's editors can see it."),
    "submitted": _l("The hub reads it and looks for matches. It is not on the public board."),
    "published": _l("Everybody can read it. Your name and how to reach you are not shown."),
    "paused": _l("It is off the board, and nobody is suggested for it, until you resume it."),
    "expired": _l("It has been on the board for a year. Renew it if the problem is still there."),
    "closed": _l("It has ended and can no longer be changed."),
}
CLOSE_REASONS = {
    "solved_here": _l("Solved with somebody we met here"),
    "solved_elsewhere": _l("Solved in another way"),
    "not_relevant": _l("Not a problem any more"),
    "duplicate": _l("Posted twice, or by others already"),
    "other": _l("Another reason"),
}
QUESTIONS = {
    "problem": _l("The problem"),
    "target": _l("For whom and where"),
    "extent": _l("How often, how big"),
    "tried": _l("What has been tried"),
    "requirements": _l("What a solution must respect"),
    "approach": _l("How you may be approached"),
    "approaches_per_month": _l("Approaches a month"),
    "title": _l("Title"),
    "show_organisation": _l("Organisation is shown"),
    "confidential": _l("Confidential"),
    "language": _l("Language"),
}
STEPS = {
    "need.create": _l("Written down"),
    "need.submit": _l("Sent to the hub"),
    "need.publish": _l("Published on the board"),
    "need.change": _l("The text was changed"),
    "need.pause": _l("Paused"),
    "need.resume": _l("Resumed"),
    "need.renew": _l("Renewed for a year"),
    "need.expire": _l("Expired after a year"),
    "need.close": _l("Closed"),
    "need.support": _l("Another organisation has the same need"),
}
DONE = {
    "save": _l("The draft is saved. You find it under “My needs”."),
    "close": _l("The need is closed. Thank you for saying why."),
    "submit": _l("Thank you. The hub will read your need first."),
    "publish": _l("Your need is on the board."),
    "pause": _l("The need is paused. Resume it when it suits you."),
    "resume": _l("The need is back on the board."),
    "renew": _l("The need is renewed for a year."),
}
