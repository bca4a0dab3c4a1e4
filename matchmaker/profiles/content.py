"""What somebody wrote, checked before anything of it may be stored."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.profiles.contacts import without_contacts, without_names
from matchmaker.profiles.errors import InvalidProfileError
from matchmaker.profiles.themes import Themes, find_themes
from matchmaker.screening.screen import refuse_patient_data
from matchmaker.words.language import LANGUAGES, detect_language
from matchmaker.words.search import search_words

_SENTENCE_END = re.compile(r"[.!?](?= )")

LONGEST_LINE = 200
LONGEST_TEXT = 300_000


@dataclass(frozen=True)
class Content:
    """Free of patient data, in a known language, with the words and themes it is found by.

    Only :func:`read_content` makes one, so that nothing unscreened can reach a register.
    """

    values: dict[str, Any]
    words: str
    themes: Themes


def read_content(
    values: Mapping[str, Any],
    texts: tuple[str, ...],
    language: str | None = None,
    hidden: Iterable[str | None] = (),
    findable: str | None = None,
) -> Content:
    """Return the checked content; `texts` are the fields that a search looks into, title first.

    An empty title becomes the first sentence of what follows it. The language is detected from
    those fields unless it is given. Nothing is found by what the public list masks: by contact
    details, or by the `hidden` names. With `findable` it is found by that text alone.

    Raises
    ------
    PatientDataFound
        When any text, at any depth, holds data about a patient.
    InvalidProfileError
        When a text is too long.
    """
    plain: dict[str, Any] = json.loads(json.dumps(dict(values)))
    refuse_patient_data(dict(_texts_within(plain)))
    _refuse_long(plain)
    told = next((plain[name] for name in texts if plain[name]), "")
    plain["title"] = plain["title"] or first_sentence(told)
    text = "\n".join(plain[name] for name in texts if plain.get(name))
    known = language if language in LANGUAGES else detect_language(text)
    names = list(hidden)
    read = [plain["title"], text] if findable is None else [first_sentence(findable), findable]
    title, public = (without_names(without_contacts(each), names) for each in read)
    themes = find_themes(title, public, known)
    return Content({**plain, "language": known}, search_words(public, known), themes)


def _texts_within(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its field; a text in a list is named ``field.index.key``."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts_within(part, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts_within(part, f"{name}.{index}")


def _refuse_long(values: Mapping[str, Any]) -> None:
    too_long = {
        name: "too_long"
        for name, text in _texts_within(dict(values))
        if len(text) > (LONGEST_LINE if name == "title" else LONGEST_TEXT)
    }
    if too_long:
        raise InvalidProfileError(too_long)


def first_sentence(text: str, longest: int = 90) -> str:
    """Return the first sentence of a text, cut between words when it is long.

    A stop within the first 25 characters ends an abbreviation more often than a sentence.

    >>> first_sentence("Vi løfter for tungt på nattevagten. Ryggen kan ikke mere.")
    'Vi løfter for tungt på nattevagten'
    >>> first_sentence("Borgerne falder om natten, og vi hører det ikke", longest=30)
    'Borgerne falder om natten, og…'
    """
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    end = _SENTENCE_END.search(line, 25)
    sentence = (line[: end.end()] if end else line).rstrip(". ")
    if len(sentence) <= longest:
        return sentence
    blank = sentence.rfind(" ", 0, longest)
    return sentence[: blank if blank > 0 else longest].rstrip(" ,;:–-") + "…"
