"""Keeps contact details that somebody wrote into a text off the public pages."""

import re
from collections.abc import Iterable

MASK = "•••"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_GROUPED = re.compile(r"(?<!\d)(?:(?:\+|00)45[\s.-]?)?\d{2}(?:[\s.-]\d{2}){3}(?![\s.-]?\d)")
_ANNOUNCED = re.compile(
    r"(?i)\b(?:tlf|telefon|mobil|lokal|ring|phone|call|tel)\b[^\d\n]{0,20}"
    r"((?:\+|00)?\d[\d\s.-]{4,14}\d)"
)


def without_contacts(text: str) -> str:
    """Return the text with e-mail addresses and telephone numbers masked.

    >>> without_contacts("Ring 65 41 10 22 eller skriv til mk@sygehus.example")
    'Ring ••• eller skriv til •••'
    >>> without_contacts("Omkring 20000 borgere, 12 fald om ugen")
    'Omkring 20000 borgere, 12 fald om ugen'
    """
    if "@" in text:
        text = _MAIL.sub(MASK, text)
    text = _GROUPED.sub(MASK, text)
    return _ANNOUNCED.sub(lambda match: match.group().replace(match.group(1), MASK), text)


def without_names(text: str, names: Iterable[str | None]) -> str:
    """Return the text with the names masked, whatever their capitals.

    >>> without_names("Hos ådal kommune falder mange", ["Ådal Kommune", None])
    'Hos ••• falder mange'
    """
    for name in names:
        if name:
            text = re.sub(re.escape(name), MASK, text, flags=re.IGNORECASE)
    return text
