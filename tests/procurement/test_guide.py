"""The guide: every set of answers gives one form, every rule and advice is reached."""

from itertools import product

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.procurement import errors, labels
from matchmaker.procurement.guide import (
    ADVICE,
    AGREEMENT_POINTS,
    FORMS,
    QUESTIONS,
    RULES,
    choose,
)
from matchmaker.procurement.planning import find_guide, save_guide
from matchmaker.procurement.sources import SOURCES
from tests.factories import NOW
from tests.procurement.conftest import Market

EVERY = [dict(zip(QUESTIONS, codes, strict=True)) for codes in product(*QUESTIONS.values())]
USUAL = {
    "aim": "learn",
    "exists": "ready",
    "pays": "nothing",
    "later": "maybe",
    "value": "near",
    "others": "several",
}


def test_there_are_at_most_six_questions() -> None:
    assert len(QUESTIONS) <= 6


def test_every_path_ends_at_one_form_with_a_reason_and_advice() -> None:
    for answers in EVERY:
        choice = choose(answers)
        assert choice.form in FORMS
        assert len(choice.advice) >= 3
    assert {choose(answers).rule for answers in EVERY} == {rule.name for rule in RULES}
    assert {choose(answers).form for answers in EVERY} == set(FORMS)
    said = {name for answers in EVERY for name in choose(answers).advice}
    assert said == {advice.name for advice in ADVICE}


@pytest.mark.parametrize(
    ("change", "form"),
    [
        ({}, "small_test"),
        ({"pays": "costs"}, "small_test"),
        ({"pays": "full"}, "innovative_procurement"),
        ({"exists": "adapting"}, "explorative_opi"),
        ({"exists": "no"}, "explorative_opi"),
        ({"aim": "develop", "exists": "no"}, "explorative_opi"),
        ({"aim": "develop", "exists": "no", "pays": "full"}, "innovative_procurement"),
        (
            {"aim": "develop", "exists": "no", "pays": "full", "later": "yes"},
            "innovation_partnership",
        ),
        (
            {"aim": "buy", "exists": "no", "pays": "full", "later": "yes", "value": "over"},
            "innovation_partnership",
        ),
        (
            {"aim": "buy", "exists": "no", "pays": "full", "later": "yes", "value": "under"},
            "innovative_procurement",
        ),
        ({"aim": "buy"}, "innovative_procurement"),
        ({"aim": "long"}, "strategic_cooperation"),
        ({"aim": "long", "pays": "full"}, "strategic_cooperation"),
    ],
)
def test_the_form_for_usual_cases(change: dict[str, str], form: str) -> None:
    assert choose({**USUAL, **change}).form == form


def test_whoever_pays_in_full_is_never_told_that_they_only_test_or_explore() -> None:
    forms = {choose(answers).form for answers in EVERY if answers["pays"] == "full"}
    assert not forms & {"small_test", "explorative_opi"}


def test_a_possible_large_purchase_is_always_told_to_share() -> None:
    for answers in EVERY:
        expected = answers["later"] != "no" and answers["value"] != "under"
        assert ("share_all" in choose(answers).advice) is expected


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_a_missing_or_foreign_answer_is_refused(question: str) -> None:
    for answers in ({**USUAL, question: "none"}, {k: v for k, v in USUAL.items() if k != question}):
        with pytest.raises(errors.UnknownAnswerError):
            choose(answers)


def test_every_code_has_words() -> None:
    assert {name: tuple(words) for name, words in labels.ANSWERS.items()} == QUESTIONS
    assert set(labels.QUESTIONS) == set(QUESTIONS)
    for words in (labels.FORMS, labels.FORM_MEANINGS, labels.FORM_LATER):
        assert set(words) == set(FORMS)
    assert set(labels.RULES) == {rule.name for rule in RULES}
    assert set(labels.ADVICE) == {advice.name for advice in ADVICE}
    assert set(labels.POINTS) == set(labels.POINT_QUESTIONS) == set(AGREEMENT_POINTS)
    assert {source.note for source in SOURCES if source.note} <= set(labels.SOURCE_NOTES)
    assert all(source.address.startswith("https://") for source in SOURCES)


def test_answers_are_kept_on_the_need_and_on_a_collaboration(market: Market) -> None:
    karen, db = market.world.karen, market.db
    save_guide(db, market.need, USUAL, actor=karen, now=NOW)
    own = {**USUAL, "aim": "long"}
    save_guide(db, market.need, own, collaboration_id=market.first.id, actor=karen, now=NOW)
    on_need, on_first = find_guide(db, market.need), find_guide(db, market.need, market.first.id)
    assert on_need is not None
    assert on_first is not None
    assert (on_need.form, on_need.saved_by, on_need.answers) == ("small_test", "Karen Holm", USUAL)
    assert on_first.form == "strategic_cooperation"
    assert find_guide(db, market.need, market.second.id) == on_need


def test_nobody_keeps_answers_on_the_need_of_others(market: Market) -> None:
    with pytest.raises(NotPermittedError):
        save_guide(market.db, market.need, USUAL, actor=market.world.jonas, now=NOW)
