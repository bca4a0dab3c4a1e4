"""Every written form of a CPR number is refused, and nothing that only looks like one."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.screening.cpr import find_cpr_numbers
from matchmaker.screening.finding import Finding

DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d~"
BLANKS = " \u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t"
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\ufe0f"
BETWEEN = (
    *DASHES, *BLANKS, "", ".", "/", "_", " - ", " – ", ". ", "- ", " -", "  ", "\n", "-\n", "\r\n",
    " \n ", "\u200b", "\u200b-\u200b", "...", "--", "\u2028",
)  # fmt: skip
IN_DATE = ("", "", " ", ".", "-", "/", "_", "\u2011", "\u00a0", " - ", ". ")
BEFORE = (
    "",
    "Pt. ",
    "CPR ",
    "cpr-nr. ",
    "cpr.nr.: ",
    "CPR-nummer:",
    "personnr. ",
    "(",
    "Ole, ",
    "nr.",
)
AFTER = ("", ".", ", indlagt", " faldt", ")", "\n", " (KOL)")
SCRIPTS = (0x30, 0xFF10, 0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x1D7F6)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Ten digits with a valid date; the serial is any, with or without a valid check digit."""
    born = draw(st.dates(date(1900, 1, 1), date(2029, 12, 31)))
    day = born.day + draw(st.sampled_from((0, 0, 0, 60)))
    return f"{day:02}{born:%m%y}{draw(st.integers(0, 9999)):04}"


def refused(text: str) -> list[Finding]:
    return [finding for finding in find_cpr_numbers(text) if finding.severity == "refuse"]


@given(
    number=numbers(),
    in_date=st.sampled_from(IN_DATE),
    between=st.sampled_from(BETWEEN),
    before=st.sampled_from(BEFORE),
    after=st.sampled_from(AFTER),
    zero=st.sampled_from(SCRIPTS),
)
@settings(max_examples=1500)
def test_every_written_form_is_refused(
    number: str, in_date: str, between: str, before: str, after: str, zero: int
) -> None:
    written = in_date.join((number[:2], number[2:4], number[4:6])) + between + number[6:]
    written = "".join(chr(zero + int(c)) if c.isdecimal() else c for c in written)
    text = before + written + after
    (finding,) = refused(text)
    assert text[finding.start : finding.end] == written


@given(numbers(), st.lists(st.sampled_from(UNSEEN), min_size=9, max_size=9))
def test_unseen_characters_hide_nothing(number: str, unseen: list[str]) -> None:
    written = "".join(a + b for a, b in zip(number, [*unseen, ""], strict=True))
    assert len(refused(f"Pt. {written}.")) == 1


@given(numbers(), st.integers(1, 9), st.sampled_from(["\n", "\r\n", "-\n", " \n", "\u2028"]))
def test_the_end_of_a_line_hides_nothing(number: str, cut: int, line_end: str) -> None:
    assert refused(f"Borger {number[:cut]}{line_end}{number[cut:]} er faldet")
    dashed = f"{number[:6]}-{number[6:]}"
    assert refused(f"Borger {dashed[:cut]}{line_end}{dashed[cut:]} er faldet")


@given(numbers(), st.sampled_from([" ", "-", "."]))
def test_digits_one_by_one_are_refused(number: str, between: str) -> None:
    assert refused(between.join(number))


@given(numbers())
def test_keycaps_are_digits(number: str) -> None:
    assert refused("\ufe0f\u20e3".join(number) + "\ufe0f\u20e3")


@given(
    numbers(),
    st.sampled_from("0123456789"),
    st.sampled_from(["{d}{n}A{m}", "{d}-{n}A{m}", "{d} {n}a{m}", "{d}–{n}A{m}"]),
    st.characters(min_codepoint=65, max_codepoint=90),
)
def test_replacement_numbers_with_letters_are_refused(
    number: str, last: str, form: str, letter: str
) -> None:
    written = form.format(d=number[:6], n=number[6], m=letter + last)
    assert refused(f"Erstatnings-CPR {written}")
    assert refused(f"Pt. {written}, ukendt")


@given(numbers(), st.text("ABCDEFGHJKLMNPRSTUVXYZ", min_size=4, max_size=4))
def test_replacement_numbers_of_letters_alone_are_refused(number: str, letters: str) -> None:
    assert refused(f"Barn {number[:6]}-{letters}")


@given(numbers(), st.data())
def test_letters_for_digits_are_read_after_the_word_cpr(number: str, data: st.DataObject) -> None:
    swap = {"0": "0Oo", "1": "1lI|"}
    written = "".join(data.draw(st.sampled_from(swap.get(digit, digit))) for digit in number)
    assert refused(f"cpr-nr. {number[0]}{written[1:6]}-{written[6:]} har sår")


