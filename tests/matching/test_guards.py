"""What keeps the ranking honest does so: each guard taken away, the order gets worse."""

from collections.abc import Sequence

import numpy as np
import pytest

from matchmaker.matching.collection import Collection
from matchmaker.matching.encoder import Role, Vectors
from matchmaker.matching.language_means import NO_MEANS, LanguageMeans
from matchmaker.matching.neighbours import NO_BACKGROUND, Background
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import rank
from tests.matching.keyword_encoder import capability, need

TOPICS = ("tryksår pressure", "fald falls", "søvn sleep", "angst anxiety")
LANGUAGE = {"da": 0, "en": 1}
WIDTH = len(TOPICS) + len(LANGUAGE)


class PartialEncoder:
    """Sees the topic, and more strongly the language; a text of every topic is near to all."""

    revision = "partial"

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        rows = np.array([self._row(text.lower()) for text in texts], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))

    def _row(self, text: str) -> list[float]:
        topics = [float(any(word in text for word in words.split())) for words in TOPICS]
        language = "en" if " the " in f" {text} " else "da"
        return [*topics, *(2.0 * (code == language) for code in LANGUAGE)]


def language_means() -> LanguageMeans:
    """The mean of each language over texts of every topic, as the shipped corpus has them."""
    encoder = PartialEncoder()
    texts = {
        "da": [words.split()[0] for words in TOPICS],
        "en": [f"the {words.split()[1]}" for words in TOPICS],
    }
    means = {code: encoder.encode(some, "query").mean(axis=0) for code, some in texts.items()}
    return LanguageMeans({"query": means, "passage": means})


def background(means: LanguageMeans) -> Background:
    encoder = PartialEncoder()
    rows = encoder.encode([words.split()[0] for words in TOPICS] * 5, "query")
    centred = means.centred(rows, "da", "query")
    return Background(needs=centred, capabilities=centred)


def first(pipeline: Pipeline, asked: Profile, offers: list[Profile]) -> int | str:
    (left,) = pipeline.embed([asked])
    return rank(pipeline, left, Collection(pipeline.embed(offers)))[0].capability.profile.id


NEED = need("tryksår")
RIGHT_IN_ENGLISH = capability("the pressure mattress", profile_id=1)
WRONG_IN_DANISH = capability("søvn", profile_id=2, language="da")
NEAR_TO_ALL = capability("tryksår fald søvn angst", profile_id=3, language="da")
RIGHT_IN_DANISH = capability("tryksår", profile_id=4, language="da")


def test_the_right_one_in_another_language_comes_first() -> None:
    pipeline = Pipeline(PartialEncoder(), language_means())
    assert first(pipeline, NEED, [WRONG_IN_DANISH, RIGHT_IN_ENGLISH]) == 1


def test_without_the_language_means_the_wrong_one_in_the_same_language_wins() -> None:
    pipeline = Pipeline(PartialEncoder(), NO_MEANS)
    assert first(pipeline, NEED, [WRONG_IN_DANISH, RIGHT_IN_ENGLISH]) == 2


def margin(pipeline: Pipeline) -> float:
    """Return by how much the right one is before the one that is near to everything."""
    (left,) = pipeline.embed([NEED])
    offers = Collection(pipeline.embed([NEAR_TO_ALL, RIGHT_IN_DANISH]))
    score = {m.capability.profile.id: m.score for m in rank(pipeline, left, offers)}
    return score[4] - score[3]


def test_the_correction_for_hubs_holds_back_what_is_near_to_everything() -> None:
    encoder = PartialEncoder()
    corrected = Pipeline(encoder, NO_MEANS, background(NO_MEANS))
    assert margin(corrected) != pytest.approx(margin(Pipeline(encoder, NO_MEANS, NO_BACKGROUND)))


def test_order_of_import_does_not_matter() -> None:
    pipeline = Pipeline(PartialEncoder(), language_means())
    offers = [WRONG_IN_DANISH, RIGHT_IN_ENGLISH, NEAR_TO_ALL, RIGHT_IN_DANISH]
    (left,) = pipeline.embed([NEED])
    lists = [
        [
            match.capability.profile.id
            for match in rank(pipeline, left, Collection(pipeline.embed(o)))
        ]
        for o in (offers, offers[::-1], offers[2:] + offers[:2])
    ]
    assert lists[0] == lists[1] == lists[2]
