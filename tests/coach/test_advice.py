"""What the coach says of drafts, in both languages and of every kind."""

import pytest

from matchmaker.coach.advice import ASKED, Hint, advise, is_answered, told
from matchmaker.coach.draft import Draft, sentences_of
from matchmaker.coach.labels import PARTS, REASONS, TITLES
from matchmaker.coach.quality import POINTS


def need(problem: str, language: str = "da", **more: str) -> Draft:
    return Draft("need", language, {"problem": problem, **more})


def solution(description: str, *stated: str, language: str = "da", **more: str) -> Draft:
    return Draft("solution", language, {"description": description, **more}, frozenset(stated))


def codes(draft: Draft) -> list[str]:
    return [hint.code for hint in advise(draft)]


def test_a_full_need_gets_no_hint() -> None:
    full = need(
        "Beboerne falder om natten, og vi finder dem for sent.",
        target="Plejehjem, beboere med demens",
        extent="To gange om ugen",
        requirements="Ingen nye alarmer",
    )
    assert advise(full) == []


def test_an_empty_need_is_asked_for_all_four_and_each_hint_leads_to_its_field() -> None:
    assert [(hint.code, hint.field) for hint in advise(need(""))] == [
        ("problem", "problem"),
        ("target", "target"),
        ("extent", "extent"),
        ("requirements", "requirements"),
    ]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Vi mangler en app.", "app"),
        ("Vi har brug for et nyt fælles it-system til det.", "it-system"),
        ("Vi vil gerne have en robot, der kan hente mad.", "robot"),
        ("Kunne man ikke sætte sensorer i sengene?", "sensorer"),
        ("Robot til madtransport", "Robot"),
        ("We need an app for pain.", "app"),
        ("A chatbot is needed.", "chatbot"),
        ("We are looking for some kind of digital platform.", "platform"),
    ],
)
def test_a_wish_for_a_thing_is_a_solution_in_disguise(text: str, thing: str) -> None:
    assert Hint("solution", "problem", (thing,)) in advise(need(text))


@pytest.mark.parametrize(
    "text",
    [
        "Vi har prøvet en app, men den blev glemt.",
        "Vores robot støvsuger ikke under sengene.",
        "Vi har ikke brug for endnu en app.",
        "Vi mangler tid til at lære hvert nyt system at kende.",
        "Vi mangler hænder om natten.",
        "We tried an app and it failed.",
        "We don't need another dashboard.",
        "Our system is down every night.",
        "Nervesystemet er påvirket, og vi mangler overblik.",
        "We need help to calm patients in front of the screen.",
    ],
)
def test_what_was_tried_is_at_hand_or_is_not_wanted_is_no_solution_in_disguise(text: str) -> None:
    assert "solution" not in codes(need(text))


@pytest.mark.parametrize(
    "text",
    [
        "60-80 hver mandag",
        "Ca. 1.200 om året",
        "halvdelen af patienterne",
        "tre ud af fire kørestole",
        "15 % af prøverne",
        "fem-seks gange i døgnet",
        "twice a week",
        "one in five samples",
        "About 40 citizens",
        "a dozen calls",
    ],
)
def test_volume_written_in_the_free_text_is_recognised(text: str) -> None:
    assert "extent" in told(need(text))


@pytest.mark.parametrize(
    "text",
    [
        "kl. 16 på afsnit 3",
        "TRL 8 og CE klasse IIa",
        "efter 2019",
        "et barn på otte",
        "ved 60 grader",
        "patienter med type 2 diabetes",
        "COVID-19 gjorde det værre",
        "at 7 in room 12",
    ],
)
def test_numbers_that_count_nothing_are_no_volume(text: str) -> None:
    assert "extent" not in told(need(text))


def test_a_number_among_the_requirements_is_no_volume() -> None:
    assert "extent" not in told(need("Det går galt.", requirements="Højst 2 borgere ad gangen"))


def test_facts_of_a_capability_are_recognised_in_its_text() -> None:
    text = (
        "CE klasse IIa, TRL 8. Erstatter måtter. Afprøvet på 40 borgere. Koster 450 kr. om måneden."
    )
    assert told(solution(text)) == {"evidence", "marking", "replaces", "price", "readiness"}


def test_a_fact_that_has_a_field_is_asked_for_there_when_it_stands_in_the_text() -> None:
    hints = advise(solution("CE-mærket, klasse IIa, og TRL 8."))
    assert Hint("unstated", "trl", ("TRL 8",)) in hints
    assert Hint("unstated", "ce_marked", ("CE-mærket, klasse IIa",)) in hints
    stated = advise(solution("CE-mærket, klasse IIa, og TRL 8.", "trl", "ce_marked"))
    assert "unstated" not in [hint.code for hint in stated]


def test_what_has_an_answer_of_its_own_is_not_asked_for_again() -> None:
    full = solution(
        "Måtten erstatter klokken.",
        "ce_marked", "trl", "markets",
        evidence="Små forsøg", price_model="Abonnement",
    )  # fmt: skip
    assert advise(full) == []


@pytest.mark.parametrize(("text", "there"), [("ved ikke", False), ("?", False), ("Ingen", True)])
def test_a_field_with_no_answer_in_it_counts_as_open(text: str, there: bool) -> None:
    assert is_answered(text) is there
    assert ("extent" in told(need("Det går galt.", extent=text))) is there


def test_a_service_is_not_asked_for_a_marking_and_a_testbed_for_its_rooms() -> None:
    assert "marking" not in codes(Draft("service", "da", {"description": "Kurser"}))
    testbed = Draft("testbed", "da", {"description": "Et hus"}, frozenset({"free_periods"}))
    assert codes(testbed) == ["facilities", "target_groups", "past_projects"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Efter TAVI bliver de urolige.", ("TAVI",)),
        ("Patienter med KOL og EPJ i EU får CPR-nummer.", ()),
        ("Ny hjerteklap (TAVI) er sat ind. TAVI er svært.", ()),
        ("Pt. m. KOL indl. igen.", ("Pt", "indl")),
        ("Vi bruger telepol til det.", ("telepol",)),
        ("Kørestolsbrugere og knæpatienter venter.", ()),
        ("Firmaet Zyxwo har den.", ()),
    ],
)
def test_jargon_is_what_neither_vocabulary_nor_dictionary_knows(
    text: str, words: tuple[str, ...]
) -> None:
    found = [hint.words for hint in advise(need(text)) if hint.code == "jargon"]
    assert found == ([words] if words else [])


def test_an_abbreviation_that_is_explained_in_brackets_is_known() -> None:
    assert "jargon" not in codes(need("De får TAVI (ny hjerteklap uden operation) og er bange."))


def test_a_stop_in_an_abbreviation_ends_no_sentence() -> None:
    assert sentences_of("Ca. 40 pr. dag. De venter, f.eks. Om natten.\nNæste") == [
        "Ca. 40 pr. dag.",
        "De venter, f.eks. Om natten.",
        "Næste",
    ]


def test_every_hint_and_every_part_has_its_words() -> None:
    every = {code for asked in ASKED.values() for code in asked}
    assert {*every, "solution", "jargon", "unstated"} == set(TITLES) == set(REASONS)
    assert {part for points in POINTS.values() for part in points} == set(PARTS)
