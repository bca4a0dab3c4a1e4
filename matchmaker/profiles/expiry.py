"""Profiles end after a year unless somebody who keeps them says that they still hold."""

from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_date

from matchmaker.accounts.account import Account
from matchmaker.accounts.mails import send_mail
from matchmaker.accounts.queries import find_account
from matchmaker.clock import to_moment, to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.profiles.lifecycle import apply_move
from matchmaker.profiles.register import Register, get_standing
from matchmaker.translations import DATE_LOCALES

NOTICE = timedelta(days=14)
#: A link in a mail renews for this long after it was sent, also after the profile has expired.
LINK_DAYS = 120


def expire_due(db: Database, register: Register, links: Links, *, now: datetime) -> list[int]:
    """Expire what is due and mail its keepers, then and 14 days before; return what expired."""
    expired = []
    for row in _ending(db, register, now):
        is_due = row["expires_at"] <= to_text(now)
        with db.atomic():
            if is_due:
                standing = get_standing(db, register, row["id"])
                apply_move(db, register, standing, "expire", actor_id=None, now=now, facts={})
                expired.append(row["id"])
            _tell_keepers(db, register, links, row, "expired" if is_due else "expires_soon", now)
    return expired


def renewal_purpose(register: Register) -> str:
    return f"renew-{register.noun}"


def _ending(db: Database, register: Register, now: datetime) -> list[dict[str, Any]]:
    return db.rows(
        f"select id, title, organisation_id, owner_id, expires_at from {register.noun}"
        " where state in ('published', 'paused') and expires_at <= ? order by id",
        (to_text(now + NOTICE),),
    )


def _tell_keepers(
    db: Database,
    register: Register,
    links: Links,
    row: dict[str, Any],
    kind: str,
    now: datetime,
) -> None:
    for account in list_keepers(db, row["owner_id"], row["organisation_id"]):
        token = links.sign(renewal_purpose(register), id=row["id"], account_id=account.id)
        folder = "needs" if register.noun == "need" else "capabilities"
        send_mail(
            db,
            f"{register.noun}_{kind}",
            account,
            key=f"{register.noun}-{kind}:{row['id']}:{row['expires_at'][:10]}:{account.id}",
            now=now,
            name=account.name,
            title=row["title"],
            day=_day(row["expires_at"], account.language),
            link=links.page(f"/{folder}/renew/{token}"),
        )


def list_keepers(db: Database, owner_id: int | None, organisation_id: int) -> list[Account]:
    """Return who is asked about a profile: its owner, or the editors if the owner has left."""
    owner = find_account(db, owner_id) if owner_id else None
    if owner and owner.is_active and (owner.belongs_to(organisation_id) or owner.is_hub_staff):
        return [owner]
    rows = db.rows(
        "select account_id from membership where organisation_id = ? and role = 'editor'"
        " and ended_at is null order by id",
        (organisation_id,),
    )
    editors = (find_account(db, row["account_id"]) for row in rows)
    return [editor for editor in editors if editor and editor.is_active]


def _day(text: str, language: str) -> str:
    return str(format_date(to_moment(text), "long", locale=DATE_LOCALES[language]))
