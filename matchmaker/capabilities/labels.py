"""What the codes of capabilities are called on pages."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "solution": _l("Solution"),
    "testbed": _l("Testbed"),
    "expertise": _l("Expertise"),
    "service": _l("Service"),
}
KINDS_IN_PLURAL = {
    "solution": _l("Solutions"),
    "testbed": _l("Testbeds"),
    "expertise": _l("Expertise"),
    "service": _l("Services"),
}
KIND_MEANINGS = {
    "solution": _l("A product, device or software, from prototype to in daily use."),
    "testbed": _l("Rooms, equipment and people with whom others can try something out."),
    "expertise": _l("Research, clinical or practical knowledge that others can draw on."),
    "service": _l("Work that you do for others: advice, evaluation, training, design."),
}
STATES = {
    "draft": _l("Draft"),
    "published": _l("In the catalogue"),
    "paused": _l("Paused"),
    "expired": _l("Expired"),
    "closed": _l("Closed"),
}
STATE_MEANINGS = {
    "draft": _l("Only you and your organisation's editors can see it."),
    "published": _l("Everybody can read it, and it is compared with every need."),
    "paused": _l("It is out of the catalogue and matches nothing until you resume it."),
    "expired": _l("It has been in the catalogue for a year. Renew it if it still holds."),
    "closed": _l("It has ended and can no longer be changed."),
}
CLOSE_REASONS = {
    "withdrawn": _l("No longer offered"),
    "replaced": _l("Replaced by something else"),
    "no_capacity": _l("No capacity for it"),
    "duplicate": _l("Registered twice"),
    "other": _l("Another reason"),
}
FIELDS = {
    "kind": _l("Kind"),
    "title": _l("Title"),
    "description": _l("Description"),
    "evidence": _l("Evidence"),
    "trl": _l("Readiness (TRL)"),
    "ce_marked": _l("CE marking"),
    "device_class": _l("Device class"),
    "markets": _l("Markets"),
    "languages": _l("Offered in"),
    "price_model": _l("Price model"),
    "facilities": _l("Facilities"),
    "target_groups": _l("Target groups"),
    "research_field": _l("Field of research"),
    "past_projects": _l("Past projects"),
    "free_periods": _l("Free periods"),
    "approaches_per_month": _l("Approaches a month"),
    "language": _l("Language"),
}
#: What lifts a capability when it is true and is stated, before "you move up for …".
IF_STATED = {
    "ce_marked": _l("If it is CE marked and you say so,"),
    "trl": _l("If it is ready for use (TRL 7 or more) and you say so,"),
    "markets": _l("If it is sold in Denmark and you say so,"),
    "languages": _l("If you offer it in Danish and say so,"),
    "free_periods": _l("If you state when you have room,"),
}
TRL = {
    1: _l("1 – basic principles observed"),
    2: _l("2 – concept formulated"),
    3: _l("3 – proof of concept"),
    4: _l("4 – tried in the laboratory"),
    5: _l("5 – tried in a realistic setting"),
    6: _l("6 – shown in a realistic setting"),
    7: _l("7 – prototype in daily practice"),
    8: _l("8 – complete and approved"),
    9: _l("9 – proven in daily use"),
}
TRL_BANDS = {
    "1-3": _l("Idea (TRL 1–3)"),
    "4-6": _l("Being tested (TRL 4–6)"),
    "7-9": _l("Ready for use (TRL 7–9)"),
}
CE_MARKED = {"yes": _l("CE marked"), "no": _l("Not CE marked")}
DEVICE_CLASSES = {
    "not_a_device": _l("Not a medical device"),
    "mdr_i": _l("MDR class I"),
    "mdr_iia": _l("MDR class IIa"),
    "mdr_iib": _l("MDR class IIb"),
    "mdr_iii": _l("MDR class III"),
    "ivdr_a": _l("IVDR class A"),
    "ivdr_b": _l("IVDR class B"),
    "ivdr_c": _l("IVDR class C"),
    "ivdr_d": _l("IVDR class D"),
}
DONE = {
    "save": _l("It is saved. You find it under “My capabilities”."),
    "close": _l("The capability is closed. Thank you for saying why."),
    "publish": _l("The capability is in the catalogue and is being compared with the needs."),
    "pause": _l("The capability is paused. Resume it when it suits you."),
    "resume": _l("The capability is back in the catalogue."),
    "renew": _l("The capability is renewed for a year."),
}
