"""Lists of words and phrases to look for in a text, written so that people can read them.

Entries stand between commas. ``*`` is any further letters, ``…`` up to 40 characters, ``#`` one
digit.

>>> tells = shown_by("mangl*, i drift … siden")
>>> tells("Vi mangler tid"), tells("I drift på 14 plejehjem siden 2019"), tells("Umanglende")
(True, True, False)
"""

import re
from collections.abc import Callable

_MARKS = {r"\*": r"\w*", "…": ".{1,40}", r"\#": r"\d", r"\ ": r"\s+"}


def entries(*lists: str) -> list[str]:
    """Return the entries of lists, whatever their line breaks."""
    return [" ".join(entry.split()) for each in lists for entry in each.split(",") if entry.strip()]


def pattern_of(*lists: str) -> str:
    """Return the regular expression that finds any of the entries as words of their own."""
    return r"(?<!\w)(?:" + "|".join(_expression(entry) for entry in entries(*lists)) + r")(?!\w)"


def shown_by(*lists: str) -> Callable[[str], bool]:
    """Return the question whether a text holds any of the entries, whatever its capitals."""
    pattern = re.compile(pattern_of(*lists), re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _expression(entry: str) -> str:
    escaped = re.escape(entry)
    for mark, expression in _MARKS.items():
        escaped = escaped.replace(mark, expression)
    return escaped
