"""Which groups of digits are a CPR number, by how they are grouped and what separates them.

The groups may be "010203 1234", "01.02.03-1234", "01 02 03 12 34", all ten in one and more. What
must pass are the numbers that look alike: date and time, phone numbers, ranges of years.
"""

from matchmaker.screening.birth import is_birth_date
from matchmaker.screening.digits import Window
from matchmaker.screening.finding import Kind, Severity

Verdict = tuple[Kind, Severity]

#: No written form has more digits than this, leading zeros and a full year included.
MOST_DIGITS = 14

_REFUSED: Verdict = ("cpr_number", "refuse")
_BIRTHDAY: Verdict = ("cpr_birthday", "refuse")
_DOUBT: Verdict = ("number_like_cpr", "warn")

# A border before the last four, if there are borders at all: phone numbers have theirs elsewhere.
_SHAPES = frozenset({
    (10,), (6, 4), (2, 2, 2, 4), (2, 2, 6), (4, 2, 4), (2, 4, 4), (6, 2, 2), (2, 2, 2, 2, 2),
    (1,) * 10,
})  # fmt: skip
# Pairs or single digits are one number only when no more of them follow.
_LISTS = frozenset({(2, 2, 2, 2, 2), (1,) * 10})
_SHORT_DATES = frozenset({(1, 1, 2, 4), (1, 2, 2, 4), (2, 1, 2, 4)})
_FULL_YEARS = frozenset({(12,), (8, 4), (2, 2, 4, 4)})


def judge(window: Window) -> Verdict | None:
    """Return what groups of digits are when nothing before them says so."""
    if window.chain.after_plus and window.first < 2:
        return None
    shape = window.shape
    if shape in _SHAPES:
        return _REFUSED if _is_number(window) else None
    if shape in _FULL_YEARS:
        return _REFUSED if _is_number_with_full_year(window) else None
    if shape in _SHORT_DATES:
        return _REFUSED if _is_number_with_short_date(window) else None
    lost_zero = shape == (5, 4) and "-" in window.gaps[0]
    return _DOUBT if lost_zero and is_birth_date("0" + window.digits[:5]) else None


def judge_after_cpr_word(window: Window) -> Verdict | None:
    """Return what groups of digits are when the word "CPR" stands before them.

    Then a mistyped date, an odd grouping, zeros too many or lost, and a birthday alone count too.
    """
    digits, shape = window.digits, window.shape
    if shape in ((10,), (6, 4)):
        return _REFUSED
    number = digits.lstrip("0").rjust(10, "0") if len(digits) in (9, 11, 12) else digits
    if len(number) == 10 and is_birth_date(number[:6]) and shape != (1, 8):
        return _REFUSED
    if len(digits) == 12 and is_birth_date(digits[:8]):
        return _REFUSED
    return _judge_birthday(window)


def _judge_birthday(window: Window) -> Verdict | None:
    if len(window.digits) not in (6, 8) or not is_birth_date(window.digits):
        return None
    if len(window.groups) == 1:
        return _BIRTHDAY
    is_date = window.shape in ((2, 2, 2), (2, 2, 4)) and window.is_whole_chain
    return ("birth_date", "warn") if is_date else None


def _is_number(window: Window) -> bool:
    if window.shape in _LISTS and not window.is_whole_chain:
        return False
    return is_birth_date(window.digits[:6]) and not _ends_in_time(window)


def _is_number_with_full_year(window: Window) -> bool:
    if not is_birth_date(window.digits[:8]):
        return False
    if window.shape == (2, 2, 4, 4):
        # "31.08.2011 4930 Maribo" is a date and a postcode, "01.01.2010-2015" some years.
        return "-" in window.gaps[-1] and not _is_year(window.digits[8:])
    return window.shape == (12,) or "-" in window.gaps[-1] or not _is_time(window.digits[8:])


def _is_number_with_short_date(window: Window) -> bool:
    date_digits = "".join(group.digits.rjust(2, "0") for group in window.groups[:3])
    is_one_number = "-" in window.gaps[-1] and not _is_year(window.digits[-4:])
    return is_one_number and is_birth_date(date_digits)


def _ends_in_time(window: Window) -> bool:
    """Return whether the last four digits are a time, as in "22.11.26 14.30"."""
    if window.shape[-2:] != (2, 2) or window.gaps[-1] != ".":
        return False
    return not window.gaps[-2].strip() and _is_time(window.digits[-4:])


def _is_time(digits: str) -> bool:
    return digits[:2] < "24" and digits[2:] < "60"


def _is_year(digits: str) -> bool:
    return "1900" <= digits < "2100"
