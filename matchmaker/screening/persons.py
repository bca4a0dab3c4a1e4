"""Finding words that may point to a person: a name beside "patient", a birthday, an address.

All of it is doubt, to be confirmed or taken out by the writer: names of colleagues, inventors and
streets look the same.

>>> [f.kind for f in find_persons("Borger Ole Jensen, f. 3/4-1941, bor Vestergade 12")]
['person', 'birth_date', 'address']
>>> find_persons("Patienter på Afdeling Syd venter. Kontakt Ole Jensen, Vestergade 12.")
[]
"""

import re
from collections.abc import Callable, Iterator

from matchmaker.screening.birth import is_birth_date
from matchmaker.screening.finding import Finding, Kind
from matchmaker.screening.first_names import FIRST_NAMES
from matchmaker.screening.plain import plain

_PATIENT = (
    r"(?<![^\W_])(?:[Pp]atient(?:en|ens)?|[Pp]t\.?|[Bb]orger(?:en|ens)?|[Bb]eboer(?:en|ens)?"
    r"|[Dd]ement(?:e)?|[Ii]ndlagte|[Rr]esident|[Cc]itizen|[Hh]r\.|[Ff]ru|[Ff]rk\.|[Mm]oderen"
    r"|[Bb]arnet)"
)
_NAME = r"[A-ZÆØÅÄÖÜ][a-zæøåäöüéè]{1,20}(?:-[A-ZÆØÅ][a-zæøå]{1,20})?"
_FULL_NAME = rf"{_NAME}(?: (?:[A-ZÆØÅ]\. ?|{_NAME} ){{0,2}}{_NAME})?"
_PERSON = re.compile(rf"{_PATIENT}[,:]? (?:ved navn )?({_FULL_NAME})(?![^\W_])")
_TITLE = re.compile(r"(?:hr\.|fru|frk\.) ", re.IGNORECASE)
_IN_HEADINGS = re.compile(r"(?:Patient|Borger|Beboer|Resident|Citizen) ")
_NOT_A_NAME = re.compile(
    r"(?:kommune|region|hospital|sygehus|afdeling|afsnit|center|centret|klinik|plejehjem|enhed|stue"
    r"|universitet|huset|hjemmet|danmark|app|service|care|aps|journey|safety|portal|system|forening"
    r"|sikkerhed|klagenævn|ombud|data|monitor|flow|hub|lab|rights|health|experience|engagement)$",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uar|uary)?|feb(?:ruar|ruary)?|mar(?:ts|ch)?|apr(?:il)?|maj|may|jun[ie]?|jul[iy]?"
    r"|aug(?:ust)?|sep(?:t|tember)?|o[kc]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_DAY_AND_MONTH = rf"\d{{1,2}}(?: ?[./\-] ?\d{{1,2}} ?[./\-] ?|\.? ?{_MONTH}\.?,? )"
_DATE = rf"(?:{_DAY_AND_MONTH}(?:\d{{4}}|\d\d)|\d{{4}}-\d\d-\d\d|\d{{6}})(?!\d)"
_BORN = re.compile(
    r"(?<![^\W_])(?:født|fødselsdag(?:en)?|fødselsdato|fødd|f\.? ?d\.|f\.|born|DOB"
    r"|date of birth)"
    rf"[ .:]{{0,3}}(?:(?:den|d\.|er|on|i) ?)?({_DATE})",
    re.IGNORECASE,
)
_NAME_AND_BIRTH = re.compile(
    rf"(?<![^\W_]){_NAME} {_NAME},? ?\(?\d{{1,2}} ?[./\-] ?\d{{1,2}} ?[./\-] ?(?:19\d\d|200\d)"
    r"(?!\d)"
)
_INITIALS_AND_AGE = re.compile(
    r"(?<![^\W_])(?:[A-ZÆØÅ]\.? ?){2,3},? ?\d{1,3}[ -]?(?:år|årig)(?![^\W_]).{0,60}?"
    rf"(?<!\d){_DATE}"
)
_NAME_AND_AGE = re.compile(
    rf"(?<![^\W_])({_NAME})(?: {_NAME}){{0,2}}(?:,| på| \() ?\(?\d{{1,3}}[ -]?(?:år|årig)(?![^\W_])"
)
_ADDRESS = re.compile(
    r"(?<![^\W_])[A-ZÆØÅ][a-zæøåé]{1,20}(?: [A-ZÆØÅ]?[a-zæøåé]{1,20})?"
    r" ?(?i:vej|gade|gaden|alle|allé|stræde|torv|plads|vænge|vænget|parken|boulevard|bakken|stien)"
    r" \d{1,3}(?: ?[A-Z](?![^\W_]))?(?!\d)"
)
_ADDRESS_WORD = re.compile(
    rf"{_PATIENT}(?![^\W_])|(?<![^\W_])(?:bor|boende|bopæl|adresse)(?![^\W_])"
)
_NEAR = 80


def find_persons(text: str) -> list[Finding]:
    """Return doubtful words in the order of the text; every finding is a ``warn``."""
    seen = plain(text)
    findings = [
        Finding(kind, "warn", start, end, text[start:end])
        for kind, find in _SEARCHES
        for start, end in find(seen)
    ]
    return sorted(findings, key=lambda finding: finding.start)


def _names_of_patients(seen: str) -> Iterator[tuple[int, int]]:
    for match in _PERSON.finditer(seen):
        words = match[1].split()
        if any(_NOT_A_NAME.search(word) for word in words):
            continue
        is_titled = _TITLE.match(match[0]) is not None
        # "Citizen Data Platform" heads a project; "borger Ole Jensen" does not.
        is_full_name = len(words) > 1 and not _IN_HEADINGS.match(match[0])
        if is_titled or is_full_name or words[0] in FIRST_NAMES:
            yield match.span()


def _names_with_age(seen: str) -> Iterator[tuple[int, int]]:
    for match in _NAME_AND_AGE.finditer(seen):
        if match[1] in FIRST_NAMES:
            yield match.span()


def _births(seen: str) -> Iterator[tuple[int, int]]:
    for match in _BORN.finditer(seen):
        if not re.fullmatch(r"\d{6}", match[1]) or is_birth_date(match[1]):
            yield match.span()
    yield from (match.span() for match in _NAME_AND_BIRTH.finditer(seen))
    yield from (match.span() for match in _INITIALS_AND_AGE.finditer(seen))


def _addresses(seen: str) -> Iterator[tuple[int, int]]:
    for match in _ADDRESS.finditer(seen):
        if _ADDRESS_WORD.search(seen[max(match.start() - _NEAR, 0) : match.end() + _NEAR]):
            yield match.span()


_SEARCHES: tuple[tuple[Kind, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("person", _names_of_patients),
    ("person", _names_with_age),
    ("birth_date", _births),
    ("address", _addresses),
)
