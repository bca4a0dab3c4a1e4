"""Two vectors of a text as one: cosines are shared out, and nothing depends on lengths."""

from pathlib import Path

import numpy as np
import pytest

from matchmaker.matching.joined import (
    Field,
    Joining,
    Readings,
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


def the_same(share: float, glossed: float = 0.0) -> Shares:
    """Return shares that no vector changes: every text is taken to be of the field."""
    return Shares(Field(np.zeros(WIDTH, np.float32), 100.0), share, share, glossed)


@pytest.fixture
def readings() -> Readings:
    drawn = np.random.default_rng(3)
    return Readings(*(drawn.normal(size=(40, WIDTH)).astype(np.float32) for _ in range(3)))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_the_cosine_is_shared_out(readings: Readings, share: float) -> None:
    own, _, english = map(unit, readings)
    rows = learn_joining(readings, the_same(share), 2 * WIDTH).joined(readings)
    expected = (1 - share) * own @ own.T + share * english @ english.T
    np.testing.assert_allclose(rows @ rows.T, expected, atol=1e-5)


def test_what_is_read_of_the_gloss_has_its_part(readings: Readings) -> None:
    own, glossed, _ = map(unit, readings)
    rows = the_same(0.0, glossed=0.25).side_by_side(readings)[:, :WIDTH]
    np.testing.assert_allclose(rows, unit(0.75 * own + 0.25 * glossed), atol=1e-5)


def test_lengths_do_not_matter(readings: Readings) -> None:
    own, glossed, english = readings
    joining = learn_joining(readings, the_same(0.3, glossed=0.4), 4)
    others = Readings(5 * own, glossed / 3, english / 7)
    np.testing.assert_allclose(joining.joined(others), joining.joined(readings), atol=1e-5)


def test_directions_that_texts_differ_along_are_kept() -> None:
    drawn = np.random.default_rng(4)
    few = drawn.normal(size=(50, 2)) @ drawn.normal(size=(2, WIDTH))
    own, english = few.astype(np.float32), np.ones((50, WIDTH), np.float32)
    readings = Readings(own, own, english)
    rows = learn_joining(readings, the_same(0.3), 3).joined(readings)
    assert rows.shape == (50, 3)
    np.testing.assert_allclose(rows @ rows.T, 0.7 * unit(own) @ unit(own).T + 0.3, atol=1e-4)


def test_a_text_of_nothing_is_nothing() -> None:
    joining = Joining(the_same(0.5), np.eye(2 * WIDTH, dtype=np.float32))
    nothing = np.zeros((1, WIDTH), np.float32)
    assert not joining.joined(Readings(nothing, nothing, nothing)).any()


def test_a_text_outside_the_field_is_read_more_as_it_stands() -> None:
    drawn = np.random.default_rng(5)
    ours, others, glossed, english = (
        drawn.normal(size=(60, WIDTH)).astype(np.float32) for _ in range(4)
    )
    ours[:, 0] += 4
    others[:, 0] -= 4
    field = learn_field(unit(ours), unit(others))
    shares = Shares(field, within=0.6, outside=0.2, glossed=0.5)
    for rows, share, of_gloss in ((ours, 0.6, 0.5), (others, 0.2, 0.0)):
        joined = shares.side_by_side(Readings(rows, glossed, english))
        np.testing.assert_allclose(
            np.median((joined[:, WIDTH:] ** 2).sum(axis=1)), share, atol=0.05
        )
        np.testing.assert_allclose((joined**2).sum(axis=1), 1, atol=1e-5)
        mean = unit(unit(rows) + of_gloss * (unit(glossed) - unit(rows)))
        assert np.median((unit(joined[:, :WIDTH]) * mean).sum(axis=1)) > 0.995


def test_it_is_read_as_it_was_written(readings: Readings, tmp_path: Path) -> None:
    field = Field(np.arange(WIDTH, dtype=np.float32), -1.5)
    shares = Shares(field, within=0.5, outside=0.25, glossed=0.375)
    joining = learn_joining(readings, shares, 5)
    write_joining(tmp_path / "joining.safetensors", joining)
    read = read_joining(tmp_path / "joining.safetensors")
    assert (read.shares.within, read.shares.outside, read.shares.glossed) == (0.5, 0.25, 0.375)
    assert read.shares.field.bias == -1.5
    np.testing.assert_array_equal(read.shares.field.weights, field.weights)
    np.testing.assert_allclose(read.projection, joining.projection, atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", None])
def test_damage_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "joining.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"joining\.safetensors cannot be read"):
        read_joining(path)
