"""JSON Lines files are read as they arrive, and a bad line is named by its number."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.lines import BadLine, read_json_lines

DANISH = '{"id": "a", "text": "Liggesår på hælen"}\n{"id": "b", "text": "Øget fald"}\n'


def file_with(folder: Path, content: bytes) -> Path:
    path = folder / "texts.jsonl"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_danish_letters_survive_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = file_with(tmp_path, DANISH.encode(encoding))
    assert [fields["text"] for _, fields in read_json_lines(path)] == [
        "Liggesår på hælen",
        "Øget fald",
    ]


def test_an_empty_file_holds_no_lines(tmp_path: Path) -> None:
    assert list(read_json_lines(file_with(tmp_path, b""))) == []
    assert list(read_json_lines(file_with(tmp_path, b"\xef\xbb\xbf\n \n"))) == []


def test_empty_lines_are_skipped_but_counted(tmp_path: Path) -> None:
    path = file_with(tmp_path, b'\r\n{"id": 1}\r\n   \r\n{"id": 2}')
    assert list(read_json_lines(path)) == [(2, {"id": 1}), (4, {"id": 2})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 1', "not JSON at column"),
        ("hello", "not JSON at column 1"),
        ("[1, 2]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ('{"id": 1, "id": 2}', "same field twice"),
        ('{"id": NaN}', "NaN is not a JSON value"),
        ('{"id": "\\ud83d"}', "half a character"),
        ('{"a":' * 200_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "integer string conversion"),
        ('{"id": 1}{"id": 2}', "not JSON at column"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str, reason: str) -> None:
    path = file_with(tmp_path, f'{{"id": 0}}\n\n{line}\n'.encode())
    with pytest.raises(BadLine, match=reason) as caught:
        list(read_json_lines(path))
    assert caught.value.line == 3
    assert caught.value.path == path


def test_a_file_in_two_encodings_is_refused_rather_than_guessed(tmp_path: Path) -> None:
    path = file_with(tmp_path, DANISH.encode("utf-8") + DANISH.encode("cp1252"))
    with pytest.raises(BadLine, match="not UTF-8 as in the rest") as caught:
        list(read_json_lines(path))
    assert caught.value.line == 3


@pytest.mark.parametrize("content", [b'{"a": "\x81\x8d"}\n', b'\xff\xfe{"a": 1}\n', b"\xff\xfea"])
def test_bytes_in_no_encoding_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadLine) as caught:
        list(read_json_lines(file_with(tmp_path, content)))
    assert caught.value.line == 1


def test_marks_inside_a_joined_file_are_dropped(tmp_path: Path) -> None:
    path = file_with(tmp_path, 2 * b'\xef\xbb\xbf{"id": 1}\n')
    assert list(read_json_lines(path)) == [(1, {"id": 1}), (2, {"id": 1})]


def test_the_message_does_not_repeat_the_text(tmp_path: Path) -> None:
    path = file_with(tmp_path, b'{"text": "010203-1234"\n')
    with pytest.raises(BadLine) as caught:
        list(read_json_lines(path))
    assert "010203" not in str(caught.value)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_json_lines(tmp_path / "none.jsonl"))


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = file_with(tmp_path_factory.mktemp("lines"), content)
    try:
        rows = list(read_json_lines(path))
    except BadLine:
        return
    assert all(isinstance(fields, dict) for _, fields in rows)


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.text(max_size=20) | st.integers() | st.none() | st.booleans(),
            max_size=4,
        )
    )
)
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path = file_with(tmp_path_factory.mktemp("lines"), content.encode())
    assert [fields for _, fields in read_json_lines(path)] == rows
