"""Short, hurried texts are told apart in five languages; what tells nothing is Danish."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.resources import resource_folder
from matchmaker.words.language import LANGUAGES, detect_language

RECORDS = Path(__file__).parents[3] / "shared" / "data" / "training-records.jsonl"


@pytest.mark.parametrize("text", ["", "   ", "42", "?!", "KOL", "IV", "\x00", "日本語"])
def test_a_text_that_tells_nothing_is_danish(text: str) -> None:
    assert detect_language(text) == "da"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Pt. m. KOL indl. 3. gang i år, hj.pl. kan ikke følge op"),
        ("da", "liggesår hos kørestolsbrugere, mgl. trykaflastning"),
        ("da", "Vi bruger for meget tid på at lede efter senge, fx i weekenden"),
        ("en", "Fall sensor for care homes"),
        ("en", "Patients wait too long in the ED"),
        ("sv", "Patienterna ramlar på natten och ingen märker det"),
        ("sv", "Vi behöver något som mäter trycket när man sitter i rullstol"),
        ("no", "Vi har mange fall på sykehjemmet om natta, og ingen oppdager dem"),
        ("no", "Pasientene venter for lenge på utskriving"),
        ("de", "Bewohner stürzen nachts und niemand bemerkt es"),
        ("de", "Sensormatte für Pflegeheime, CE-gekennzeichnet"),
    ],
)
def test_short_texts_of_practice_are_told_apart(language: str, text: str) -> None:
    assert detect_language(text) == language


@given(st.text(max_size=200))
def test_every_text_has_one_of_the_five_languages(text: str) -> None:
    assert detect_language(text) in LANGUAGES


@pytest.mark.parametrize(("language", "least"), [(code, 0.98) for code in LANGUAGES])
def test_texts_of_the_shipped_corpus_are_told_apart(language: str, least: float) -> None:
    path = resource_folder("models") / "encoder" / "language_corpus.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert share_right([(row["lang"], row["text"]) for row in rows], language) >= least


@pytest.mark.skipif(not RECORDS.exists(), reason="the training records are not on this machine")
@pytest.mark.parametrize(
    ("field", "language", "least"),
    [
        ("description", "da", 0.99),
        ("description", "en", 0.99),
        ("title", "da", 0.97),
        ("title", "en", 0.97),
    ],
)
def test_training_records_are_told_apart(field: str, language: str, least: float) -> None:
    records = [json.loads(line) for line in RECORDS.read_text("utf-8").splitlines()]
    texts = [
        (part["lang"], part[field])
        for record in records
        for part in (record["need"], record["positive"], *record["negatives"])
    ]
    assert share_right(texts, language) >= least


def share_right(texts: list[tuple[str, str]], language: str) -> float:
    own = [text for code, text in texts if code == language]
    return sum(detect_language(text) == language for text in own) / len(own)
