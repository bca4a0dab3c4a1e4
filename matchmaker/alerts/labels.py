"""What is told on the pages of what people follow and of the mails they get."""

from flask_babel import lazy_gettext as _l

RHYTHMS = {
    "weekly": _l("In the weekly mail"),
    "daily": _l("Each working day when there is something new"),
}
DIGEST = {
    "weekly": _l("Yes, on Monday morning, when there is something new"),
    "none": _l("No"),
}
STEPS = {
    "digest": _l("In the weekly mail"),
    "each": _l("Each step at once"),
}
ALERTS = {
    "on": _l("Yes"),
    "off": _l("Not for now; I keep what I follow"),
}
DESK = {
    "daily": _l("Yes, each working day when something waits for me"),
    "none": _l("No"),
}
#: What each kind of mail is called where it is ended.
MAILS = {
    "digest": _l("The weekly mail"),
    "steps": _l("A mail for each step of a need"),
    "alerts": _l("Mails about what you follow"),
}
#: What ending it means.
ENDED = {
    "digest": _l("You do not get the weekly mail any more."),
    "steps": _l("Steps of your needs come in the weekly mail from now on."),
    "alerts": _l("You do not get mails about what you follow any more."),
}
NOUNS = {
    "need": _l("Needs"),
    "capability": _l("Capabilities"),
    "both": _l("Theme"),
}
GROUPS = {
    "waiting": _l("Waiting for me"),
    "under_way": _l("Under way"),
    "open": _l("With the hub"),
    "ended": _l("Not taken further"),
}
