"""Whether a sentence tells how often something happens, or how big it is.

>>> tells_volume("Vi har 60-80 patienter hver mandag"), tells_volume("twice a week")
(True, True)
>>> tells_volume("Sengen er CE-mærket i klasse IIa, TRL 8"), tells_volume("kl. 14 på afsnit 3")
(False, False)
"""

import re

from matchmaker.coach.phrases import entries, pattern_of


def _one_of(*lists: str) -> str:
    return "(?:" + "|".join(map(re.escape, entries(*lists))) + ")"


_NUMBER_WORD = _one_of(
    """
    to, tre, fire, fem, seks, syv, otte, ni, ti, elleve, tolv, tyve, tredive, hundrede, tusind,
    hundredvis, snesevis, dusinvis, tusindvis, flere, et par, two, three, four, five, six, seven,
    eight, nine, ten, eleven, twelve, twenty, thirty, hundred, thousand, dozens, hundreds,
    thousands, several, a few, a dozen
    """
)
_DIGITS = r"(?:\d{1,3}(?:[., ]\d{3}){1,2}|\d{1,7})(?:[.,]\d{1,2})?"
_AMOUNT = rf"(?:{_DIGITS}|{_NUMBER_WORD})"
_TURN = _one_of(
    """
    nat, dag, morgen, aften, formiddag, eftermiddag, uge, måned, time, vagt, gang, weekend, mandag,
    tirsdag, onsdag, torsdag, fredag, lørdag, søndag, sommer, vinter, år, kvartal, night, day,
    morning, evening, afternoon, week, month, hour, shift, time, monday, tuesday, wednesday,
    thursday, friday, saturday, sunday, summer, winter, year, quarter, visit
    """
)
_SPAN = _one_of(
    """
    dag, døgn, døgnet, uge, ugen, måned, måneden, år, året, time, timen, kvartal, kvartalet,
    vagt, vagten, halvår, halvåret, nat, besøg, indlæggelse
    """
)
_SPAN_EN = _one_of("day, week, month, year, hour, shift, night, quarter, visit, morning, season")
_ORDINAL = _one_of(
    """
    anden, andet, tredje, fjerde, femte, sjette, syvende, ottende, niende, tiende, tyvende,
    second, other, third, fourth, fifth, sixth, tenth
    """
)
_FREQUENCY = (
    rf"\b(?:hvert?|every|each) (?:eneste |single )?(?:{_ORDINAL}|{_TURN})\b",
    rf"\b(?:om|pr\.?|per|i) {_SPAN}\b(?! \d)",
    rf"\b(?:per|a|an|each) {_SPAN_EN}\b",
    rf"\b{_AMOUNT} (?:gange?|times|x)\b",
    rf"\b{_ORDINAL} (?:gang|time)\b",
    rf"\b(?:på|inden for|in|within) {_AMOUNT} (?:dage|uger|måneder|days|weeks|months)\b",
    r"\bdaily\b(?! (?:life|living|use))",
    pattern_of(
        """
        dagligt, ugentlig*, månedlig*, årlig*, daglige, døgnet rundt, mandage, tirsdage, onsdage,
        torsdage, fredage, lørdage, søndage, twice, weekly, monthly, yearly, annually, nightly,
        per annum, mondays, tuesdays, wednesdays, thursdays, fridays, saturdays, sundays
        """
    ),
)
_SHARE = (
    pattern_of(
        """
        halvdelen, to tredjedele, en tredjedel, en fjerdedel, en femtedel, tre fjerdedele, half of,
        half the, half our, a third of, two thirds, a quarter of, three quarters, a fifth of
        """
    ),
    rf"\b(?:en|én|hver|{_AMOUNT}) ud af {_AMOUNT}\b",
    rf"\b(?:one|{_AMOUNT}) (?:in|of|out of) (?:every )?{_AMOUNT}\b",
    r"\b\d{1,3}(?:[.,]\d)? ?(?:%|procent|percent|pct)",
    rf"\b{_AMOUNT} (?:af|of) (?:vores|dem|them|our|the|{_AMOUNT})\b",
)
_COUNTED = _one_of(
    """
    patient, borger, beboer, person, menneske, børn, bruger, famili, plads, senge, bolig, opkald,
    henvendelse, prøve, besøg, fald, indlæggelse, operation, forløb, sager, hændelse, alarm,
    medarbejder, sygeplejerske, kolleg, ansatte, vagter, afdeling, plejehjem, kommune, hospital,
    lægehus, praksis, elever, deltager, pårørende, kvinder, mænd, unge, ældre, årsværk, henvisning,
    resident, citizen, people, child, client, user, bed, place, home, call, enquir, sample, visit,
    admission, surger, case, incident, nurse, carer, ward, municipalit, clinic, student, women,
    adult, referral
    """
)
_WORD_COUNT = rf"\b{_NUMBER_WORD} (?:[^\W\d_]{{1,30}} )?{_COUNTED}"
_SIGNS = re.compile("|".join((*_FREQUENCY, *_SHARE, _WORD_COUNT)), re.IGNORECASE)

_DIGIT_RUN = re.compile(_DIGITS)
_YEAR = re.compile(r"(?:19|20)\d\d$")
# Before a number that counts nothing: a class, a clock, a place, a standard, a date.
_NAMED = re.compile(
    r"(?:\b"
    + _one_of(
        """
        trl, mdr, ivdr, klasse, class, kl, kl., at, kategori, category, grad, stage, type, afsnit,
        afdeling, ward, room, stue, etage, floor, iso, en, version, nr, nr., no., side, page, str,
        str., siden, since, fra, from, in, i, covid, uge, mindst, højst, maks, maks., max, max.
        """
    )
    + r"|§|\b(?-i:[A-ZÆØÅ]{2,6}))[ -]?$",
    re.IGNORECASE,
)
# After a number that measures the thing and not the problem: ages, lengths, money, minutes.
_UNIT = re.compile(
    r"-?(?:sengs|års|årig|year)|[:/]\d|\.\d| ?(?:°|€|\$|£|"
    + _one_of(
        """
        kilom, meter, metre, liter, grader, degrees, kroner, euro, volt, minut, min., minute,
        sekund, second, timer, hours, dage, days, uger, weeks, måneder, months, years, års, år
        """
    )
    + r"|(?:km|m|cm|mm|kg|kilo|g|ml|l|db|kr|dkk|hz|mb|gb|min|time|hour|day|week|month|year)\b)",
    re.IGNORECASE,
)


def tells_volume(sentence: str) -> bool:
    """Whether the sentence counts, gives a share or says how often."""
    return _SIGNS.search(sentence) is not None or _counts(sentence)


def _counts(sentence: str) -> bool:
    return any(
        not _YEAR.match(number.group())
        and not _NAMED.search(sentence[max(0, number.start() - 12) : number.start()])
        and not _UNIT.match(sentence, number.end())
        for number in _DIGIT_RUN.finditer(sentence)
        if not _is_in_word(sentence, number.start(), number.end())
    )


def _is_in_word(sentence: str, start: int, end: int) -> bool:
    around = sentence[max(0, start - 1) : start] + sentence[end : end + 1]
    return any(letter.isalpha() for letter in around)
