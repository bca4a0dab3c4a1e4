"""Who may see all of a profile, and who may change it."""

from typing import Protocol

from matchmaker.accounts.account import Account


class Kept(Protocol):
    """Anything with an owner, an organisation and a state."""

    @property
    def organisation_id(self) -> int: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...


def may_register_for(account: Account, organisation_id: int) -> bool:
    """Whether this person may write in the organisation's name."""
    return account.is_hub_staff or account.belongs_to(organisation_id)


def may_change(profile: Kept, account: Account | None) -> bool:
    """The owner, the organisation's editors and hub staff; of a draft the hub knows nothing."""
    if account is None or not account.is_active:
        return False
    if profile.owner_id == account.id:
        return may_register_for(account, profile.organisation_id)
    if profile.state == "draft" and profile.owner_id is not None:
        return _is_editor(account, profile.organisation_id)
    return account.may_edit(profile.organisation_id)


def sees_all(profile: Kept, account: Account | None) -> bool:
    """Those who may change it, and colleagues once it is no draft any more."""
    if may_change(profile, account):
        return True
    return (
        account is not None
        and account.is_active
        and profile.state != "draft"
        and account.belongs_to(profile.organisation_id)
    )


def _is_editor(account: Account, organisation_id: int) -> bool:
    return any(
        organisation_id in membership.reaches and membership.role != "member"
        for membership in account.memberships
    )
