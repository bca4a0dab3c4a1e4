import numpy as np
import pytest

from matchmaker.database import Database
from matchmaker.matching.language_means import NO_MEANS, LanguageMeans
from matchmaker.matching.neighbours import NO_BACKGROUND, Background
from matchmaker.matching.profile import Profile
from matchmaker.matching.texts import text_hash
from matchmaker.matching.vectors import embed_profiles, ensure_vectors, find_vectors, forget_vectors
from tests.matching.keyword_encoder import KeywordEncoder, capability, need

PROFILES = [
    need("Liggesår og fald. Mest fald."),
    capability("Prevents pressure injury", profile_id=2),
]


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_vectors_do_not_depend_on_the_order_of_profiles(order: list[int]) -> None:
    made = embed_profiles(KeywordEncoder(), [PROFILES[place] for place in order])
    alone = [embed_profiles(KeywordEncoder(), [PROFILES[place]])[0] for place in order]
    for together, single in zip(made, alone, strict=True):
        np.testing.assert_array_equal(together.whole, single.whole)
        np.testing.assert_array_equal(together.passages, single.passages)


def test_stored_vectors_come_back_as_they_were(memory_db: Database) -> None:
    made = ensure_vectors(memory_db, KeywordEncoder(), PROFILES)
    found = find_vectors(memory_db, KeywordEncoder(), PROFILES)
    assert made.keys() == found.keys()
    for key, vectors in made.items():
        np.testing.assert_array_equal(vectors.whole, found[key].whole)
        np.testing.assert_array_equal(vectors.passages, found[key].passages)


def test_a_text_is_embedded_once_for_each_encoder(memory_db: Database) -> None:
    encoder = KeywordEncoder()
    ensure_vectors(memory_db, encoder, PROFILES)
    seen = encoder.texts_seen
    ensure_vectors(memory_db, encoder, PROFILES)
    assert encoder.texts_seen == seen
    encoder.revision = "keywords-2"
    assert find_vectors(memory_db, encoder, PROFILES) == {}
    ensure_vectors(memory_db, encoder, PROFILES)
    assert encoder.texts_seen == 2 * seen


def test_vectors_of_texts_nobody_has_any_more_are_deleted(memory_db: Database) -> None:
    ensure_vectors(memory_db, KeywordEncoder(), PROFILES)
    with memory_db.atomic():
        forget_vectors(memory_db, {text_hash(PROFILES[1])})
    assert set(find_vectors(memory_db, KeywordEncoder(), PROFILES)) == {text_hash(PROFILES[1])}


def test_an_empty_profile_is_near_to_nothing() -> None:
    (vectors,) = embed_profiles(KeywordEncoder(), [Profile(1, "need", "da", ())])
    assert not np.any(vectors.whole)
    assert len(vectors.passages) == 0


def test_the_mean_of_a_language_is_taken_out_and_length_restored() -> None:
    means = LanguageMeans({"query": {"da": np.array([0.5, 0], np.float32)}, "passage": {}})
    centred = means.centred(np.array([[0.8, 0.6]], np.float32), "da", "query")
    np.testing.assert_allclose(centred, [[0.3, 0.6] / np.hypot(0.3, 0.6)], rtol=1e-6)


def test_an_unknown_language_loses_the_mean_of_all() -> None:
    rows = {"da": np.array([1, 0], np.float32), "en": np.array([0, 1], np.float32)}
    means = LanguageMeans({"query": rows, "passage": {}})
    centred = means.centred(np.array([1.0, 0], np.float32), "fr", "query")
    np.testing.assert_allclose(centred, [np.sqrt(0.5), -np.sqrt(0.5)], rtol=1e-6)


def test_a_text_that_is_nothing_but_its_language_becomes_nothing() -> None:
    means = LanguageMeans({"query": {"da": np.array([1, 0], np.float32)}, "passage": {}})
    assert not np.any(means.centred(np.array([1.0, 0], np.float32), "da", "query"))
    vector = np.array([0.6, 0.8], np.float32)
    np.testing.assert_allclose(NO_MEANS.centred(vector, "da", "query"), vector, rtol=1e-6)


def test_hubness_is_the_mean_nearness_to_the_other_side() -> None:
    needs = np.array([[1, 0], [0, 1]], np.float32)
    background = Background(needs, np.zeros((0, 0), np.float32))
    whole = np.array([0.6, 0.8], np.float32)
    assert background.hubness(whole, of_need=False) == pytest.approx(0.7)
    assert background.hubness(whole, of_need=True) == 0
    assert NO_BACKGROUND.hubness(whole, of_need=False) == 0
