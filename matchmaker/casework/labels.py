"""What the codes of casework are called on the pages."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "pdf": "PDF",
    "png": _l("Picture (PNG)"),
    "jpeg": _l("Picture (JPEG)"),
    "text": _l("Text"),
    "docx": "Word",
    "xlsx": "Excel",
    "pptx": "PowerPoint",
}
MINUTES = {
    15: _l("15 minutes"),
    30: _l("Half an hour"),
    45: _l("45 minutes"),
    60: _l("1 hour"),
    90: _l("1½ hours"),
    120: _l("2 hours"),
    180: _l("3 hours"),
    480: _l("A whole day"),
}
