"""Two vectors of a text as one: cosines are shared out, and nothing depends on lengths."""

from pathlib import Path

import numpy as np
import pytest

from matchmaker.matching.joined import (
    Field,
    Joining,
    Shares,
    learn_field,
    learn_joining,
    read_joining,
    write_joining,
)
from matchmaker.matching.packaged_weights import WeightsError

WIDTH = 6


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def the_same(share: float) -> Shares:
    return Shares(Field(np.zeros(WIDTH, np.float32), 0.0), share, share)


@pytest.fixture
def sides() -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(3)
    rows = [drawn.normal(size=(40, WIDTH)).astype(np.float32) for _ in range(2)]
    return rows[0], rows[1]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_the_cosine_is_shared_out(sides: tuple[np.ndarray, np.ndarray], share: float) -> None:
    own, english = sides
    rows = learn_joining(own, english, the_same(share), 2 * WIDTH).joined(own, english)
    expected = (1 - share) * unit(own) @ unit(own).T + share * unit(english) @ unit(english).T
    np.testing.assert_allclose(rows @ rows.T, expected, atol=1e-5)


def test_lengths_do_not_matter(sides: tuple[np.ndarray, np.ndarray]) -> None:
    own, english = sides
    joining = learn_joining(own, english, the_same(0.3), 4)
    np.testing.assert_allclose(
        joining.joined(5 * own, english / 7), joining.joined(own, english), atol=1e-5
    )


def test_directions_that_texts_differ_along_are_kept() -> None:
    drawn = np.random.default_rng(4)
    few = drawn.normal(size=(50, 2)) @ drawn.normal(size=(2, WIDTH))
    own, english = few.astype(np.float32), np.ones((50, WIDTH), np.float32)
    joining = learn_joining(own, english, the_same(0.3), 3)
    rows = joining.joined(own, english)
    assert rows.shape == (50, 3)
    np.testing.assert_allclose(rows @ rows.T, 0.7 * unit(own) @ unit(own).T + 0.3, atol=1e-4)


def test_a_text_of_nothing_is_nothing() -> None:
    joining = Joining(the_same(0.5), np.eye(2 * WIDTH, dtype=np.float32))
    nothing = np.zeros((1, WIDTH), np.float32)
    assert not joining.joined(nothing, nothing).any()


def test_a_text_outside_the_field_is_read_more_in_its_own_language() -> None:
    drawn = np.random.default_rng(5)
    ours, others, english = (drawn.normal(size=(60, WIDTH)).astype(np.float32) for _ in range(3))
    ours[:, 0] += 4
    others[:, 0] -= 4
    shares = Shares(learn_field(unit(ours), unit(others)), within=0.6, outside=0.2)
    for rows, share in ((ours, 0.6), (others, 0.2)):
        joined = shares.side_by_side(rows, english)
        of_gloss = (joined[:, WIDTH:] ** 2).sum(axis=1)
        np.testing.assert_allclose(np.median(of_gloss), share, atol=0.05)
        np.testing.assert_allclose((joined**2).sum(axis=1), 1, atol=1e-5)


def test_it_is_read_as_it_was_written(sides: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> None:
    shares = Shares(Field(np.arange(WIDTH, dtype=np.float32), -1.5), within=0.5, outside=0.25)
    joining = learn_joining(*sides, shares, 5)
    write_joining(tmp_path / "joining.safetensors", joining)
    read = read_joining(tmp_path / "joining.safetensors")
    assert (read.shares.within, read.shares.outside) == (0.5, 0.25)
    assert read.shares.field.bias == -1.5
    np.testing.assert_array_equal(read.shares.field.weights, shares.field.weights)
    np.testing.assert_allclose(read.projection, joining.projection, atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", None])
def test_damage_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "joining.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"joining\.safetensors cannot be read"):
        read_joining(path)
