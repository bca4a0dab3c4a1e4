"""Who may see a collaboration and who may speak in it."""

from typing import Protocol

from matchmaker.accounts.account import Account
from matchmaker.collaborations.collaboration import Collaboration, Party


class Spoken(Protocol):
    """Something that an organisation takes part in, and whom it was sent to."""

    @property
    def organisation_id(self) -> int: ...
    @property
    def account_id(self) -> int: ...


def may_speak_for(account: Account, party: Spoken) -> bool:
    """The contact who was asked, and the organisation's editors; no other colleague.

    Who has left the organisation speaks for it no more, though they were the contact.
    """
    if not account.is_active:
        return False
    is_contact = account.id == party.account_id and account.belongs_to(party.organisation_id)
    return is_contact or _is_editor(account, party.organisation_id)


def _is_editor(account: Account, organisation_id: int) -> bool:
    return any(
        organisation_id in membership.reaches and membership.role == "editor"
        for membership in account.memberships
    )


def may_see(account: Account, collaboration: Collaboration) -> bool:
    """Staff see every collaboration, others those in which they speak for a party."""
    return account.is_hub_staff or bool(own_parties(account, collaboration))


def own_parties(account: Account, collaboration: Collaboration) -> list[Party]:
    """Return the parties that this person speaks for; a draft has been shown to nobody."""
    return [
        party
        for party in collaboration.parties
        if party.invited_at is not None and may_speak_for(account, party)
    ]


def find_own_party(
    account: Account, collaboration: Collaboration, party_id: int | None = None
) -> Party | None:
    """Return the party of this id if the person speaks for it.

    Without an id it is the first of theirs that has not answered, or the first of all.
    """
    own = own_parties(account, collaboration)
    if party_id is not None:
        return next((party for party in own if party.id == party_id), None)
    circle = collaboration.circle
    return min(own, key=lambda party: party.answer_in(circle) is not None, default=None)
