import json
from pathlib import Path

import numpy as np
import pytest

from matchmaker.matching.packaged_weights import WeightsError
from matchmaker.matching.tuning import (
    Tensors,
    apply_tuning,
    expanded,
    narrowed,
    tuning_revision,
    write_tuning,
)

WEIGHTS = "digest-of-the-weights"


def weights() -> Tensors:
    random = np.random.default_rng(1)
    return {
        "layer.weight": random.normal(size=(20, 12)).astype(np.float32),
        "layer.bias": random.normal(size=20).astype(np.float32),
        "other.weight": random.normal(size=(6, 6)).astype(np.float32),
    }


def tuned() -> Tensors:
    random = np.random.default_rng(2)
    change = random.normal(size=(20, 3)) @ random.normal(size=(3, 12))
    after = weights()
    after["layer.weight"] = (after["layer.weight"] + change).astype(np.float32)
    after["layer.bias"] = after["layer.bias"] + 0.5
    return after


def written(folder: Path, rank: int = 3) -> str:
    return write_tuning(folder, weights(), tuned(), rank, {"weights": WEIGHTS, "seed": 20})


def test_a_change_of_low_rank_is_kept_as_it_is(tmp_path: Path) -> None:
    written(tmp_path)
    made = apply_tuning(weights(), tmp_path, WEIGHTS)
    for name, tensor in tuned().items():
        np.testing.assert_allclose(made[name], tensor, atol=0.02)


def test_the_nearest_change_of_a_lower_rank_is_kept() -> None:
    change = {"w": tuned()["layer.weight"] - weights()["layer.weight"]}
    gaps = [
        float(np.linalg.norm(expanded(narrowed(change, rank))["w"] - change["w"]))
        for rank in (1, 2, 3)
    ]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.05


def test_what_did_not_change_takes_no_room(tmp_path: Path) -> None:
    written(tmp_path)
    assert b"other.weight" not in (tmp_path / "tuning.safetensors").read_bytes()


def test_without_a_tuning_the_weights_stay_as_they_are(tmp_path: Path) -> None:
    before = weights()
    assert apply_tuning(before, tmp_path, WEIGHTS) is before
    assert tuning_revision(tmp_path, WEIGHTS) == ""


def test_the_revision_changes_with_the_tuning(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder, rank in ((first, 3), (second, 2)):
        folder.mkdir()
        written(folder, rank)
    assert tuning_revision(first, WEIGHTS) != tuning_revision(second, WEIGHTS)


def test_a_tuning_of_other_weights_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(WeightsError, match="belongs to other weights"):
        apply_tuning(weights(), tmp_path, "another digest")


def test_a_damaged_tuning_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    path = tmp_path / "tuning.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(WeightsError, match=r"tuning\.safetensors is damaged"):
        apply_tuning(weights(), tmp_path, WEIGHTS)


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"weights": WEIGHTS})])
def test_a_description_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    written(tmp_path)
    (tmp_path / "tuning.json").write_text(content)
    with pytest.raises(WeightsError, match=r"tuning\.json cannot be read"):
        tuning_revision(tmp_path, WEIGHTS)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "tuning.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"tuning\.safetensors cannot be read"):
        apply_tuning(weights(), tmp_path, WEIGHTS)
