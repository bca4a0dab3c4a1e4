"""Reading profiles: one, lists, pages of what is published, each as the reader may see it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.profiles.errors import ProfileNotFoundError
from matchmaker.profiles.listing import Filters, Listing, as_json, list_page
from matchmaker.profiles.quality import quality_order
from matchmaker.profiles.rights import may_change, sees_all
from matchmaker.profiles.themes import theme_filter


class Readable(Protocol):
    """A need or a capability."""

    @property
    def id(self) -> int: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...
    @property
    def is_public(self) -> bool: ...


P = TypeVar("P", bound=Readable)

REGION = "coalesce(o.region, parent.region)"
_ORGANISATION = (
    "o.name as organisation_name, o.kind as organisation_kind, o.country as organisation_country,"
    f" {REGION} as organisation_region, parent.name as organisation_above"
)


@dataclass(frozen=True)
class Place:
    """The organisation behind a profile; its name is None where the owner does not show it.

    `above` is the name of the organisation that a department belongs to.
    """

    id: int | None
    name: str | None
    kind: str
    region: str | None
    country: str
    above: str | None = None


@dataclass(frozen=True)
class Shown(Generic[P]):
    """A profile as one reader may see it; without the rights to more it is the public part."""

    profile: P
    organisation: Place
    is_full: bool = False
    may_change: bool = False


@dataclass(frozen=True)
class Search:
    """What a reader of a public list asks for, by facet.

    `ranked` are the ids that answer the words somebody typed, best first; None means that
    nothing was typed, and the newest come first. `theme` is the key of a concept to be named.
    `weakest_first` puts first whose text says least of what readers look for.
    """

    asked: dict[str, str]
    ranked: list[int] | None = None
    page: int = 1
    theme: str = ""
    weakest_first: bool = False


@dataclass(frozen=True)
class Reader(Generic[P]):
    """How the profiles of one noun are read.

    `columns` are selected from the table ``p``, `read` makes a profile of a row, and `conceal`
    leaves of a shown profile what anybody may read. `facets` are SQL by name.
    """

    noun: str
    columns: str
    read: Callable[[dict[str, Any]], P]
    conceal: Callable[[Shown[P]], Shown[P]]
    facets: dict[str, str]

    @property
    def source(self) -> str:
        return (
            f"{self.noun} p join organisation o on o.id = p.organisation_id"
            " left join organisation parent on parent.id = o.parent_id"
        )

    def find(self, db: Database, condition: str, *parameters: Any) -> P | None:
        row = db.first(f"select {self.columns} from {self.noun} p where {condition}", parameters)
        return self.read(row) if row else None

    def get(self, db: Database, profile_id: int) -> P:
        """Return the profile with all it says, whoever asks.

        Raises
        ------
        ProfileNotFoundError
            When there is none with this id.
        """
        found = self.find(db, "p.id = ?", profile_id)
        if found is None:
            raise ProfileNotFoundError(f"{self.noun} {profile_id}")
        return found

    def get_visible(self, db: Database, profile_id: int, account: Account | None) -> Shown[P]:
        """Return as much of a profile as this reader may see.

        Raises
        ------
        ProfileNotFoundError
            When there is none, or none that this reader may know of.
        """
        found = self.list_visible(db, account, "p.id = :id", {"id": profile_id})
        if not found:
            raise ProfileNotFoundError(f"{self.noun} {profile_id}")
        return found[0]

    def list_visible(
        self, db: Database, account: Account | None, condition: str, values: dict[str, Any]
    ) -> list[Shown[P]]:
        """Return what this reader may see of the profiles that meet a condition, newest first."""
        rows = db.rows(
            f"select {self.columns}, {_ORGANISATION} from {self.source} where {condition}"
            " order by p.updated_at desc, p.id desc",
            values,
        )
        shown = (self._for_reader(row, account) for row in rows)
        return [each for each in shown if each is not None]

    def list_mine(self, db: Database, account: Account) -> list[Shown[P]]:
        """Return what this person wrote and what else their organisations have, newest first."""
        condition = (
            "(p.owner_id = :owner or p.organisation_id in"
            " (select value from json_each(:organisations)))"
        )
        organisations = as_json(sorted(account.organisation_ids))
        values = {"owner": account.id, "organisations": organisations}
        found = self.list_visible(db, account, condition, values)
        return [each for each in found if each.is_full]

    def list_published_by_id(self, db: Database, ids: list[int]) -> list[Shown[P]]:
        """Return the public part of those that are published, in the order of `ids`."""
        rows = db.rows(
            f"select {self.columns}, {_ORGANISATION} from {self.source}"
            " join json_each(:ids) r on r.value = p.id where p.state = 'published' order by r.key",
            {"ids": as_json(ids)},
        )
        return [self.conceal(self._shown(row)) for row in rows]

    def list_published(
        self, db: Database, search: Search, more: Filters | None = None
    ) -> Listing[Shown[P]]:
        """Return one page of what is published, best answers or newest first, with its facets."""
        asked = {name: value for name, value in search.asked.items() if value}
        filters = more or Filters({}, {})
        if search.theme:
            theme = theme_filter(self.noun, search.theme)
            filters = Filters(filters.conditions | theme.conditions, filters.values | theme.values)
        source, order = self.source, "p.published_at desc, p.id desc"
        public = "p.state = 'published'"
        values: dict[str, Any] = {**filters.values, **asked}
        if search.ranked is not None:
            # By the index alone: the state stands behind texts that may be very long.
            public = f"p.id in (select id from {self.noun} where state = 'published')"
            source, order = f"{source} join json_each(:ranked) r on r.value = p.id", "r.key"
            values["ranked"] = as_json(search.ranked)
        if search.weakest_first:
            order = f"{quality_order(self.noun)}, {order}"
        conditions = {name: f"{self.facets[name]} = :{name}" for name in asked}
        return list_page(
            db,
            source,
            Filters({"public": public, **filters.conditions, **conditions}, values),
            columns=f"{self.columns}, {_ORGANISATION}",
            order=order,
            page=search.page,
            facets=self.facets,
            read=lambda row: self.conceal(self._shown(row)),
        )

    def _for_reader(self, row: dict[str, Any], account: Account | None) -> Shown[P] | None:
        shown = self._shown(row)
        if sees_all(shown.profile, account):
            return replace(shown, is_full=True, may_change=may_change(shown.profile, account))
        return self.conceal(shown) if shown.profile.is_public else None

    def _shown(self, row: dict[str, Any]) -> Shown[P]:
        place = Place(
            id=row["organisation_id"],
            name=row["organisation_name"],
            kind=row["organisation_kind"],
            region=row["organisation_region"],
            country=row["organisation_country"],
            above=row["organisation_above"],
        )
        return Shown(self.read(row), place)
