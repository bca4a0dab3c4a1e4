import errno
import json
import struct
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from matchmaker.matching import english_folder, unpacking
from matchmaker.matching.packaged_weights import PackagedWeights, WeightsError, read_weights
from matchmaker.matching.unpacking import UnpackingError, packaged_revision, unpacked_folder

WIDTH, INNER, POSITIONS = 32, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁fald", "a", "fald"]
BLOCK = struct.Struct("<e16B")


def quantised(rows: int, width: int) -> bytes:
    """Return blocks whose weights rise from -8 to 7 and fall again, halved."""
    halves = [low | ((15 - low) << 4) for low in range(16)]
    return BLOCK.pack(0.5, *halves) * (rows * width // 32)


def tensors() -> dict[str, tuple[int, bytes]]:
    def plain(count: int) -> tuple[int, bytes]:
        return 0, np.arange(count, dtype="<f4").tobytes()

    matrices = {
        "emb.word": (len(PIECES), WIDTH),
        "l0.fo.w": (WIDTH, INNER),
        "l0.fi.w": (INNER, WIDTH),
    }
    matrices |= {f"l0.{part}.w": (WIDTH, WIDTH) for part in ("q", "k", "v", "ao")}
    biases = {"l0.fi.b": INNER} | {f"l0.{p}.b": WIDTH for p in ("q", "k", "v", "ao", "fo")}
    norms = {f"{p}.{end}": WIDTH for p in ("emb.ln", "l0.aln", "l0.oln") for end in "wb"}
    tables = {"emb.pos": POSITIONS * WIDTH, "emb.type": 2 * WIDTH}
    return {name: (1, quantised(*size)) for name, size in matrices.items()} | {
        name: plain(count) for name, count in {**biases, **norms, **tables}.items()
    }


def weights_file() -> bytes:
    blob = "".join(PIECES).encode()
    offsets = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4").tobytes()
    scores = np.array([0, 0, 0, 0, -4, -2, -3, -3], "<f4").tobytes()
    head = struct.pack(
        "<4sI7ifi", b"E5S1", 1, WIDTH, 1, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32
    )
    words = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + offsets + scores + blob
    body = head + words + struct.pack("<iI", 0, 0)
    directory_size = 4 + sum(2 + len(name) + 21 for name in tensors())
    place = len(body) + directory_size
    directory, content = struct.pack("<i", len(tensors())), b""
    for name, (kind, stored) in tensors().items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, 0, place + len(content), len(stored))
        content += stored
    return body + directory + content


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model in the format of its package, and one of English."""
    path = tmp_path / "tiny.bin"
    path.write_bytes(weights_file())
    english = write_english_package(tmp_path / "english", read_weights(path))
    monkeypatch.setattr(unpacking, "find_weights_file", lambda: path)
    monkeypatch.setattr(english_folder, "find_english_folder", lambda: english)
    for module in (unpacking, english_folder):
        monkeypatch.setattr(module, "shipped_tuning_folder", lambda *_: tmp_path / "no tuning")
    return path


def write_english_package(folder: Path, weights: PackagedWeights) -> Path:
    """Write the same tiny model as the package of the encoder of English keeps its own."""
    (folder / "1_Pooling").mkdir(parents=True)
    words = {"[UNK]": 0, "fall": 1, "at": 2, "night": 3}
    Tokenizer(WordLevel(words, unk_token="[UNK]")).save(str(folder / "tokenizer.json"))
    stated = {
        "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": INNER, "vocab_size": len(PIECES), "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2, "layer_norm_eps": 1e-12,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(stated))
    for name in ("modules.json", "tokenizer_config.json", "1_Pooling/config.json"):
        (folder / name).write_text("{}")
    floats = {
        name: tensor.astype(np.float32)
        for name, tensor in unpacking.named_tensors(weights, tuned=False).items()
    }
    places = np.arange(POSITIONS)[None]
    save_file({**floats, "embeddings.position_ids": places}, folder / "model.safetensors")
    return folder


def test_weights_are_read_as_they_were_quantised(weights: Path) -> None:
    read = read_weights(weights)
    halves = (np.arange(16) - 8) / 2
    np.testing.assert_array_equal(read.tensors["l0.q.w"][3], np.concatenate([halves, halves[::-1]]))
    assert read.tensors["l0.fo.w"].shape == (WIDTH, INNER)
    assert read.tensors["emb.pos"].shape == (POSITIONS, WIDTH)
    assert read.vocabulary.pieces[5] == ("▁fald", -2.0)
    assert (read.shape.width, read.shape.layers, read.shape.heads) == (WIDTH, 1, 2)


@pytest.mark.parametrize(
    "content", [b"", b"E5S", b"GGUF" + bytes(99), weights_file()[:-1], weights_file()[:99]]
)
def test_weights_that_are_cut_off_or_foreign_are_refused(weights: Path, content: bytes) -> None:
    weights.write_bytes(content)
    with pytest.raises(WeightsError, match=r"tiny\.bin cannot be read"):
        read_weights(weights)


def test_the_folder_is_one_of_sentence_transformers(weights: Path, tmp_path: Path) -> None:
    folder = unpacked_folder(tmp_path / "cache")
    assert folder.name == f"encoder-{packaged_revision()}"
    named = load_file(folder / "model.safetensors")
    assert named["encoder.layer.0.output.dense.weight"].shape == (WIDTH, INNER)
    assert named["embeddings.word_embeddings.weight"].shape == (len(PIECES), WIDTH)
    modules = json.loads((folder / "modules.json").read_text())
    assert [module["path"] for module in modules] == ["", "1_Pooling", "2_Normalize"]


def test_the_encoder_of_english_lies_beside(weights: Path, tmp_path: Path) -> None:
    folder = unpacked_folder(tmp_path / "cache") / english_folder.ENGLISH
    named = load_file(folder / "model.safetensors")
    assert named["encoder.layer.0.output.dense.weight"].shape == (WIDTH, INNER)
    assert "embeddings.position_ids" not in named
    assert (folder / "encoder_int8.onnx").is_file()
    reading = json.loads((folder / "sentence_bert_config.json").read_text())
    assert reading == {"max_seq_length": POSITIONS}


def test_other_glosses_get_another_folder(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = packaged_revision()
    other = tmp_path / "glosses.tsv"
    other.write_text("language\tword\tgloss\nda\tfald\tfall\n", encoding="utf-8")
    monkeypatch.setattr(english_folder, "glosses_file", lambda _: other)
    assert packaged_revision() != before
    assert packaged_revision(tuned=False) == before.split("-5")[0] + "-5"


def test_the_tokenizer_normalises_blanks_and_signs(weights: Path, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(unpacked_folder(tmp_path) / "tokenizer.json"))
    assert tokenizer.encode("fald").tokens == ["<s>", "▁fald", "</s>"]
    assert tokenizer.encode("ﬁ\u200b\tfald").tokens[-2:] == ["▁fald", "</s>"]
    assert tokenizer.encode("fa\u0007ld").tokens == ["<s>", "▁fald", "</s>"]


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_whole_folder_is_used_as_it_is(weights: Path, tmp_path: Path) -> None:
    before = stamps(unpacked_folder(tmp_path / "cache"))
    assert stamps(unpacked_folder(tmp_path / "cache")) == before


def cut_short(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"half")


def flip_a_bit(folder: Path) -> None:
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "model.safetensors").write_bytes(content)


def lose_a_file(folder: Path) -> None:
    (folder / "config.json").unlink()


def lose_the_marker(folder: Path) -> None:
    (folder / "complete.json").unlink()


def empty_the_marker(folder: Path) -> None:
    (folder / "complete.json").write_text("{}")


@pytest.mark.parametrize(
    "damage", [cut_short, flip_a_bit, lose_a_file, lose_the_marker, empty_the_marker]
)
def test_a_damaged_folder_is_made_anew(weights: Path, tmp_path: Path, damage: Any) -> None:
    folder = unpacked_folder(tmp_path / "cache")
    whole = (folder / "model.safetensors").read_bytes()
    damage(folder)
    unpacked_folder(tmp_path / "cache")
    assert (folder / "model.safetensors").read_bytes() == whole
    assert (folder / "config.json").is_file()
    assert "model.safetensors" in json.loads((folder / "complete.json").read_text())
    assert [path.name for path in (tmp_path / "cache").glob("unpacking-*")] == []


def test_other_weights_get_another_folder(weights: Path, tmp_path: Path) -> None:
    first = unpacked_folder(tmp_path / "cache")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert unpacked_folder(tmp_path / "cache") != first


def test_several_at_once_get_one_whole_folder(weights: Path, tmp_path: Path) -> None:
    folders: list[Path] = []
    threads = [
        threading.Thread(target=lambda: folders.append(unpacked_folder(tmp_path / "cache")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folders) == 4
    assert len(set(folders)) == 1


def test_a_full_disk_is_told_and_leaves_nothing_behind(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacking, "save_file", fail)
    with pytest.raises(UnpackingError, match=r"No space left on device.*MATCHMAKER_CACHE"):
        unpacked_folder(tmp_path / "cache")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_a_cache_that_is_a_file_is_told(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(UnpackingError, match="cannot be unpacked in"):
        unpacked_folder(tmp_path / "cache")
