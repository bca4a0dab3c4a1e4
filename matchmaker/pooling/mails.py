"""The mail that asks an owner whether a need may take part in a joint one."""

from collections.abc import Iterable
from datetime import datetime

from matchmaker.accounts.mails import send_mail
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.pooling.joint_need import JointNeed, Member
from matchmaker.profiles.expiry import list_keepers


def ask_owners(
    db: Database, joint_need: JointNeed, members: Iterable[Member], *, links: Links, now: datetime
) -> None:
    """Mail who keeps each need, once for a need in this joint need; it names no other owner."""
    for member in members:
        for account in list_keepers(db, member.owner_id, member.organisation_id):
            send_mail(
                db,
                "joint_need",
                account,
                key=f"joint-need-{joint_need.id}-{member.need_id}-{account.id}",
                now=now,
                name=account.name,
                own_title=member.title,
                title=joint_need.title,
                others=len(joint_need.members) - 1,
                hub=member.hub,
                link=links.page(f"/joint-needs/{joint_need.id}/answer"),
            )
