"""Abbreviations and words that neither the shared vocabulary nor a dictionary knows.

>>> unknown_words("Efter TAVI bliver borgeren ængstelig, og EPJ siger intet.", "da")
('TAVI',)
>>> unknown_words("Ny hjerteklap uden operation (TAVI) er sat ind.", "da")
()
"""

import re
from collections.abc import Iterator

from matchmaker.words.known import is_common_word
from matchmaker.words.small_words import word_set
from matchmaker.words.vocabulary import shipped_vocabulary

MOST_WORDS = 5
_SHORTEST_WORD = 6
_LONGEST_WORD = 40
_LONGEST_CUT = 5
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[-'’/](?=[^\W_]))*")
_CAPITAL = re.compile(r"[A-ZÆØÅ]")
_JOINS = re.compile(r"[-'’/]")
_EXPLAINS = re.compile(
    r"\s*(?:\(|=|:|, (?:dvs|altså|that is|i\.e)|(?:står for|stands for|betyder)\b)"
)
_CUT_SHORT = re.compile(r"\. ?[a-zæøå]")
_VOWELS = frozenset("aeiouyæøåäö")
# What everybody meets in a newspaper, on a device or in a tender.
_COMMON = word_set(
    """
    ai app apps bmi ce cpr cvr covid csv da dk dkk dna ecg eeg ekg en eu eur excel fda gdpr gb gbp
    gps gsm hf hiv hr html id ict ikt ios ip ipad iphone iq iso it ivd ivdr kl km led lte mb mdd mms
    ms nemid mitid nfc ngo no nok ok opi oui pc pdf pin qr rct rfid sek sms tlf tv trl uk ukca url
    mdr co2 o2
    usa usb usd uv vip vr vpn wifi wlan www xl xml zoom i ii iia iib iii iv iic fm hd db kwh hz
    afd bl bla ca cm dvs eks etc evt fx hhv if ift ifm iht inkl jf kap kg kr kvm lign mdr mfl mht
    mhp mio ml mm mv mvh nr obs osv pct pga pkt pr resp s stk str ugtl v vedr vha vs årl ex eg ie
    approx incl max maks min mins hrs vol ph ltd aps gmbh inc ag mfl ibm osfv dr prof st cand
    """
)
# Of other languages the dictionary alone knows too few of the words that are put together.
_TAKEN_APART = ("da", "en")
# Shorthand of records, which dictionaries take for something else.
_SHORTHAND = word_set("pt pts ptt indl udl beh dgl sygepl rtg tbl inj amb obj")


def unknown_words(text: str, language: str) -> tuple[str, ...]:
    """Return what outsiders may not know, as it is written, in order, each word once.

    What the text explains itself is left out, and so are names, which have one capital.
    """
    found: dict[str, str] = {}
    explained: set[str] = set()
    for start, word in _outside_vocabulary(text, language):
        end = start + len(word)
        is_cut_short = bool(_CUT_SHORT.match(text, end))
        if _is_unknown(word, language, is_cut_short=is_cut_short):
            found.setdefault(word.lower(), word)
            if _is_explained(text, start, end):
                explained.add(word.lower())
    return tuple(word for key, word in found.items() if key not in explained)[:MOST_WORDS]


def _outside_vocabulary(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield the words, with their places, that are no part of a term of the vocabulary."""
    terms = iter(shipped_vocabulary().find(text, language))
    term = next(terms, None)
    words = [] if _is_shouted(text) else _WORD.finditer(text)
    for match in words:
        while term is not None and term.end <= match.start():
            term = next(terms, None)
        if term is None or match.end() <= term.start:
            yield match.start(), match.group()


def _is_shouted(text: str) -> bool:
    """Whether it is written in capitals all through, which then tell no abbreviation."""
    return text.isupper() and len(text) > _LONGEST_WORD


def _is_explained(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start] == "(" or bool(_EXPLAINS.match(text, end))


def _is_unknown(word: str, language: str, *, is_cut_short: bool) -> bool:
    lower = word.lower()
    if lower in _COMMON or len(word) > _LONGEST_WORD:
        return False
    if len(_CAPITAL.findall(word)) > 1:
        return any(_is_unknown_abbreviation(part, language) for part in _JOINS.split(word))
    if lower in _SHORTHAND:
        return True
    if word[0].isupper() or _JOINS.search(word) or is_common_word(lower, language):
        return False
    if language not in _TAKEN_APART:
        return False
    is_short = is_cut_short and 1 < len(word) <= _LONGEST_CUT
    return is_short or len(word) >= _SHORTEST_WORD or _has_no_vowel(lower)


def _has_no_vowel(word: str) -> bool:
    return len(word) > 2 and _VOWELS.isdisjoint(word)


def _is_unknown_abbreviation(word: str, language: str) -> bool:
    is_short = len(_CAPITAL.findall(word)) > 1 and word.lower() not in _COMMON
    return is_short and not shipped_vocabulary().keys(word, language)