@pytest.mark.parametrize(
    "text",
    [
        "CPR 310299-1234",  # no such date, but a CPR number all the same, mistyped
        "cpr: 9999991234",
        "Cpr.nr. 10203-1234",  # a lost zero
        "CPR-nr 102031234",
        "cpr 0010203-1234",  # a zero too many
        "cpr 01020 31234",
        "CPR-nummeret er 01 0203 1234",
        "personnummer 01021990-1234",
        "CPR 120345",
        "cpr.: 12031945",
        "født 120345-xxxx",
        "120345-****",
        "01021990-1234",
        "01.02.1990-1234",
        "1/2-03-1234",
        "nr.0102031234.",
        "_0102031234_",
        "patient010203-1234x",
        "010203-1234 010204-2345",
        "ordre 010203-1234",
        "12.10.15 2030",
    ],
)
def test_forms_that_need_a_second_look_are_refused(text: str) -> None:
    assert refused(text)


def test_each_of_several_numbers_is_found() -> None:
    text = "010203-1234, 0202031234 og 03.02.03 1234\n040203-1234"
    assert [text[f.start : f.end] for f in refused(text)] == [
        "010203-1234",
        "0202031234",
        "03.02.03 1234",
        "040203-1234",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "tlf. 20 12 34 56",
        "+45 20123456 / +45 30 12 34 56",
        "0045 20 12 34 56",
        "+31 12 34 56 78, +44 20 1234 5678, +46 10 203 12 34",
        "070-123 45 67 og 0701-23 45 67",
        "20 12 34 56 30 12 34 56",
        "CPR-kontoret, tlf. 20 12 34 56",
        "EAN 5790001234567, CVR 12345678, DK12345678, P-nr. 1",
        "GLN 57 90 00 12 34 56 7",
        "d. 22-11-2026 14:30 til 15:45",
        "22.11.26 14.30",
        "2012-10-15 14:30:00+01:00, 20121015T143000Z, 202610151430",
        "2010-2015 og 2016-2020",
        "01.01.2010-2015",
        "MDR (EU) 2017/745, artikel 120, stk. 3, og IVDR 2017/746",
        "EN 60601-1-2:2014, ISO 13485:2016, IEC 62304",
        "LBK nr. 1010 af 24/08/2022, § 42 a, stk. 4",
        "10-12 senge, 14-16 vagter, 2015",
        "kl. 08.00-15.30, 2026",
        "NCT01020312, DOI 10.1016/j.jamda.2012.10.015",
        "https://example.dk/2012/10/15/1",
        "DK50 0040 0440 1162 43",
        "1.234.567,89 kr. og 121.110 kr.",
        "NRS 0 1 2 3 4 5 6 7 8 9 10",
        "12 11 10 14 15 17 18",
        "CPR-registeret fra 2007",
        "CPR-opslag i 2026-11-22",
        "12345-6789",
        "55.403959, 10.402370",
        "1234567890",
    ],
)
def test_what_only_looks_like_a_number_passes(text: str) -> None:
    assert find_cpr_numbers(text) == []


@pytest.mark.parametrize("text", ["P-nr. 1012345678", "Varenr.: 0102031234", "EAN-nr 1012345678"])
def test_ten_digits_named_as_something_else_are_only_asked_about(text: str) -> None:
    assert [(f.kind, f.severity) for f in find_cpr_numbers(text)] == [("number_like_cpr", "warn")]


def test_of_2000_phones_ean_times_and_cvr_none_is_flagged() -> None:
    chance = random.Random(7)
    flagged = [text for text in look_alikes(chance) if find_cpr_numbers(text)]
    assert flagged == []


def look_alikes(chance: random.Random) -> list[str]:
    texts = []
    for _ in range(500):
        phone = f"{chance.randrange(20000000, 99999999)}"
        pairs = " ".join(phone[at : at + 2] for at in range(0, 8, 2))
        plus = chance.choice(["", "+45 ", "tlf. ", "Tlf.: +45", "0045 ", "(+45) "])
        texts.append(plus + chance.choice([phone, pairs, f"{phone[:4]} {phone[4:]}"]))
        texts.append(f"EAN {chance.randrange(5790000000000, 5799999999999)}")
        moment = date(2000, 1, 1) + timedelta(days=chance.randrange(12000))
        time = f"{chance.randrange(24):02}{{}}{chance.randrange(60):02}"
        form = chance.choice(
            ["%d-%m-%Y {}", "%d.%m.%Y kl. {}", "%Y-%m-%dT{}:00", "%d/%m/%y {}", "%d.%m.%y {}"]
        )
        texts.append(f"{moment:{form}}".format(time.format(chance.choice(":."))))
        texts.append(f"CVR-nr. {chance.randrange(10000000, 45000000)}")
    return texts


def test_random_ten_digits_are_refused_only_when_they_hold_a_date() -> None:
    chance = random.Random(3)
    numbers = [f"{chance.randrange(10**10):010}" for _ in range(5000)]
    share = sum(bool(refused(number)) for number in numbers) / len(numbers)
    assert share < 0.085  # 366 of 10,000 beginnings are dates, twice that with 60 added


def test_nothing_of_a_number_but_two_digits_can_be_read() -> None:
    (finding,) = refused("cpr 010203-4567")
    assert finding.excerpt == "01••••-••••"
    assert "0203" not in repr(finding) + finding.masked


@given(st.text())
def test_any_text_can_be_screened(text: str) -> None:
    for finding in find_cpr_numbers(text):
        assert 0 <= finding.start < finding.end <= len(text)
