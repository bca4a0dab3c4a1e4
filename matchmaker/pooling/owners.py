"""What the owner of a need sees of a joint need: others only when they and the owner joined."""

from dataclasses import dataclass

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.needs.queries import get_need
from matchmaker.pooling.joint_need import JointNeed, JointNeedNotFoundError, Member
from matchmaker.pooling.queries import get_joint_need, own_members
from matchmaker.pooling.themes import common_themes
from matchmaker.profiles.expiry import list_keepers
from matchmaker.words.vocabulary import Concept


@dataclass(frozen=True)
class Contact:
    name: str
    title: str
    email: str


@dataclass(frozen=True)
class Fellow:
    """A need that has joined, as the others who joined see it."""

    member: Member
    texts: dict[str, str]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class OwnersView:
    """`fellows` is empty until a need of the reader's own has joined."""

    id: int
    title: str
    language: str
    hub: str
    needs: int
    organisations: int
    places: tuple[str, ...]
    themes: tuple[Concept, ...]
    own: tuple[Member, ...]
    fellows: tuple[Fellow, ...]

    @property
    def has_joined(self) -> bool:
        return any(member.state == "joined" for member in self.own)

    @property
    def joined(self) -> list[int]:
        """The needs that the reader may compare: their own that joined, and the fellows'."""
        own = [member.need_id for member in self.own if member.state == "joined"]
        return sorted([*own, *(fellow.member.need_id for fellow in self.fellows)])


def get_owners_view(db: Database, joint_need_id: int, account: Account) -> OwnersView:
    """Return as much of a joint need as this owner may see.

    Raises
    ------
    JointNeedNotFoundError
        When there is none in which a need that this person keeps is asked or has joined.
    """
    joint_need = get_joint_need(db, joint_need_id)
    own = own_members(db, joint_need, account) if joint_need.state == "asked" else []
    if not own:
        raise JointNeedNotFoundError(joint_need_id)
    return OwnersView(
        id=joint_need.id,
        title=joint_need.title,
        language=joint_need.language,
        hub=own[0].hub,
        needs=len(joint_need.members),
        organisations=joint_need.organisations,
        places=joint_need.places,
        themes=tuple(common_themes(db, joint_need)),
        own=tuple(own),
        fellows=tuple(_fellows(db, joint_need, own)),
    )


def _fellows(db: Database, joint_need: JointNeed, own: list[Member]) -> list[Fellow]:
    if not any(member.state == "joined" for member in own):
        return []
    own_ids = {member.id for member in own}
    return [_fellow(db, each) for each in joint_need.joined if each.id not in own_ids]


def _fellow(db: Database, member: Member) -> Fellow:
    need = get_need(db, member.need_id)
    texts = {
        name: getattr(need, name)
        for name in ("problem", "target", "extent", "tried", "requirements")
    }
    keepers = list_keepers(db, member.owner_id, member.organisation_id)
    contacts = tuple(Contact(each.name, each.title, each.email) for each in keepers)
    return Fellow(member, {name: text for name, text in texts.items() if text}, contacts)
