import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matchmaker.matching.pipeline import Pipeline
from matchmaker.pooling import command
from matchmaker.pooling.pair_model import PairModel
from tests.matching.keyword_encoder import KeywordEncoder

# Judges by the cosine of the whole texts alone.
BY_COSINE = PairModel(
    means=(0.7, 0, 0, 0, 0, 0),
    scales=(0.1, 1, 1, 1, 1, 1),
    weights=(1, 0, 0, 0, 0, 0),
    intercept=0,
    least=0.5,
    encoder=KeywordEncoder.revision,
)
NEEDS = [
    {"id": "n1", "title": "Liggesår", "description": "Vi ser dem for sent.", "lang": "da"},
    {"id": "n2", "title": "Pressure", "description": "Found too late.", "lang": "en"},
    {"id": "n3", "title": "Tryksår", "description": "Igen.", "lang": "da"},
    {"id": "n4", "title": "Fald", "description": "Om natten.", "lang": "da"},
]


class Workplace:
    """A folder with the needs, and the command run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(NEEDS)

    def write(self, records: list[dict[str, Any]]) -> None:
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (self.folder / "needs.jsonl").write_text(lines, encoding="utf-8")

    def pool(self, apart: str | None = None, out: str = "pools.jsonl") -> Result:
        arguments = [f"--needs={self.folder / 'needs.jsonl'}", f"--out={self.folder / out}"]
        if apart is not None:
            (self.folder / "apart.tsv").write_text(apart, encoding="utf-8")
            arguments.append(f"--keep-apart={self.folder / 'apart.tsv'}")
        return CliRunner().invoke(command.pool_command, arguments)

    def pools(self) -> list[dict[str, Any]]:
        lines = (self.folder / "pools.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    monkeypatch.setattr(command, "_open_pipeline", lambda: (Pipeline(KeywordEncoder()), BY_COSINE))
    return Workplace(tmp_path)


def test_a_line_is_a_pool_with_the_probability_of_each_pair(workplace: Workplace) -> None:
    assert workplace.pool().exit_code == 0
    (pool,) = workplace.pools()
    assert pool["pool"] == "p1"
    assert pool["ids"] == ["n1", "n2", "n3"]
    assert [(pair["a"], pair["b"]) for pair in pool["probability"]] == [
        ("n1", "n2"),
        ("n1", "n3"),
        ("n2", "n3"),
    ]
    assert all(0.9 < pair["probability"] <= 1 for pair in pool["probability"])


def test_the_order_of_the_input_changes_nothing(workplace: Workplace) -> None:
    workplace.pool()
    before = workplace.pools()
    workplace.write(random.Random(1).sample(NEEDS, len(NEEDS)))
    workplace.pool()
    assert workplace.pools() == before


def test_needs_kept_apart_are_in_no_pool_together(workplace: Workplace) -> None:
    assert workplace.pool("n3\tn1\n\n").exit_code == 0
    (pool,) = workplace.pools()
    assert pool["ids"] in (["n1", "n2"], ["n2", "n3"])


@pytest.mark.parametrize(
    ("apart", "reason"),
    [
        ("n1\tn2\nn1 n3\n", "line 2: must be two ids with a tab between"),
        ("n1\tn9\n", "line 1: names the id 'n9', which no need has"),
        ("n1\tn1\n", "line 1: keeps the need 'n1' apart from itself"),
    ],
)
def test_a_bad_line_of_pairs_is_named(workplace: Workplace, apart: str, reason: str) -> None:
    result = workplace.pool(apart)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert not (workplace.folder / "pools.jsonl").exists()


def test_a_bad_need_is_named(workplace: Workplace) -> None:
    workplace.write([*NEEDS, NEEDS[0]])
    result = workplace.pool()
    assert result.exit_code == 2
    assert "line 5: repeats the id 'n1' of line 1" in result.stderr


def test_the_output_is_never_the_input(workplace: Workplace) -> None:
    assert workplace.pool(out="needs.jsonl").exit_code == 2
    assert len((workplace.folder / "needs.jsonl").read_text().splitlines()) == len(NEEDS)


def test_one_need_makes_no_pool(workplace: Workplace) -> None:
    workplace.write(NEEDS[:1])
    assert workplace.pool().exit_code == 0
    assert workplace.pools() == []
