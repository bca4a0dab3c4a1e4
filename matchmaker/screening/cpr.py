"""Finding Danish personal identity numbers (CPR) in every form in which people write them.

Only the date can be checked: numbers without a valid check digit have been given out since 2007.
Replacement numbers of patients without a CPR number count too, with 60 added to the day or with
letters in the last four places.

>>> [f.excerpt for f in find_cpr_numbers("Pt. 010203 - 1234 og 610203-1AB2, tlf. 66 12 34 56")]
['01•••• - ••••', '61••••-••••']
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from matchmaker.screening.birth import is_birth_date
from matchmaker.screening.digits import Chain, Window, find_chains
from matchmaker.screening.finding import Finding, mask_number, without_overlaps
from matchmaker.screening.plain import INVISIBLE, plain
from matchmaker.screening.written_forms import MOST_DIGITS, Verdict, judge, judge_after_cpr_word

_CPR_WORD = re.compile(
    r"\b(?:c[ .\-]?p[ .\-]?r|person[ .\-]?(?:nummer|nr|no|number|id)|pers[ .]{1,2}nr|pnr"
    r"|fødselsnummer)",
    re.IGNORECASE,
)
# How far after the word "CPR" a number is taken for the one it announces.
_REACH = 40
_LOOKALIKES = str.maketrans("OoIl|", "00111")
_LOOKALIKE_RUN = re.compile(r"(?<![^\W_])(?=[OoIl|]{0,12}\d)[\dOoIl|]{2,14}(?![^\W_])")
_LABEL = re.compile(
    r"\b(?:p|ordre|order|vare|art|artikel|faktura|invoice|ean|gln|gtin|isbn|issn|cvr|vat|lot|ref"
    r"|serie|serial|s/?n|udi|tlf|telefon|phone|mobil|fax|konto|enheds?)"
    r"[ .\-]{0,2}(?:nummer|nr|no|number)?[ .:#\-]{0,3}$",
    re.IGNORECASE,
)
_GAP = rf"[ .\-/_\n{INVISIBLE}]"
_DATE = rf"(\d\d{_GAP}?\d\d{_GAP}?\d\d)"
_OTHER_FORMS = (
    # A replacement number: 010203-1AB2, 0102031AB2.
    re.compile(rf"(?<!\d){_DATE}{_GAP}{{0,4}}\d[A-Za-z]{{2}}\d(?![^\W_])"),
    # Letters anywhere in the last four: 010203-ABCD.
    re.compile(r"(?<!\d)(\d{6}) ?- ?(?=\d{0,3}[A-ZÆØÅ])[\dA-ZÆØÅ]{4}(?![^\W_])"),
    # The last four hidden: the birthday is still told.
    re.compile(r"(?<!\d)(\d{6}) ?- ?[xX*.?#]{4}(?![^\W_])"),
)


def find_cpr_numbers(text: str) -> list[Finding]:
    """Return what is or looks like a CPR number, in the order of the text, none overlapping."""
    seen = _with_lookalikes_read(plain(text))
    cpr_words = [match.end() for match in _CPR_WORD.finditer(seen)]
    findings: list[Finding] = []
    for chain in find_chains(seen):
        findings += _in_chain(chain, seen, cpr_words)
    for pattern in _OTHER_FORMS:
        for match in pattern.finditer(seen):
            if is_birth_date(re.sub(r"\D", "", match[1])):
                findings.append(_finding(("cpr_number", "refuse"), seen, *match.span()))
    return without_overlaps(findings)


def _in_chain(chain: Chain, seen: str, cpr_words: list[int]) -> Iterator[Finding]:
    first = 0
    while first < len(chain.groups):
        found = _longest_number(chain, first, seen, cpr_words)
        if found:
            window, verdict = found
            yield _finding(verdict, seen, window.start, window.end)
        first = found[0].last if found else first + 1
    # "01020\n3-1234": a number that the end of a line has cut through.
    for gap in chain.line_breaks():
        rejoined, place = chain.rejoined(gap)
        for start in range(max(place - 2, 0), place + 1):
            found = _longest_number(rejoined, start, seen, cpr_words)
            if found and found[0].last > place:
                yield _finding(found[1], seen, found[0].start, found[0].end)


def _longest_number(
    chain: Chain, first: int, seen: str, cpr_words: list[int]
) -> tuple[Window, Verdict] | None:
    announced = _is_announced(chain.groups[first].start, cpr_words)
    for window in chain.windows_from(first, MOST_DIGITS):
        verdict = judge_after_cpr_word(window) if announced else judge(window)
        if verdict:
            labelled = not announced and len(window.groups) == 1 and _is_labelled(window, seen)
            return window, ("number_like_cpr", "warn") if labelled else verdict
    return None


def _is_announced(start: int, cpr_words: list[int]) -> bool:
    """Return whether the word "CPR" stands shortly before a position."""
    before = bisect_right(cpr_words, start)
    return before > 0 and start - cpr_words[before - 1] <= _REACH


def _is_labelled(window: Window, seen: str) -> bool:
    """Return whether ten digits in one are named as something else, as an order number."""
    return _LABEL.search(seen[max(window.start - 24, 0) : window.start]) is not None


def _with_lookalikes_read(seen: str) -> str:
    """Read the letters O, o, l, I and | as digits where the word "CPR" announces a number."""
    pieces, done = [], 0
    for match in _CPR_WORD.finditer(seen):
        if match.end() >= done:
            pieces.append(seen[done : match.end()])
            done = match.end() + _REACH
            pieces.append(_LOOKALIKE_RUN.sub(_as_digits, seen[match.end() : done]))
    return "".join([*pieces, seen[done:]])


def _as_digits(run: re.Match[str]) -> str:
    return run[0].translate(_LOOKALIKES)


def _finding(verdict: Verdict, seen: str, start: int, end: int) -> Finding:
    kind, severity = verdict
    return Finding(kind, severity, start, end, mask_number(seen[start:end]))
