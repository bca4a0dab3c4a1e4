from pathlib import Path

import pytest

from matchmaker.resources import resource_folder
from matchmaker.words import glosses
from matchmaker.words.glosses import gloss, glosses_file, read_glosses

LINES = (
    ("da", "borger", "citizen"),
    ("da", "natlig", "nightly"),
    ("da", "blære", "bladder"),
    ("da", "scanner", "scanner"),
    ("da", "trappe", "stairs / step down"),
    ("da", "hånd", "hand"),
    ("da", "i stedet", "instead"),
    ("da", "i stedet for", "instead of"),
    ("da", "m", "with"),
    ("no", "sykehjem", "nursing home"),
    ("sv", "vårdcentral", "health centre"),
    ("de", "pflegeheim", "care home"),
    ("de", "schmerz", "pain"),
    ("de", "skala", "scale"),
    ("sv", "smärta", "pain"),
    ("sv", "skala", "scale"),
    ("sv", "skattning", "rating"),
)


@pytest.fixture(autouse=True)
def few_glosses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "glosses.tsv"
    rows = ["language\tword\tgloss", *("\t".join(line) for line in LINES)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setattr(glosses, "_glossary", lambda: read_glosses(path))
    glosses._gloss_of.cache_clear()


def test_inflected_words_are_found_by_their_base_form() -> None:
    assert gloss("Borgernes hænder er kolde om natten") == "citizen hand er kolde om natten"


def test_a_compound_without_a_gloss_is_put_together_from_those_of_its_parts() -> None:
    assert "bladder scanner" in gloss("Vi mangler en ny blærescanner på vores afdeling")
    assert "citizen hand" in gloss("Vi har fundet en borger-hånd, og den er kold")


def test_compounds_of_languages_without_a_dictionary_are_put_together_as_well() -> None:
    assert "pain scale" in gloss("Wir sind ein Pflegeheim und haben eine Schmerzskala")
    assert "pain rating scale" in gloss("Vi har för våra patienter en smärtskattningsskala")
    assert "Notaufnahme" in gloss("Wir haben keine Notaufnahme, sie ist nicht hier"), (
        "no part known"
    )


def test_words_of_latin_and_greek_are_spelt_in_english() -> None:
    assert gloss("Hun har kardiomyopati og nedsat renal funktion").split()[2] == "cardiomyopathy"
    assert "endocarditis" in gloss("Vi fandt endokarditis hos to af vores patienter")
    assert "hepatological" in gloss("Den hepatologiske klinik har lang ventetid")


def test_words_that_mean_something_else_together_have_a_gloss_together() -> None:
    found = gloss("Vi fik en hånd i stedet for hjælp, og i Stedet, da vi ringede, i\nstedet")
    assert "hand instead of hjælp" in found, "the longest counts"
    assert "og instead, da" in found
    assert found.endswith("i\nstedet"), "no phrase goes over the end of a line"


def test_letters_beside_a_digit_are_no_word() -> None:
    assert gloss("Vi har 16 m2 og 5m gang m borgeren").endswith("16 m2 og 5m gang with citizen")


def test_both_senses_of_a_word_are_told() -> None:
    assert gloss("Vi har en lang trappe i huset").split()[4:7] == ["stairs", "step", "down"]


def test_the_other_languages_have_words_of_their_own() -> None:
    assert "nursing home" in gloss("Vi er et sykehjem på Østlandet, og vi trenger hjelp")
    assert "health centre" in gloss("Vi är en vårdcentral och behöver hjälp med våra patienter")
    assert "care home" in gloss("Wir sind ein Pflegeheim und brauchen Hilfe für die Bewohner")


@pytest.mark.parametrize(
    "text", ["", "  ", "Falls at night in our hospital, and nobody sees the citizen", "123, 45 %"]
)
def test_english_and_what_is_no_word_stays(text: str) -> None:
    assert gloss(text) == text


def test_the_shipped_glosses_are_whole() -> None:
    lines = glosses_file(resource_folder("models")).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    assert lines[0] == "language\tword\tgloss"
    assert all(len(row) == 3 and all(cell == cell.strip() != "" for cell in row) for row in rows)
    assert rows == sorted(rows), "kept in order, so that a change shows"
    assert len({(language, word) for language, word, _ in rows}) == len(rows)
    assert all(word == word.lower() for _, word, _ in rows)
