"""Names, birthdays and addresses of patients are asked about, never refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.screening.persons import find_persons


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Jens Hansen, f. 3/4-1941, falder", "birth_date", "f. 3/4-1941"),
        ("hun er født d. 12. marts 1938 og bor alene", "birth_date", "født d. 12. marts 1938"),
        ("født den 03.04.41", "birth_date", "født den 03.04.41"),
        ("født 120345", "birth_date", "født 120345"),
        ("Fødselsdato: 1941-04-03", "birth_date", "Fødselsdato: 1941-04-03"),
        ("born 3 April 1941", "birth_date", "born 3 April 1941"),
        ("Jens Hansen 03.04.1941", "birth_date", "Jens Hansen 03.04.1941"),
        ("KM, 78 år, indlagt 03.04.24", "birth_date", "KM, 78 år, indlagt 03.04.24"),
        ("patienten Kirsten Madsen ligger", "person", "patienten Kirsten Madsen"),
        ("Patienten Kirsten falder", "person", "Patienten Kirsten"),
        ("pt. Fatme El-Hassan", "person", "pt. Fatme El-Hassan"),
        ("hos fru Jensen på stue 4", "person", "fru Jensen"),
        ("Hr. Ednan-Laperouse kan ikke", "person", "Hr. Ednan-Laperouse"),
        ("Kirsten på 82 år", "person", "Kirsten på 82 år"),
        ("the patient John A. Smith", "person", "patient John A. Smith"),
        ("Borgeren bor på Vestergade 12 B", "address", "Vestergade 12 B"),
        ("beboer fra Nørre Allé 7", "address", "Nørre Allé 7"),
    ],
)
def test_words_about_one_person_are_asked_about(text: str, kind: str, words: str) -> None:
    found = [(f.kind, f.severity, text[f.start : f.end]) for f in find_persons(text)]
    assert (kind, "warn", words) in found


@pytest.mark.parametrize(
    "text",
    [
        "Patienten Ringer selv, når det brænder på",
        "Patienter på Odense Universitetshospital",
        "borger i Aarhus Kommune, patient på Afdeling Syd",
        "Citizen Data Platform og Patient Journey Flow",
        "Kontakt Ole Jensen, Vestergade 12, 5000 Odense",
        "Firmaet er fra 3. april 2011",
        "KOL-patienter, 78 år i snit",
        "Borgere over 65 år",
        "mødes d. 3/4-2026 kl. 10",
        "Parkinson, 70 år efter",
        "",
    ],
)
def test_words_about_nobody_pass(text: str) -> None:
    assert find_persons(text) == []


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for finding in find_persons(text):
        assert finding.severity == "warn"
        assert finding.excerpt == text[finding.start : finding.end]


@given(
    st.lists(st.sampled_from(["pt. ", "Ole ", "A", "12 ", "år ", "f. ", "3/4-", "41", "vej ", "."]))
)
def test_any_mix_of_telling_words_can_be_searched(words: list[str]) -> None:
    find_persons("".join(words))
