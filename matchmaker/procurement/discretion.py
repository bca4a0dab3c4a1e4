"""Keeps names out of texts that go to all who were shown a need."""

import re
from collections.abc import Iterable

from matchmaker.database import Database
from matchmaker.needs.blind import list_identifying_words
from matchmaker.procurement.errors import RevealingTextError

#: How companies end their name; without it the rest gives them away just as well.
_LEGAL_FORM = re.compile(
    r"[\s,]+(?:a/s|aps|i/s|k/s|p/s|ivs|amba|a\.m\.b\.a\.|ab|as|gmbh|ltd\.?|inc\.?|b\.?v\.?|oy)$",
    re.IGNORECASE,
)
_SHORTEST = 3

_PARTIES = """
    select o.name as organisation, a.name as person, a.email, a.phone,
        p.need_id is null as offers,
        case when n.id is not null then p.show_organisation and n.show_organisation end as is_shown
    from collaboration_party p join organisation o on o.id = p.organisation_id
    join account a on a.id = p.account_id left join need n on n.id = p.need_id
    where exists (select 1 from collaboration_party x
        where x.collaboration_id = p.collaboration_id and x.need_id = :need_id)
"""
_OWNER = """
    select o.name as organisation, a.name as person, a.email, a.phone,
        n.show_organisation and not n.confidential as show_organisation,
        n.confidential, n.organisation_id, n.owner_id, h.name as above
    from need n join organisation o on o.id = n.organisation_id
    left join organisation h on h.id = o.parent_id
    left join account a on a.id = n.owner_id where n.id = ?
"""


def list_private_words(db: Database, need_id: int) -> list[str]:
    """Return what no text for all may say: who was asked, and who the need's people are.

    The need's own organisation may be named, unless its name is kept back anywhere.
    """
    words: list[str | None] = []
    owner = db.first(_OWNER, (need_id,)) or {}
    parties = db.rows(_PARTIES, {"need_id": need_id})
    for row in (owner, *parties):
        words += [row.get("person"), row.get("email"), row.get("phone")]
    for row in parties:
        if row["offers"]:
            words += _names_of(row["organisation"])
    if not owner.get("show_organisation") or any(row["is_shown"] == 0 for row in parties):
        words += [owner.get("organisation"), owner.get("above")]
    if owner.get("confidential"):
        words += list_identifying_words(db, owner["organisation_id"], [owner["owner_id"]])
    kept = (word.strip() for word in words if word and len(word.strip()) >= _SHORTEST)
    return list(dict.fromkeys(kept))


def check_neutral(text: str, words: Iterable[str]) -> None:
    """Raise `RevealingTextError` when a text names one of them.

    >>> check_neutral("Spørg Nordhud", ["Nordhud"])
    Traceback (most recent call last):
    ...
    matchmaker.procurement.errors.RevealingTextError: a text for all names somebody
    >>> check_neutral("Den nordhudlige egn", ["Nordhud"])
    """
    for word in words:
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            raise RevealingTextError(word)


def _names_of(name: str) -> list[str]:
    """Return a name with and without its legal form."""
    return [name, _LEGAL_FORM.sub("", name)]
