"""Writing a text in plain characters without moving any of them.

>>> plain("０１０２０３–１２３４") == "010203-1234"
True
"""

import unicodedata

#: Stands for every character that a reader does not see: zero width, soft hyphen, accents.
INVISIBLE = "\u200b"

_AS_SEEN = {
    **dict.fromkeys("\n\r\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\t\u2800\u3164\uffa0\u115f\u1160", " "),
    **dict.fromkeys("\u2212\u2043\u02d7\u223c~", "-"),
    **dict.fromkeys("\u00b7\u2022\u2027\u2024\u3002\u22c5\u2219", "."),
    **dict.fromkeys("\u2044\u2215\\", "/"),
}
_BY_CATEGORY = {"Pd": "-", "Zs": " ", "Cf": INVISIBLE, "Mn": INVISIBLE, "Me": INVISIBLE}


def plain(text: str) -> str:
    """Return a text of the same length with plain digits, dashes, spaces and line ends.

    Digits of every script become ``0``-``9``, every dash ``-``, every blank a space, and what
    cannot be seen `INVISIBLE`; positions stay, so that what is found can be shown in the original.
    """
    return text.translate(_TABLE)


class _PlainCharacters(dict[int, str]):
    """A translation table that looks each character up once."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain_character(chr(code))
        return self[code]


def _plain_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in _AS_SEEN:
        return _AS_SEEN[character]
    category = unicodedata.category(character)
    if category == "Cc":
        return INVISIBLE
    compatible = unicodedata.normalize("NFKC", character)
    return _BY_CATEGORY.get(category) or (compatible if len(compatible) == 1 else character)


_TABLE = _PlainCharacters()
