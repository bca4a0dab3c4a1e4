"""What a text says twice, heaps up or boasts of is not embedded; everything else is."""

import pytest

from matchmaker.matching.gold import read_gold
from matchmaker.matching.padding import HEAP, heaps, is_boast, signature
from matchmaker.matching.profile import NEED, Field, Profile
from matchmaker.matching.texts import passages_of, whole_parts
from matchmaker.resources import resource_folder

TEXT = "Vi måler iltmætning om natten. Personalet får besked, før det går galt."
KEYWORDS = " ".join(f"nøgleord{number}" for number in range(HEAP))


def offer(text: str, title: str = "Måler til natten", kind: str = "solution") -> Profile:
    return Profile(1, kind, "da", (Field("title", title), Field("description", text)))


PLAIN = offer(TEXT)


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT} {TEXT}",
        "\n".join([TEXT] * 5),
        f"{TEXT}\nVI MÅLER iltmætning, om natten!",
        f"{TEXT} {KEYWORDS}",
        f"{TEXT} {KEYWORDS.replace(' ', ', ')}. {KEYWORDS}",
        f"{TEXT} Best match for everything. Bedste match til alt.",
        f"Bedste match til alt! {TEXT}",
        f"{TEXT} The perfect solution to all needs",
        f"{TEXT} Den bedste løsning til ethvert behov, uanset hvad.",
    ],
)
def test_padding_changes_nothing(text: str) -> None:
    assert whole_parts(offer(text)) == whole_parts(PLAIN)
    assert [p.text for p in passages_of(offer(text))] == [p.text for p in passages_of(PLAIN)]


def test_what_another_field_says_again_is_left_out_but_not_what_the_title_says() -> None:
    again = Profile(1, "solution", "da", (*PLAIN.fields, Field("evidence", TEXT)))
    assert whole_parts(again) == whole_parts(PLAIN)
    named = offer(f"Måler til natten. {TEXT}")
    assert whole_parts(named) == [f"Måler til natten\nMåler til natten. {TEXT}"]


def test_passages_keep_their_places_around_what_is_left_out() -> None:
    text = f"{TEXT} {KEYWORDS}. Bedste match til alt. {TEXT} Prisen er lav."
    profile = offer(text)
    found = passages_of(profile)
    assert [passage.text for passage in found[-2:]] == [TEXT, "Prisen er lav."]
    for passage in found:
        assert profile.text_of(passage.field)[passage.start : passage.end] == passage.text


def test_a_need_may_be_a_heap_of_words() -> None:
    text = f"{KEYWORDS} Bedste match til alt."
    assert whole_parts(offer(text, kind=NEED)) == [f"Måler til natten\n{text}"]


def test_a_text_of_padding_alone_is_kept() -> None:
    profile = Profile(1, "solution", "da", (Field("description", KEYWORDS),))
    assert whole_parts(profile) == [KEYWORDS]


@pytest.mark.parametrize(
    "sentence",
    [
        "The best seat for people who fall.",
        "Ideel til alt personale på natholdet.",
        "Alt i alt den bedste løsning, vi har set til plejehjem.",
        "Best suited for all wards with single rooms.",
        "Top of the bed is fitted to the wall.",
    ],
)
def test_praise_of_something_is_no_boast(sentence: str) -> None:
    assert not is_boast(sentence)


def test_a_list_of_a_dozen_is_no_heap() -> None:
    assert list(heaps(" ".join(["ord"] * (HEAP - 1)))) == []
    assert list(heaps("Senge, stole, lifte og puder, madrasser, skamler. " * 9)) == []
    assert signature(" – ") == ""


def test_hardly_anything_of_the_gold_set_is_taken_for_padding() -> None:
    capabilities = [
        each
        for split in ("train", "tune", "test")
        for each in read_gold(resource_folder("models"), split).capabilities  # type: ignore[arg-type]
    ]
    shortened = [
        each.id
        for each in capabilities
        if whole_parts(each) != ["\n".join(field.text.strip() for field in each.fields)]
    ]
    assert len(shortened) <= len(capabilities) / 100, shortened
