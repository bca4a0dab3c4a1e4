"""What the card says of the material."""

import hashlib
import json
from pathlib import Path

from matchmaker.evaluation.card import grown_since_tuning


def test_material_that_came_after_the_tuning_is_named(tmp_path: Path) -> None:
    for folder in ("training", "encoder"):
        (tmp_path / folder).mkdir()
    files = {name: tmp_path / "training" / name for name in ("a.tsv", "b.jsonl")}
    for path in files.values():
        path.write_text("one\n")
    digest = hashlib.sha256(b"one\n").hexdigest()
    tuning = json.dumps({"files": dict.fromkeys(files, digest)})
    (tmp_path / "encoder" / "tuning.json").write_text(tuning)
    assert grown_since_tuning(tmp_path, "encoder") == []
    files["a.tsv"].write_text("one\ntwo\n")
    assert grown_since_tuning(tmp_path, "encoder") == ["a.tsv"]
