"""A person, and the organisations they may speak for."""

from dataclasses import dataclass

ROLES = ("member", "editor", "hub_staff", "hub_manager", "administrator")
HUB_ROLES = ("hub_staff", "hub_manager")
LANGUAGES = ("da", "en")


class NotPermittedError(PermissionError):
    """This person may not do this here."""


@dataclass(frozen=True)
class Membership:
    """One role in one organisation; it reaches the departments under that organisation too."""

    id: int
    organisation_id: int
    role: str
    reaches: frozenset[int]


@dataclass(frozen=True)
class Account:
    id: int
    email: str
    name: str
    title: str
    phone: str
    language: str
    is_active: bool = True
    memberships: tuple[Membership, ...] = ()

    @property
    def is_hub_staff(self) -> bool:
        return self._has_role("hub_staff", "hub_manager", "administrator")

    @property
    def is_hub_manager(self) -> bool:
        return self._has_role("hub_manager", "administrator")

    @property
    def is_administrator(self) -> bool:
        return self._has_role("administrator")

    @property
    def hub_ids(self) -> tuple[int, ...]:
        """The hubs this person works for, oldest membership first."""
        return tuple(
            membership.organisation_id
            for membership in self.memberships
            if membership.role in ("hub_staff", "hub_manager")
        )

    @property
    def organisation_ids(self) -> frozenset[int]:
        """Every organisation this person belongs to, departments included."""
        return frozenset().union(*(membership.reaches for membership in self.memberships))

    def belongs_to(self, organisation_id: int) -> bool:
        return organisation_id in self.organisation_ids

    def may_edit(self, organisation_id: int) -> bool:
        """Whether this person may change what the organisation has registered."""
        return self.is_hub_staff or any(
            organisation_id in membership.reaches and membership.role != "member"
            for membership in self.memberships
        )

    def may_give(self, role: str, organisation_id: int) -> bool:
        """Whether this person may give the role to somebody there, or take it away."""
        if role == "administrator":
            return self.is_administrator
        if role in HUB_ROLES:
            return self.is_hub_manager
        return self.may_edit(organisation_id)

    def _has_role(self, *roles: str) -> bool:
        return any(membership.role in roles for membership in self.memberships)
