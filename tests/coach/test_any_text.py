"""Whatever somebody types, the coach answers, soon, and with a score between 0 and 100."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.coach.advice import ASKED, advise
from matchmaker.coach.draft import Draft
from matchmaker.coach.quality import POINTS, measure

_TYPED = """
    vi mangler en app ikke brug for 60-80 hver mandag % CE klasse IIa TRL 8 pt. TAVI ( ) . , kr. we
    need a robot twice week no må aldrig must I dag … * # ' - / ß 字 🙂
"""
_WORDS = st.sampled_from([*_TYPED.split(), "\n", "\u00a0", "\x00"])
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=60).map(" ".join))
_FIELDS = {kind: tuple(asked.values()) for kind, asked in ASKED.items()}
SECONDS = 2.0


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    kind = draw(st.sampled_from(sorted(ASKED)))
    main = "problem" if kind == "need" else "description"
    names = dict.fromkeys((main, *_FIELDS[kind], "title", "tried"))
    language = draw(st.sampled_from(("da", "en", "sv", "no", "de")))
    return Draft(kind, language, {name: draw(_TEXTS) for name in names})


@settings(max_examples=150, deadline=None)
@given(drafts())
def test_any_draft_is_answered_with_hints_that_lead_to_fields_and_words_that_stand_there(
    draft: Draft,
) -> None:
    for hint in advise(draft):
        assert hint.field in (*_FIELDS[draft.kind], *draft.texts)
        assert all(word in "\n".join(draft.texts.values()) for word in hint.words)
    assert 0 <= measure(draft).score <= 100


@settings(max_examples=80, deadline=None)
@given(drafts(), st.data())
def test_answering_an_open_question_never_lowers_what_is_told(
    draft: Draft, data: st.DataObject
) -> None:
    open_fields = [name for name in _FIELDS[draft.kind] if name != draft.main_field]
    name = data.draw(st.sampled_from(open_fields or [draft.main_field]))
    fuller = Draft(draft.kind, draft.language, {**draft.texts, name: "Ja, i høj grad"})
    before, after = measure(draft).parts, measure(fuller).parts
    assert after.get(name, 0) >= before.get(name, 0)


def test_the_parts_of_every_kind_add_up_to_a_hundred() -> None:
    assert {kind: sum(points.values()) for kind, points in POINTS.items()} == dict.fromkeys(
        ASKED, 100
    )


@pytest.mark.parametrize(
    "text",
    [
        "vi mangler " * 8_000,
        "a" * 90_000,
        "1 " * 40_000,
        "1.000 " * 15_000,
        "hver " * 15_000,
        "ABC-DEF-" * 9_000,
        "((((" * 20_000,
        " \n" * 40_000,
        "en ny god " * 9_000 + "app",
        "undgår " + "ordet " * 15_000,
        "i brug " * 13_000,
        "😀é" * 40_000,
    ],
)
@pytest.mark.parametrize("kind", ["need", "solution"])
def test_a_hostile_text_costs_no_more_than_a_long_one(text: str, kind: str) -> None:
    draft = Draft(kind, "da", {"problem" if kind == "need" else "description": text})
    start = time.process_time()
    advise(draft)
    measure(draft)
    assert time.process_time() - start < SECONDS
