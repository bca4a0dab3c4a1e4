from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.profile import NEED, Field, Profile
from matchmaker.matching.texts import (
    MOST_PASSAGES,
    WHOLE_PART_CHARACTERS,
    passages_of,
    split_passages,
    text_hash,
    whole_parts,
)

TEXTS = st.text(max_size=400) | st.text(alphabet="abæ .!?\n\t ", max_size=900)


@given(text=TEXTS, wanted=st.integers(1, 300))
def test_passages_hold_every_sign_once_and_in_order(text: str, wanted: int) -> None:
    spans = split_passages(text, wanted)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    held = "".join(text[span.start : span.end] for span in spans)
    assert "".join(held.split()) == "".join(text.split())


@given(text=TEXTS)
def test_passages_begin_and_end_with_words(text: str) -> None:
    passages = [text[span.start : span.end] for span in split_passages(text)]
    assert all(passage and passage == passage.strip() for passage in passages)


@given(title=TEXTS, problem=TEXTS)
def test_offsets_of_a_passage_lead_back_to_its_text(title: str, problem: str) -> None:
    profile = Profile(1, NEED, "da", (Field("title", title), Field("problem", problem)))
    for passage in passages_of(profile):
        assert profile.text_of(passage.field)[passage.start : passage.end] == passage.text


@pytest.mark.parametrize(
    "text",
    [
        "Det sker kl. 15 hver dag.",
        "Ca. 20 pt. m. KOL, f.eks. dem fra afd. M2.",
        "We see e.g. falls and delirium.",
    ],
)
def test_abbreviations_end_no_sentence(text: str) -> None:
    assert len(split_passages(text, wanted=1)) == 1


def test_sentences_are_joined_up_to_the_wanted_length() -> None:
    text = "En kort. En til. " + "Den her sætning er meget længere end de andre to tilsammen."
    spans = split_passages(text, wanted=20)
    assert [text[span.start : span.end] for span in spans] == [
        "En kort. En til.",
        "Den her sætning er meget længere end de andre to tilsammen.",
    ]


def test_ten_thousand_words_give_few_passages_that_hold_the_end_too() -> None:
    text = "Vi mangler overblik over senge. " * 2_000 + "Til sidst: liggesår."
    passages = passages_of(Profile(1, NEED, "da", (Field("problem", text),)))
    assert len(passages) <= 2 * MOST_PASSAGES
    assert passages[-1].text.endswith("liggesår.")


def test_no_passage_is_longer_than_an_encoder_reads() -> None:
    fields = (Field("problem", "og så videre " * 20_000),)
    profile = Profile(1, NEED, "da", fields)
    assert max(len(passage.text) for passage in passages_of(profile)) <= WHOLE_PART_CHARACTERS
    assert max(len(part) for part in whole_parts(profile)) <= WHOLE_PART_CHARACTERS


def test_a_word_without_end_is_cut() -> None:
    spans = split_passages("a" * 5_000)
    assert sum(span.end - span.start for span in spans) == 5_000
    assert max(span.end - span.start for span in spans) <= 400


def test_a_short_text_is_embedded_as_one_with_its_title_first() -> None:
    fields = (Field("title", "Fald om natten"), Field("problem", "Ingen opdager dem."))
    assert whole_parts(Profile(1, NEED, "da", fields)) == ["Fald om natten\nIngen opdager dem."]


def test_hash_tells_sides_fields_and_texts_apart_but_not_ids() -> None:
    def profile(
        kind: str = NEED, name: str = "problem", text: str = "Fald", key: int = 1
    ) -> Profile:
        return Profile(key, kind, "da", (Field(name, text),))

    others = [profile(kind="solution"), profile(name="title"), profile(text="fald")]
    assert text_hash(profile()) == text_hash(profile(key=2))
    assert text_hash(profile()) not in {text_hash(other) for other in others}
