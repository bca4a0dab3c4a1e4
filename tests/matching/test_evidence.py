"""Evidence is what the score falls without."""

import numpy as np
import pytest

from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.evidence import carrying_pairs
from matchmaker.matching.explanation import PassagePair
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Field, Profile
from matchmaker.matching.ranking import score_pairs
from matchmaker.matching.texts import passages_of, texts_without
from matchmaker.matching.vectors import embed_profiles
from tests.matching.keyword_encoder import capability, need

# A sentence that comes again would be left out.
FIRST, SECOND = (
    f"Vi har kontor {place} og glæder os til at høre nærmere fra jer om alt muligt andet. "
    f"Kom forbi {place} og få en snak om det ene og det andet, der nu ligger jer på hjerte."
    for place in ("i byen", "på landet")
)
NEED = need(
    f"{FIRST}\nBorgere får liggesår om natten.\n{SECOND}\nDe sover dårligt og mangler søvn."
)
OFFER = capability(
    f"{FIRST}\nThe mattress takes pressure away.\n{SECOND}\nGood for loneliness and fall too.",
    profile_id=2,
)


def pairs_of(pipeline: Pipeline, asked: Profile, offered: Profile) -> list[PassagePair]:
    vectors = embed_profiles(pipeline.encoder, [asked, offered], with_evidence=True)
    sides = [pipeline.embedded(p, v) for p, v in zip([asked, offered], vectors, strict=True)]
    return carrying_pairs(pipeline, *sides, *vectors)


def score(pipeline: Pipeline, asked: Profile, offered: Profile) -> float:
    left, right = pipeline.embed([asked, offered])
    (match,) = score_pairs(pipeline, left, Collection([right]))
    return match.score


def cut(profile: Profile, start: int, end: int) -> Profile:
    (field,) = profile.fields
    text = f"{field.text[:start].rstrip()} {field.text[end:].lstrip()}"
    return Profile(profile.id, profile.kind, profile.language, (Field(field.name, text),))


def test_the_cited_passages_are_those_that_meet(pipeline: Pipeline) -> None:
    first = pairs_of(pipeline, NEED, OFFER)[0]
    assert "liggesår" in first.need.text
    assert "pressure" in first.capability.text


def test_taking_a_cited_passage_out_of_either_text_lowers_the_score(pipeline: Pipeline) -> None:
    full = score(pipeline, NEED, OFFER)
    for pair in pairs_of(pipeline, NEED, OFFER):
        assert score(pipeline, cut(NEED, pair.need.start, pair.need.end), OFFER) < full
        reduced = cut(OFFER, pair.capability.start, pair.capability.end)
        assert score(pipeline, NEED, reduced) < full


def test_a_passage_without_which_the_pair_scores_higher_is_not_cited(pipeline: Pipeline) -> None:
    cited = {pair.capability.text for pair in pairs_of(pipeline, NEED, OFFER)}
    assert not any("loneliness" in text for text in cited)


def test_evidence_of_other_texts_is_no_evidence(pipeline: Pipeline) -> None:
    """What the guard is for: passages swapped between two capabilities do not carry the match."""
    other = capability(f"{FIRST}\nLoneliness is our field.\n{SECOND}", profile_id=3)
    full = score(pipeline, NEED, OFFER)
    (start, end) = next((p.start, p.end) for p in passages_of(OFFER) if "loneliness" in p.text)
    assert score(pipeline, NEED, cut(OFFER, start, end)) >= full
    assert all("pressure" not in pair.capability.text for pair in pairs_of(pipeline, NEED, other))


@pytest.mark.parametrize("passages", [1, 40])
def test_texts_that_are_too_short_or_too_long_show_their_nearest(
    pipeline: Pipeline, passages: int
) -> None:
    sentence = "The mattress takes the pressure away from the skin of people who lie in bed all day"
    offer = capability("\n".join(f"{sentence} {number}." for number in range(passages)))
    assert texts_without(offer) == []
    assert pairs_of(pipeline, NEED, offer)


def test_texts_without_leave_out_one_passage_each() -> None:
    passages, texts = passages_of(NEED), texts_without(NEED)
    assert len(texts) == len(passages) == 4
    for passage, text in zip(passages, texts, strict=True):
        assert len(text) < len(NEED.fields[0].text)
        others = [other.text for other in passages if other != passage]
        assert all(other in text for other in others)


def test_vectors_without_evidence_are_not_made_for_ranking_alone(pipeline: Pipeline) -> None:
    (plain,) = embed_profiles(pipeline.encoder, [OFFER])
    (full,) = embed_profiles(pipeline.encoder, [OFFER], with_evidence=True)
    assert plain.without.shape == (0,)[:1] + plain.without.shape[1:]
    assert len(full.without) == len(full.passages) == len(passages_of(OFFER))
    np.testing.assert_array_equal(plain.whole, full.whole)


def test_embedded_profiles_keep_no_extra_vectors(pipeline: Pipeline) -> None:
    (embedded,) = pipeline.embed([OFFER])
    assert isinstance(embedded, Embedded)
    assert not hasattr(embedded, "without")
