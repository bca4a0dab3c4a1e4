import codecs
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from matchmaker.matching import command
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.reranker import Numbers, Similarity
from tests.matching.keyword_encoder import KeywordEncoder

NEEDS = [
    {"id": "n1", "title": "Liggesår", "description": "Vi ser dem for sent.", "lang": "da"},
    {"id": "n2", "title": "Fald", "description": "Om natten.", "lang": "da"},
]
CAPABILITIES = [
    {"id": "c1", "title": "Fall sensor", "description": "For care homes.", "lang": "en"},
    {
        "id": "c2",
        "title": "Pressure mattress",
        "description": "Spreads it.",
        "lang": "en",
        "kind": "solution",
    },
    {"id": "c3", "title": "Tryksår", "description": "Kursus om fald og tryksår.", "lang": "da"},
]


class Workplace:
    """A folder with both files and the command run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "run.trec"
        self.write("needs.jsonl", NEEDS)
        self.write("capabilities.jsonl", CAPABILITIES)

    def write(self, name: str, records: list[dict[str, Any]]) -> None:
        self.write_bytes(name, "".join(json.dumps(r) + "\n" for r in records).encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def rank(self, *more: str, **names: str) -> Result:
        files = {
            "needs": "needs.jsonl",
            "capabilities": "capabilities.jsonl",
            "out": "run.trec",
            **names,
        }
        arguments = [f"--{option}={self.folder / name}" for option, name in files.items()]
        return CliRunner().invoke(command.rank_command, [*arguments, *more])

    def run(self) -> list[list[str]]:
        return [line.split(" ") for line in self.out.read_text().splitlines()]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    monkeypatch.setattr(command, "_open_pipeline", lambda: Pipeline(KeywordEncoder()))
    return Workplace(tmp_path)


def refusal(result: Result) -> str:
    """Return the one line that a refused call says."""
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    return line


def test_a_run_has_the_trec_form_best_first(workplace: Workplace) -> None:
    assert workplace.rank().exit_code == 0
    assert workplace.run() == [
        ["n1", "Q0", "c2", "1", "0.750000", "keywords-1+similarity"],
        ["n1", "Q0", "c3", "2", "0.697214", "keywords-1+similarity"],
        ["n1", "Q0", "c1", "3", "0.000000", "keywords-1+similarity"],
        ["n2", "Q0", "c1", "1", "0.750000", "keywords-1+similarity"],
        ["n2", "Q0", "c3", "2", "0.400365", "keywords-1+similarity"],
        ["n2", "Q0", "c2", "3", "0.000000", "keywords-1+similarity"],
    ]


def test_the_order_of_lines_changes_no_score(workplace: Workplace) -> None:
    workplace.rank()
    before = workplace.run()
    workplace.write("capabilities.jsonl", CAPABILITIES[::-1])
    workplace.rank()
    assert workplace.run() == before


def test_top_limits_the_lines_of_each_need(workplace: Workplace) -> None:
    workplace.rank("--top=1")
    assert [line[2] for line in workplace.run()] == ["c2", "c1"]
    assert workplace.rank("--top=0").exit_code == 2


def test_evidence_has_the_passages_of_each_pair(workplace: Workplace) -> None:
    workplace.rank(evidence="evidence.jsonl")
    first, *rest = map(json.loads, (workplace.folder / "evidence.jsonl").read_text().splitlines())
    assert len(rest) == len(workplace.run()) - 1
    assert (first["need"], first["capability"], first["rank"], first["score"]) == (
        "n1",
        "c2",
        1,
        0.75,
    )
    (pair,) = first["passages"]
    assert pair["need"] == {"field": "title", "start": 0, "end": 8, "text": "Liggesår"}
    assert pair["capability"]["text"] == "Pressure mattress"
    assert pair["score"] == 1


@pytest.mark.parametrize("name", ["needs.jsonl", "capabilities.jsonl"])
def test_an_empty_file_gives_an_empty_run(workplace: Workplace, name: str) -> None:
    workplace.write_bytes(name, b"\n\n")
    assert workplace.rank().exit_code == 0
    assert workplace.out.read_bytes() == b""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"title": "Fald"}', "line 2: needs an id"),
        (b'{"id": null, "title": "Fald"}', "line 2: needs an id"),
        (b'{"id": true, "title": "Fald"}', "line 2: needs an id"),
        (b'{"id": ["n"], "title": "Fald"}', "line 2: needs an id"),
        (b'{"id": "", "title": "Fald"}', "line 2: has an id that is empty"),
        (b'{"id": "n 3", "title": "Fald"}', "line 2: has an id that is empty or holds a blank"),
        (b'{"id": "n3"}', "line 2: has neither a title nor a description"),
        (b'{"id": "n3", "title": "  ", "description": null}', "line 2: has neither"),
        (b'{"id": "n3", "title": 5}', "line 2: has a title that is not text"),
        (b'{"id": "n3", "title": "a", "description": ["b"]}', "line 2: has a description that"),
        (b'{"id": "n3", "title": "a", "lang": 1}', "line 2: has a lang that is not text"),
        (b'{"id": "n1", "title": "Fald"}', "line 2: repeats the id 'n1' of line 1"),
        (b'{"id": "n3", "title": "Fa', "line 2: not JSON at column"),
        (b'["n3", "Fald"]', "line 2: must be a JSON object"),
        (b"\xff\xfe\xfa{", "line 2"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    workplace: Workplace, line: bytes, words: str
) -> None:
    workplace.write_bytes("needs.jsonl", json.dumps(NEEDS[0]).encode() + b"\n" + line + b"\n")
    said = refusal(workplace.rank())
    assert "needs.jsonl" in said
    assert words in said
    assert not workplace.out.exists()


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("cp1252", b""),
    ],
)
def test_files_of_windows_programs_give_the_same_run(
    workplace: Workplace, encoding: str, mark: bytes
) -> None:
    workplace.rank()
    expected = workplace.run()
    text = "\r\n".join(json.dumps(record, ensure_ascii=False) for record in NEEDS)
    workplace.write_bytes("needs.jsonl", mark + text.encode(encoding))
    assert workplace.rank().exit_code == 0
    assert workplace.run() == expected


def test_unknown_fields_kinds_and_missing_halves_are_no_error(workplace: Workplace) -> None:
    workplace.write(
        "needs.jsonl",
        [{"id": 7, "title": "Fald", "kind": "wish", "x": {}}, {"id": "d", "description": "Søvn"}],
    )
    assert workplace.rank().exit_code == 0
    assert {line[0] for line in workplace.run()} == {"7", "d"}


def test_ten_thousand_words_are_ranked_by_what_they_end_with_too(workplace: Workplace) -> None:
    text = "Vi har travlt på afdelingen. " * 2_500 + "Det værste er liggesår."
    workplace.write("needs.jsonl", [{"id": "long", "description": text}])
    assert workplace.rank("--top=1").exit_code == 0
    assert workplace.run()[0][2] == "c2"


@pytest.mark.parametrize("option", ["needs", "capabilities"])
def test_a_missing_file_or_a_folder_is_named(workplace: Workplace, option: str) -> None:
    assert "nowhere.jsonl cannot be read: No such file" in refusal(
        workplace.rank(**{option: "nowhere.jsonl"})
    )
    (workplace.folder / "folder").mkdir()
    assert "folder cannot be read" in refusal(workplace.rank(**{option: "folder"}))


@pytest.mark.parametrize("option", ["out", "evidence"])
def test_a_place_that_cannot_be_written_is_named(workplace: Workplace, option: str) -> None:
    said = refusal(workplace.rank(**{option: "missing/run.trec"}))
    assert "missing/run.trec cannot be written: No such file or directory" in said


@pytest.mark.parametrize(
    "names", [{"out": "needs.jsonl"}, {"evidence": "capabilities.jsonl"}, {"evidence": "run.trec"}]
)
def test_an_output_never_replaces_another_file_of_the_call(
    workplace: Workplace, names: dict[str, str]
) -> None:
    assert "is named twice" in refusal(workplace.rank(**names))
    assert workplace.rank().exit_code == 0


def test_an_earlier_run_stays_when_a_later_one_fails(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace.rank()
    before = workplace.out.read_bytes()

    def fail() -> Pipeline:
        raise command.EncoderError("no room left")

    monkeypatch.setattr(command, "_open_pipeline", fail)
    assert "no room left" in refusal(workplace.rank())
    assert workplace.out.read_bytes() == before
    assert sorted(path.name for path in workplace.folder.iterdir()) == [
        "capabilities.jsonl",
        "needs.jsonl",
        "run.trec",
    ]


def test_help_shows_every_option_and_an_example() -> None:
    result = CliRunner().invoke(command.rank_command, ["--help"])
    assert "Example: matchmaker rank --needs" in " ".join(result.output.split())
    assert all(option in result.output for option in ("--top", "--evidence", "--capabilities"))


def test_the_command_imports_neither_torch_nor_scikit_learn_before_it_ranks() -> None:
    code = (
        "import sys; from matchmaker.matching import command, pipeline; "
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'sklearn'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def answers_of(workplace: Workplace) -> list[dict[str, Any]]:
    lines = (workplace.folder / "answers.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


class Doubtful(Similarity):
    """Knows probabilities: a logistic of the score; what is under a half is no answer."""

    def probabilities(self, scores: Numbers) -> Numbers | None:
        return np.asarray(1 / (1 + np.exp(-scores)))


def test_answers_say_of_each_need_whether_anything_answers_it(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace.write("needs.jsonl", [*NEEDS, {"id": "n3", "title": "Parkering", "description": ""}])
    pipeline = Pipeline(KeywordEncoder(), reranker=Doubtful(remark="", answered_from=0.65))
    monkeypatch.setattr(command, "_open_pipeline", lambda: pipeline)
    assert workplace.rank(f"--answers={workplace.folder / 'answers.jsonl'}").exit_code == 0
    answers = {answer["id"]: answer for answer in answers_of(workplace)}
    assert list(answers) == ["n1", "n2", "n3"]
    assert answers["n1"]["answered"] is True
    assert answers["n3"]["answered"] is False
    assert answers["n1"]["probability"] > 0.65 > answers["n3"]["probability"]


def test_without_capabilities_nothing_is_answered(workplace: Workplace) -> None:
    workplace.write("capabilities.jsonl", [])
    assert workplace.rank(f"--answers={workplace.folder / 'answers.jsonl'}").exit_code == 0
    assert answers_of(workplace) == [
        {"id": "n1", "answered": False, "probability": 0.0},
        {"id": "n2", "answered": False, "probability": 0.0},
    ]


def test_answers_need_a_file_of_their_own(workplace: Workplace) -> None:
    message = refusal(workplace.rank(f"--answers={workplace.out}"))
    assert "named twice" in message
