"""Which mails a person wants, beside those that every step needs."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links

PURPOSE = "unsubscribe"
#: Years after it was sent a mail still ends its kind.
LINK_DAYS = 5 * 365
#: What each kind of mail turns off, and on again: the wish with its two values.
SWITCHES = {
    "digest": ("digest", "none", "weekly"),
    "steps": ("steps", "digest", "each"),
    "alerts": ("alerts", "off", "on"),
}


@dataclass(frozen=True)
class MailWishes:
    """`digest` is ``weekly`` or ``none``; `steps` ``each`` at once or in the ``digest``; `alerts`
    ``on`` or ``off``; `desk`, of what waits for staff, ``daily`` or ``none``."""

    digest: str = "weekly"
    steps: str = "digest"
    alerts: str = "on"
    desk: str = "daily"


def read_wishes(db: Database, account_id: int) -> MailWishes:
    """Return what the person has chosen; who has chosen nothing gets the weekly mail."""
    row = db.first(
        "select digest, steps, alerts, desk from mail_wish where account_id = ?", (account_id,)
    )
    return MailWishes(**row) if row else MailWishes()


def wants_desk_mail(db: Database, account: Account) -> bool:
    """Whether a member of staff wants the daily mail of what waits for them."""
    return read_wishes(db, account.id).desk != "none"


def keep_wishes(
    db: Database, account_id: int, wishes: MailWishes, *, actor_id: int | None, now: datetime
) -> None:
    """Keep what a person wants; `actor_id` is None for a link in a mail, which needs no sign-in."""
    row = {"account_id": account_id, **asdict(wishes), "updated_at": to_text(now)}
    with db.atomic():
        db["mail_wish"].upsert(row, pk="account_id")
        log.record(
            db, "account.mail_wishes", "account", account_id, actor_id=actor_id, now=now,
            **asdict(wishes),
        )  # fmt: skip


def turn_off(db: Database, account_id: int, kind: str, *, now: datetime) -> None:
    """End a kind of mail, as its own link asks; a second time changes nothing."""
    wish, off, _on = SWITCHES[kind]
    _turn(db, account_id, wish, off, now)


def turn_on(db: Database, account_id: int, kind: str, *, now: datetime) -> None:
    """Let a kind of mail come again."""
    wish, _off, on = SWITCHES[kind]
    _turn(db, account_id, wish, on, now)


def is_on(wishes: MailWishes, kind: str) -> bool:
    wish, off, _on = SWITCHES[kind]
    return bool(getattr(wishes, wish) != off)


def stop_address(links: Links, account_id: int, kind: str) -> str:
    """Return the address that ends a kind of mail for one person without sign-in."""
    return links.page(f"/unsubscribe/{links.sign(PURPOSE, account_id=account_id, kind=kind)}")


def stop_headers(address: str) -> dict[str, str]:
    """Return the header lines by which a mail program ends the mails with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _turn(db: Database, account_id: int, wish: str, value: str, now: datetime) -> None:
    with db.atomic():
        wishes = read_wishes(db, account_id)
        if getattr(wishes, wish) != value:
            keep_wishes(db, account_id, replace(wishes, **{wish: value}), actor_id=None, now=now)
