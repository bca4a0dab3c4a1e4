"""Keeps what is not shown yet out of texts that other parties read."""

from collections.abc import Iterable

from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.errors import HiddenNameError
from matchmaker.database import Database


def check_discreet(text: str, unshown: Iterable[str]) -> None:
    """Raise `HiddenNameError` when a text holds words that its readers must not see."""
    folded = text.casefold()
    for words in unshown:
        if words and words.casefold() in folded:
            raise HiddenNameError(words)


def list_unshown(db: Database, collaboration: Collaboration) -> list[str]:
    """Return names, addresses and telephones that the parties may not know of each other."""
    if collaboration.contacts_are_open:
        return []
    words: list[str] = []
    for party in collaboration.everybody:
        account = db["account"].get(party.account_id)
        words += [account["name"], account["email"], account["phone"]]
        if not party.show_organisation:
            words.append(party.organisation_name)
    return words
