"""``matchmaker screen`` on files as they arrive."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matchmaker.screening.command import screen_command

TEXTS = [
    {"id": "a", "text": "Pt. 010203-1234 har liggesår"},
    {"id": 2, "text": "fru Jensen på stue 4"},
    {"id": "c", "text": "Hver 4. beboer falder", "more": [1]},
]


def run(in_path: Path, out_path: Path) -> Result:
    return CliRunner().invoke(screen_command, ["--in", str(in_path), "--out", str(out_path)])


def written(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8") -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(text.encode(encoding))
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_text_has_one_line_of_findings(tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "findings.jsonl"
    result = run(written(tmp_path / "texts.jsonl", TEXTS, encoding), out)
    assert result.exit_code == 0
    assert result.output == "3 texts screened: 1 with patient data, 1 with doubts only.\n"
    assert lines(out) == [
        {
            "id": "a",
            "patient_data": True,
            "findings": [
                {
                    "what": "cpr_number",
                    "severity": "refuse",
                    "start": 4,
                    "end": 15,
                    "where": "01••••-••••",
                }
            ],
        },
        {
            "id": 2,
            "patient_data": False,
            "findings": [
                {"what": "person", "severity": "warn", "start": 0, "end": 10, "where": "fr• Je••••"}
            ],
        },
        {"id": "c", "patient_data": False, "findings": []},
    ]


def test_an_empty_file_gives_an_empty_file(tmp_path: Path) -> None:
    out = tmp_path / "findings.jsonl"
    assert run(written(tmp_path / "texts.jsonl", []), out).exit_code == 0
    assert out.read_bytes() == b""


def test_a_repeated_id_keeps_its_line_and_is_mentioned(tmp_path: Path) -> None:
    out = tmp_path / "findings.jsonl"
    result = run(written(tmp_path / "texts.jsonl", [TEXTS[0], TEXTS[2], TEXTS[0]]), out)
    assert result.exit_code == 0
    assert "1 lines repeat the id" in result.stderr
    assert [row["id"] for row in lines(out)] == ["a", "c", "a"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "text": "010203-1234"', "not JSON"),
        ("[]", "JSON object"),
        ('{"text": "x"}', "needs “id”"),
        ('{"id": null, "text": "x"}', "needs “id”"),
        ('{"id": true, "text": "x"}', "needs “id”"),
        ('{"id": "x"}', "needs “text”"),
        ('{"id": "x", "text": ["010203-1234"]}', "needs “text”"),
        ('{"id": "x", "text": "\\ud800"}', "half a character"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: str, reason: str) -> None:
    texts, out = written(tmp_path / "texts.jsonl", TEXTS), tmp_path / "findings.jsonl"
    out.write_text("as it was")
    with texts.open("a") as file:
        file.write("\n" + line + "\n")
    result = run(texts, out)
    assert result.exit_code == 2
    assert "line 5: " in result.stderr
    assert reason in result.stderr
    assert "010203" not in result.stderr
    assert out.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["findings.jsonl", "texts.jsonl"]


def test_the_texts_are_never_overwritten(tmp_path: Path) -> None:
    texts = written(tmp_path / "texts.jsonl", TEXTS)
    link = tmp_path / "link.jsonl"
    link.symlink_to(texts)
    for out in (texts, link):
        result = run(texts, out)
        assert result.exit_code == 2
        assert "another file" in result.stderr
    assert lines(texts) == TEXTS


@pytest.mark.parametrize(
    ("in_name", "out_name", "named"),
    [
        ("none.jsonl", "out.jsonl", "none.jsonl"),
        ("texts.jsonl", "none/out.jsonl", "none/out.jsonl"),
        (".", "out.jsonl", "directory"),
        ("texts.jsonl", ".", "directory"),
    ],
)
def test_a_path_that_cannot_be_used_is_named(
    tmp_path: Path, in_name: str, out_name: str, named: str
) -> None:
    written(tmp_path / "texts.jsonl", TEXTS)
    result = run(tmp_path / in_name, tmp_path / out_name)
    assert result.exit_code == 2
    assert named in result.stderr
    assert "Traceback" not in result.output
