"""Danish is complete, current, and says the same with the same blanks."""

import re
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import translate  # noqa: E402 - the script is not a package

_BLANK = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return [message for message in translate.read_danish() if message.id]


def test_no_danish_entry_is_missing_or_fuzzy() -> None:
    assert translate.missing(translate.read_danish()) == []


def test_the_catalogue_holds_exactly_the_texts_of_the_source(messages: list[Message]) -> None:
    in_source = {_first(message.id) for message in translate.extract() if message.id}
    in_catalogue = {_first(message.id) for message in messages}
    assert in_source == in_catalogue


def test_blanks_are_the_same_in_both_languages(messages: list[Message]) -> None:
    for message in messages:
        english = set(_BLANK.findall(_last(message.id)))
        for danish in _all(message.string):
            assert set(_BLANK.findall(danish)) <= english | {"num"}, message.id
            assert english - {"num"} <= set(_BLANK.findall(danish)), message.id


def _all(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return _all(text)[0]


def _last(text: str | tuple[str, ...] | list[str]) -> str:
    return _all(text)[-1]
