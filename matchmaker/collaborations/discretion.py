"""Keeps what is not shown yet out of texts that other parties read."""

from collections.abc import Iterable

from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.disclosure import is_confidential, organisation_is_open
from matchmaker.collaborations.errors import HiddenNameError
from matchmaker.database import Database
from matchmaker.needs.blind import list_identifying_words


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
        words += _unshown_organisation(db, collaboration, party)
    return words


def _unshown_organisation(db: Database, collaboration: Collaboration, party: Party) -> list[str]:
    if party.need_id is not None and is_confidential(db, party.need_id):
        if organisation_is_open(db, collaboration, party):
            return []
        return list_identifying_words(db, party.organisation_id, [party.account_id])
    if party.show_organisation:
        return []
    shown = {each.organisation_name for each in collaboration.parties if each.show_organisation}
    above = db.first("select name from organisation where id = ?", (party.parent_id,))
    # The house above may stand in the text where it shows itself as another party.
    return [party.organisation_name, *({above["name"]} - shown if above else ())]
