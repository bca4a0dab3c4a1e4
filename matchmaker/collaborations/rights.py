"""Who may see a collaboration and who may speak in it."""

from matchmaker.accounts.account import Account
from matchmaker.collaborations.collaboration import Collaboration, Party


def may_speak_for(account: Account, party: Party) -> bool:
    """The contact who was asked, and the organisation's editors; no other colleague."""
    return account.is_active and (
        account.id == party.account_id or _is_editor(account, party.organisation_id)
    )


def _is_editor(account: Account, organisation_id: int) -> bool:
    return any(
        organisation_id in membership.reaches and membership.role == "editor"
        for membership in account.memberships
    )


def own_parties(account: Account, collaboration: Collaboration) -> list[Party]:
    """Return the parties that this person speaks for; a draft has been shown to nobody."""
    return [
        party
        for party in collaboration.parties
        if party.invited_at is not None and may_speak_for(account, party)
    ]
