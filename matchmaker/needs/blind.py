"""What of a confidential need others may read before its owner opens more: the problem, redacted.

>>> redacted("På Ådal Plejehjem falder mange. Spørg Karen Holm.", ["Ådal Kommune", "Karen Holm"])
'På ••• Plejehjem falder mange. Spørg •••.'
"""

import json
import re
from collections.abc import Iterable

from matchmaker.database import Database
from matchmaker.organisations.reference import municipality_name
from matchmaker.profiles.contacts import MASK, without_contacts, without_names
from matchmaker.profiles.content import first_sentence

#: Words that stand in many names and tell of no one.
_COMMON_LINES = (
    "afdeling afdelingen afsnit apotek bosted center centre centret clinic danish danmark",
    "dansk danske department distrikt enhed enheden for forening gruppe gruppen hjemmepleje",
    "hjemmeplejen hospital hospitalet hospitaler hub institut institute instituttet kirurgisk",
    "klinik klinikken kommune kommunen kommunes koncern lægehus lægehuset lægerne medicinsk",
    "municipality national omsorg omsorgscenter plejecenter plejecentret plejehjem",
    "plejehjemmet praksis psykiatrisk region regionen regional rehabilitering sundhed",
    "sundhedscenter sundhedshus sygehus sygehuset sygepleje syddanmark midtjylland",
    "nordjylland sjælland hovedstaden team the tværgående university universitet universitets",
    "universitetshospital ældre velfærd ældrecenter",
)
_COMMON = frozenset(word for line in _COMMON_LINES for word in line.split())
_LEAST_LETTERS = 3
#: From here on a word is its owner's also within a compound: "Sydfjordpatienter".
_LONG_WORD = 5
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def redacted(text: str, names: Iterable[str | None]) -> str:
    """Return the text without contact details, the names, and the words that tell of them.

    A word of a name is masked wherever it begins a word, so that "Ådals" and "Ådal-borgere" go
    too.
    """
    known = [name for name in names if name]
    longest_first: list[str] = sorted(known, key=len, reverse=True)
    text = without_names(without_contacts(text), longest_first)
    for word in telling_words(known):
        end = r"\w*" if len(word) >= _LONG_WORD else r"\w{0,2}"
        pattern = rf"\b{re.escape(word)}{end}(?:-\w+)?\b"
        text = re.sub(pattern, MASK, text, flags=re.IGNORECASE)
    return text


def blind_title(problem: str) -> str:
    """Return what a confidential need is called for outsiders, never nothing."""
    return first_sentence(problem) or MASK


def telling_words(names: Iterable[str]) -> list[str]:
    """Return the words of names by which somebody is known, the longest first.

    >>> telling_words(["Ådal Kommune", "Kirurgisk Afdeling, Sygehus Sydfjord"])
    ['Sydfjord', 'Ådal']
    """
    words = {word for name in names for word in _WORDS.findall(name)}
    telling = {
        word for word in words if len(word) >= _LEAST_LETTERS and word.casefold() not in _COMMON
    }
    return sorted(telling, key=lambda word: (-len(word), word))


def list_identifying_names(
    db: Database, organisation_id: int, account_ids: Iterable[int | None]
) -> list[str]:
    """Return every name by which the owner of a need is known.

    The organisation, the one above it and its departments, with what they were called before,
    the municipality, and the people.
    """
    rows = db.rows(
        "select o.name, o.aliases, o.predecessors, o.municipality from organisation o"
        " where o.id = :id or o.parent_id = :id"
        " or o.id = (select parent_id from organisation where id = :id)",
        {"id": organisation_id},
    )
    names = [name for row in rows for name in _names_of(row)]
    people = [
        row["name"]
        for account_id in account_ids
        if account_id is not None
        for row in db.rows("select name from account where id = ?", (account_id,))
    ]
    return list(dict.fromkeys(name for name in (*names, *people) if name))


def list_identifying_words(
    db: Database, organisation_id: int, account_ids: Iterable[int | None]
) -> list[str]:
    """Return the names, and the long words of them, that no text about the need may hold."""
    names = list_identifying_names(db, organisation_id, account_ids)
    return [*names, *(word for word in telling_words(names) if len(word) >= _LONG_WORD)]


def _names_of(row: dict[str, str]) -> list[str]:
    former = [*json.loads(row["aliases"]), *json.loads(row["predecessors"])]
    texts = [name for name in former if isinstance(name, str)]
    return [row["name"], *texts, municipality_name(row["municipality"])]
