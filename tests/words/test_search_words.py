"""A text is found by base forms and parts of compounds, and no query can break FTS5."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.database import Database, open_database
from matchmaker.words.compounds import split_compound
from matchmaker.words.language import LANGUAGES
from matchmaker.words.search import match_query, search_words

TEXTS = {
    1: "Trykaflastning til kørestol. Puden forebygger tryksår, når man sidder hele dagen.",
    2: "Gulvsensor, der melder faldulykker på plejehjemmet om natten.",
    3: "Blærescanner til hjemmesygeplejersken: måler resturin uden kateter.",
    4: "App til børnene på afdelingen, så de er mindre bange for blodprøver.",
    5: "Depot og genbrug af hjælpemidler i kommunen.",
    6: "Iltmåling hjemme hos borgere med KOL.",
}


@pytest.fixture(scope="module")
def db() -> Iterator[Database]:
    database = open_database(":memory:")
    for number, text in TEXTS.items():
        database.execute(
            "insert into need_words (rowid, words) values (?, ?)",
            (number, search_words(text, "da")),
        )
    yield database
    database.close()


def found(db: Database, query: str, language: str = "da") -> list[int]:
    rows = db.rows(
        "select rowid from need_words where need_words match ? order by bm25(need_words), rowid",
        (match_query(query, language),),
    )
    return [row["rowid"] for row in rows]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("faldulykke", ("fald", "ulykke")),
        ("hjemmesygeplejerske", ("hjemme", "sygeplejerske")),
        ("liggesår", ("ligge", "sår")),
        ("kørestolsbruger", ("kørestol", "bruger")),
        ("blærescanner", ("blære", "scanner")),
        ("ultralydsblærescanner", ("ultralyd", "blære", "scanner")),
        ("trykaflastning", ("tryk", "aflastning")),
        ("børnehave", ("barn", "have")),
        ("ernæringstilstand", ("ernæring", "tilstand")),
        ("hukommelsessvækkelse", ("hukommelse", "svækkelse")),
        ("arbejdsplads", ("arbejde", "plads")),
        ("morgenmad", ("morgen", "mad")),
    ],
)
def test_danish_compounds_come_apart(word: str, parts: tuple[str, ...]) -> None:
    assert split_compound(word) == parts


@pytest.mark.parametrize(
    "word", ["patient", "medicin", "kommune", "billede", "ensomhed", "forløb", "måling", "å", ""]
)
def test_other_words_stay_whole(word: str) -> None:
    assert split_compound(word) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hjælpemidlerne", "hjælpemiddel"),
        ("borgernes", "borger"),
        ("ældres", "ældre"),
        ("blærescannerne", "blærescanner"),
        ("kørestolsbrugere", "kørestol"),
        ("tryksårene", "sår"),
        ("HJEMMESYGEPLEJERSKER", "sygeplejerske"),
        ("målere", "måler"),
        ("børnene", "barn"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert set(search_words(one, "da").split()) & set(search_words(other, "da").split())


def test_numbers_stay_and_small_words_go() -> None:
    assert search_words("Vi har 24 senge og 2,5 liter til det i 2026", "da") == (
        "24 seng 2 5 liter 2026"
    )


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "The wheelchairs and the injuries", "wheelchair injury"),
        ("sv", "Patienterna och sårens läkning", "patient sår läkning"),
        ("no", "Pasientene på sykehjemmet", "pasient sykehjem"),
        ("de", "Die Bewohner der Pflegeheime", "bewohner pflegeheim"),
        ("fr", "Les fauteuils roulants", "les fauteuils roulants"),
    ],
)
def test_other_languages_come_in_base_forms(language: str, text: str, words: str) -> None:
    assert search_words(text, language) == words


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("projekt om tryksår hos kørestolsbrugere", 1),
        ("ulykker ved fald", 2),
        ("scanning af blæren, scannere", 3),
        ("sygeplejersker med en skanner, scanneren", 3),
        ("et barn der skal have taget en blodprøve", 4),
        ("hjælpemiddel", 5),
        ("måling af ilt", 6),
    ],
)
def test_the_right_text_is_found_first(db: Database, query: str, best: int) -> None:
    assert found(db, query)[0] == best


@pytest.mark.parametrize("query", ["", "og i på", '"', "* ^ : - ( )", "NEAR(", "\x00", "_", "🙂"])
def test_a_query_without_words_finds_nothing(db: Database, query: str) -> None:
    assert found(db, query) == []


def test_a_whole_page_is_a_query(db: Database) -> None:
    page = " ".join(f"ord{number}" for number in range(20_000)) + " tryksår"
    assert found(db, page) == [1]


@given(query=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_no_query_is_ever_a_syntax_error(db: Database, query: str, language: str) -> None:
    found(db, query, language)


@given(
    words=st.lists(
        st.sampled_from(["OR", "AND", "NOT", "NEAR", '"', "'", "*", "^", "words:", "tryksår", "+"])
    )
)
def test_operators_are_words_like_others(db: Database, words: list[str]) -> None:
    assert (1 in found(db, " ".join(words))) is ("tryksår" in words)


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_every_text_is_found_by_itself(text: str, language: str) -> None:
    db = open_database(":memory:")
    words = search_words(text, language)
    db.execute("insert into need_words (rowid, words) values (1, ?)", (words,))
    tokens = db.execute("select count(*) from need_words where need_words match 'x'").fetchone()
    assert tokens is not None
    if any(word.isascii() for word in words.split()):
        assert found(db, text, language) == [1]
    db.close()
