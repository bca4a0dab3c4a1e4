"""The rounds in which people are told: at once, each morning, each Monday.

Each person is told in a transaction of their own that keeps the mail together with what it told,
so that a round that is interrupted goes on without telling anything twice.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.alerts import due
from matchmaker.alerts.news import (
    News,
    Recent,
    keepers_of,
    list_recent,
    take_fits,
    take_matches,
    take_need_news,
)
from matchmaker.alerts.told import claim, is_told
from matchmaker.alerts.wishes import read_wishes, stop_address, stop_headers
from matchmaker.clock import to_text
from matchmaker.collaborations.cases import WORTH_TELLING
from matchmaker.collaborations.listing import Mine, for_organisation
from matchmaker.collaborations.recent import NeedEvent, list_need_events
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.database import Database
from matchmaker.needs.queries import get_need
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import Links
from matchmaker.outbox.mail import MailHeaderError
from matchmaker.outbox.queries import find_mail_by_key
from matchmaker.screening.screen import PatientDataFound

#: What is older is no news, also when nobody was told because the service stood still.
NEWS_DAYS = 14
AT_ONCE_DAYS = 2

log = structlog.get_logger()


def tell_due(
    db: Database, *, links: Links, now: datetime, worth_telling: float = WORTH_TELLING
) -> int:
    """Put every mail that is due into the outbox and return how many; call it each minute."""
    count = tell_at_once(db, links=links, now=now)
    if due.is_digest_due(db, now):
        count += send_digests(db, links=links, now=now, worth_telling=worth_telling)
        due.keep_mark(db, "digest", due.week_of(now))
    if due.is_alert_due(db, now):
        count += send_alerts(db, links=links, now=now)
        due.keep_mark(db, "alerts", due.day_of(now))
    return count


def tell_at_once(db: Database, *, links: Links, now: datetime) -> int:
    """Tell owners that their need has been received, and who wants it so, each further step."""
    events = list_need_events(db, since=to_text(now - timedelta(days=AT_ONCE_DAYS)))
    received = [event for event in events if event.code == "received"]
    count = sum(_safely(_tell_received, db, event, links=links, now=now) for event in received)
    eager = _eager_accounts(db)
    for event in events if eager else ():
        for keeper in keepers_of(db, "need", event.need_id):
            if keeper.id in eager:
                count += _safely(_tell_step, db, event, keeper, links=links, now=now)
    return count


def send_digests(db: Database, *, links: Links, now: datetime, worth_telling: float) -> int:
    """Send the weekly mail to everybody for whom something is new."""
    since = to_text(now - timedelta(days=NEWS_DAYS))
    recent = list_recent(db, since=since, worth_telling=worth_telling)
    people = {*recent.events, *recent.cases, *_followers(db, ("daily", "weekly"))}
    return sum(_safely(_send_digest, db, each, recent, links, now) for each in sorted(people))


def send_alerts(db: Database, *, links: Links, now: datetime) -> int:
    """Send today's mail to who follows something daily and has something new there."""
    recent = Recent(to_text(now - timedelta(days=NEWS_DAYS)))
    people = _followers(db, ("daily",))
    return sum(_safely(_send_alert, db, each, recent, links, now) for each in people)


def _safely(send: Any, db: Database, about: int | NeedEvent, *more: Any, **named: Any) -> int:
    """Send to one person; whom no mail can be made for keeps it from nobody else."""
    try:
        return int(send(db, about, *more, **named))
    except (MailHeaderError, PatientDataFound) as error:
        what = {"account": about} if isinstance(about, int) else {"need": about.need_id}
        log.warning("no mail", **what, error=type(error).__name__)
        return 0


def _send_digest(
    db: Database, account_id: int, recent: Recent, links: Links, now: datetime
) -> bool:
    key = f"digest-{due.week_of(now)}-{account_id}"
    with db.atomic():
        account, wishes = get_account(db, account_id), read_wishes(db, account_id)
        if wishes.digest == "none" or not account.is_active or find_mail_by_key(db, key):
            return False
        events, cases = recent.events.get(account_id, []), recent.cases.get(account_id, [])
        rhythms = ("daily", "weekly") if wishes.alerts == "on" else ()
        told: dict[str, Any] = {"mail_key": key, "now": now}
        news = News(
            take_need_news(db, account, events, **told),
            take_fits(db, account, cases, **told),
            take_matches(db, account, since=recent.since, rhythms=rhythms, **told),
        )
        if not news:
            return False
        waiting = list_waiting(db, account)
        return _send(db, "digest", "digest", account, key, links, now, news=news, waiting=waiting)


def _send_alert(db: Database, account_id: int, recent: Recent, links: Links, now: datetime) -> bool:
    key = f"alerts-{due.day_of(now)}-{account_id}"
    with db.atomic():
        account, wishes = get_account(db, account_id), read_wishes(db, account_id)
        if wishes.alerts == "off" or not account.is_active or find_mail_by_key(db, key):
            return False
        told: dict[str, Any] = {"mail_key": key, "now": now}
        matches = take_matches(db, account, since=recent.since, rhythms=("daily",), **told)
        news = News(matches=matches)
        return bool(news) and _send(db, "alerts", "alerts", account, key, links, now, news=news)


def _tell_received(db: Database, event: NeedEvent, *, links: Links, now: datetime) -> bool:
    need = get_need(db, event.need_id)
    if need.owner_id is None or is_told(db, need.owner_id, "step", event.subject):
        return False
    owner = get_account(db, need.owner_id)
    key = f"need-received-{need.id}"
    with db.atomic():
        is_new = owner.is_active and not owner.is_hub_staff
        if not is_new or not claim(db, owner.id, "step", event.subject, mail_key=key, now=now):
            return False
        return enqueue_template(
            db, "need_received", owner, key=key, now=now, name=owner.name, title=need.title,
            hub=event.name, link=links.page(f"/needs/{need.id}"),
            settings=links.page("/profile/mails"),
        )  # fmt: skip


def _tell_step(
    db: Database, event: NeedEvent, account: Account, *, links: Links, now: datetime
) -> bool:
    if event.code == "received" or is_told(db, account.id, "step", event.subject):
        return False
    key = f"need-step-{account.id}-{event.subject}"
    with db.atomic():
        news = News(take_need_news(db, account, [event], mail_key=key, now=now))
        return bool(news) and _send(db, "need_step", "steps", account, key, links, now, news=news)


def _send(
    db: Database,
    template: str,
    kind: str,
    account: Account,
    key: str,
    links: Links,
    now: datetime,
    **values: Any,
) -> bool:
    stop = stop_address(links, account.id, kind)
    return enqueue_template(
        db, template, account, key=key, now=now, headers=stop_headers(stop), name=account.name,
        page=links.page, stop=f"{stop}?lang={account.language}", **values,
    )  # fmt: skip


def list_waiting(db: Database, account: Account) -> list[Mine]:
    """Return the proposals that wait for this person's answer."""
    invited = for_organisation(db, account.organisation_ids)
    return [mine for mine in invited if mine.waits_for_me and may_speak_for(account, mine)]


def _eager_accounts(db: Database) -> set[int]:
    rows = db.rows("select account_id from mail_wish where steps = 'each'")
    return {row["account_id"] for row in rows}


def _followers(db: Database, rhythms: tuple[str, ...]) -> list[int]:
    rows = db.rows("select distinct account_id, rhythm from watch order by account_id")
    return list(dict.fromkeys(row["account_id"] for row in rows if row["rhythm"] in rhythms))
