from pathlib import Path

import pytest

from matchmaker.matching.judgements import BadJudgements, read_qrels, read_run


def written(folder: Path, text: str) -> Path:
    path = folder / "file.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_grades_are_read_by_need_and_capability(tmp_path: Path) -> None:
    path = written(tmp_path, "n1 0 c1 3\nn1\t0\tc2\t0\n\nn2 0 c1 -1\n")
    assert read_qrels(path) == {"n1": {"c1": 3, "c2": 0}, "n2": {"c1": 0}}


def test_a_run_is_ordered_by_score_then_rank(tmp_path: Path) -> None:
    path = written(tmp_path, "n1 Q0 a 2 0.5 x\nn1 Q0 b 1 0.5 x\nn1 Q0 c 3 0.9 x\n")
    assert read_run(path) == {"n1": ["c", "b", "a"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n1 0 c1\n", "line 1: needs four columns"),
        ("n1 0 c1 3\nn1 0 c2 good\n", "line 2: has a grade"),
        ("n1 0 c1 3\nn1 0 c1 2\n", "line 2: judges n1 and c1 a second time"),
    ],
)
def test_bad_judgements_are_named_by_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadJudgements, match=message):
        read_qrels(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n1 Q0 c1 1 0.5\n", "line 1: needs six columns"),
        ("n1 Q0 c1 first 0.5 x\n", "line 1: has a rank or a score"),
        ("n1 Q0 c1 1 0.5 x\nn1 Q0 c1 2 0.4 x\n", "line 2: lists c1 for n1 a second time"),
    ],
)
def test_bad_runs_are_named_by_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadJudgements, match=message):
        read_run(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadJudgements, match="cannot be read: No such file"):
        read_qrels(tmp_path / "nothing.txt")
