"""Titles made of a text, and contact details kept off the public pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.profiles.contacts import MASK, without_contacts
from matchmaker.profiles.content import LONGEST_TEXT, first_sentence, read_content
from matchmaker.profiles.errors import InvalidProfileError


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        ("Pt. med KOL kommer for sent ind. Hver uge.", "Pt. med KOL kommer for sent ind"),
        ("\n\nKort linje\nmere", "Kort linje"),
        ("Hvorfor falder de om natten? Ingen ved det.", "Hvorfor falder de om natten?"),
    ],
)
def test_a_title_is_the_first_sentence(text: str, title: str) -> None:
    assert first_sentence(text) == title


@given(st.text())
def test_a_title_is_one_short_line(text: str) -> None:
    title = first_sentence(text)
    assert len(title) <= 91
    assert len(title.splitlines()) <= 1


@pytest.mark.parametrize(
    "contact",
    [
        "mette.krogh@sygehus-sydfjord.example",
        "65 41 10 22",
        "+45 65 41 10 22",
        "65-41-10-22",
        "tlf. 65411022",
        "mobil: 6541 1022",
        "ring på 65411022",
        "phone +46 70 123 45 67",
    ],
)
def test_contacts_are_masked(contact: str) -> None:
    masked = without_contacts(f"Før det {contact} og mere")
    assert MASK in masked
    assert not any(part in masked for part in ("@", "1022", "10 22", "10-22", "45 67"))
    assert masked.startswith("Før det")
    assert masked.endswith("og mere")


@pytest.mark.parametrize(
    "text",
    [
        "Omkring 20000 borgere og 112 opkald",
        "Fra 12.03.2026 til 14.05.2026",
        "EN 60601-1-2 og ISO 13485:2016",
        "24 dB, 35-180 kg, 14 kr. pr. døgn",
        "Kl. 23 og 03, 2-4 gange om ugen",
        "Lov nr. 1402 af 2005",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_contacts(text) == text


def test_a_text_that_nobody_can_read_is_refused() -> None:
    values = {"title": "", "problem": "x" * (LONGEST_TEXT + 1)}
    with pytest.raises(InvalidProfileError) as caught:
        read_content(values, ("title", "problem"))
    assert caught.value.fields == {"problem": "too_long"}
