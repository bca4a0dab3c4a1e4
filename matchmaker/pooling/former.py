"""What an owner reads of a joint need that their need is no longer in: mails still lead there."""

from dataclasses import dataclass, replace

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.pooling.joint_need import JointNeed, JointNeedNotFoundError
from matchmaker.pooling.queries import list_of_need, may_answer, own_members

_LEFT = """
    select m.need_id, m.state, m.ended_at = j.updated_at as ended_with_it, j.end_reason,
        j.merged_into is not null as is_merged, n.title, n.language, n.organisation_id, n.owner_id
    from joint_need_member m join joint_need j on j.id = m.joint_need_id
    join need n on n.id = m.need_id
    where m.id in (select max(id) from joint_need_member
        where joint_need_id = ? and asked_at is not null group by need_id)
        and m.ended_at is not null
    order by m.need_id
"""


@dataclass(frozen=True)
class FormerMember:
    """A need whose owners were asked, and that has left; the rest is told to its owners alone.

    `ended_with_it` says that it left when the joint need was dissolved, for `end_reason`.
    """

    need_id: int
    state: str
    ended_with_it: bool
    end_reason: str | None
    is_merged: bool
    title: str
    language: str
    organisation_id: int
    owner_id: int | None
    successor: JointNeed | None = None

    @property
    def why(self) -> str:
        """The code of what happened, of ``labels.WHY_LEFT``."""
        if self.state == "stayed_out":
            return "stayed_out"
        if self.state == "moved":
            return "merged" if self.is_merged else "split"
        if self.ended_with_it and self.end_reason:
            return self.end_reason
        return "not_open"


@dataclass(frozen=True)
class _Asked:
    organisation_id: int
    owner_id: int | None
    state: str


def check_was_asked(db: Database, joint_need_id: int, account: Account) -> None:
    """Raise :class:`JointNeedNotFoundError` when no need of this person was ever asked about it."""
    rows = db.rows(
        "select n.organisation_id, n.owner_id, n.state from joint_need_member m"
        " join need n on n.id = m.need_id where m.joint_need_id = ? and m.asked_at is not null",
        (joint_need_id,),
    )
    if not any(may_answer(db, _Asked(**row), account) for row in rows):
        raise JointNeedNotFoundError(joint_need_id)


def list_former(db: Database, joint_need_id: int, account: Account) -> list[FormerMember]:
    """Return this person's needs that have left a joint need, each with where it is now.

    Raises
    ------
    JointNeedNotFoundError
        When no need that this person keeps was ever asked to take part in it.
    """
    left = [FormerMember(**row) for row in db.rows(_LEFT, (joint_need_id,))]
    own = [each for each in left if may_answer(db, each, account)]
    if not own:
        raise JointNeedNotFoundError(joint_need_id)
    return [replace(each, successor=_successor(db, each, account)) for each in own]


def _successor(db: Database, member: FormerMember, account: Account) -> JointNeed | None:
    """Return the joint need that the owner is asked about now, wherever the need has come since."""
    found = list_of_need(db, member.need_id)
    if found is None or found.state != "asked":
        return None
    asked = {each.need_id for each in own_members(db, found, account)}
    return found if member.need_id in asked else None
