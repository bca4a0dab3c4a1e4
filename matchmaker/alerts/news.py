"""What is new for one person and has not been told yet, as the mails tell it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.alerts.matches import find_matches
from matchmaker.alerts.told import claim, is_told
from matchmaker.alerts.watching import list_watches
from matchmaker.capabilities.queries import list_published_by_id as list_capabilities
from matchmaker.collaborations.recent import (
    NeedEvent,
    RecentCase,
    list_need_events,
    list_recent_cases,
    was_mailed,
)
from matchmaker.database import Database
from matchmaker.needs.queries import get_need
from matchmaker.needs.queries import list_published_by_id as list_needs
from matchmaker.profiles.expiry import list_keepers


@dataclass(frozen=True)
class NeedNews:
    """The new steps of one need, told to who keeps it."""

    need_id: int
    title: str
    events: tuple[NeedEvent, ...]

    @property
    def path(self) -> str:
        return f"/needs/{self.need_id}"


@dataclass(frozen=True)
class Fit:
    """A published need that a capability of the person fits, or the hub's word on it."""

    case: RecentCase
    title: str
    capability: str

    @property
    def path(self) -> str:
        return f"/needs/{self.case.need_id}"


@dataclass(frozen=True)
class Match:
    """Something new on the public lists, with the names of what asked for it."""

    noun: str
    id: int
    title: str
    watches: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"/{'needs' if self.noun == 'need' else 'capabilities'}/{self.id}"


@dataclass(frozen=True)
class News:
    needs: tuple[NeedNews, ...] = ()
    fits: tuple[Fit, ...] = ()
    matches: tuple[Match, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.needs or self.fits or self.matches)


@dataclass(frozen=True)
class Recent:
    """What happened lately, by the account that keeps the need or the capability."""

    since: str
    events: dict[int, list[NeedEvent]] = field(default_factory=dict)
    cases: dict[int, list[RecentCase]] = field(default_factory=dict)


def list_recent(db: Database, *, since: str, worth_telling: float) -> Recent:
    """Return what happened since a moment, for those who keep what it happened to."""
    events, cases = defaultdict(list), defaultdict(list)
    for event in list_need_events(db, since=since):
        for keeper in keepers_of(db, "need", event.need_id):
            events[keeper.id].append(event)
    for case in list_recent_cases(db, since=since, worth_telling=worth_telling):
        for keeper in keepers_of(db, "capability", case.capability_id):
            cases[keeper.id].append(case)
    return Recent(since, dict(events), dict(cases))


def keepers_of(db: Database, noun: str, profile_id: int) -> list[Account]:
    """Return who is told about a profile: its owner, or the editors when the owner has left."""
    row = db.first(f"select owner_id, organisation_id from {noun} where id = ?", (profile_id,))
    return list_keepers(db, row["owner_id"], row["organisation_id"]) if row else []


def take_need_news(
    db: Database, account: Account, events: Iterable[NeedEvent], *, mail_key: str, now: datetime
) -> tuple[NeedNews, ...]:
    """Return the steps that the person has not been told of, by need, and note them as told.

    That a need was received has a mail of its own, and so have some steps of a collaboration.
    """
    by_need: dict[int, list[NeedEvent]] = {}
    for event in events:
        own_mail = event.code == "received" or was_mailed(db, event, account.id)
        if own_mail or not claim(db, account.id, "step", event.subject, mail_key=mail_key, now=now):
            continue
        by_need.setdefault(event.need_id, []).append(event)
    return tuple(
        NeedNews(need_id, get_need(db, need_id).title, tuple(found))
        for need_id, found in by_need.items()
    )


def take_fits(
    db: Database, account: Account, cases: Sequence[RecentCase], *, mail_key: str, now: datetime
) -> tuple[Fit, ...]:
    """Return what the hub thinks of pairs that the person has not been told, noted as told.

    A need that merely fits is told once, whatever else would tell of it.
    """
    needs = {need.profile.id: need.profile.title for need in list_needs(db, _ids(cases))}
    found = []
    for case in cases:
        if case.need_id not in needs:
            continue
        capability = list_capabilities(db, [case.capability_id])
        is_new = claim(db, account.id, "need", str(case.need_id), mail_key=mail_key, now=now)
        if case.state != "waiting":
            is_new = claim(db, account.id, "case", case.subject, mail_key=mail_key, now=now)
        if is_new and capability:
            found.append(Fit(case, needs[case.need_id], capability[0].profile.title))
    return tuple(found)


def take_matches(
    db: Database,
    account: Account,
    *,
    since: str,
    rhythms: Sequence[str],
    mail_key: str,
    now: datetime,
) -> tuple[Match, ...]:
    """Return what is new for the person's watches, each thing once, noted as told."""
    asked: dict[tuple[str, int], list[str]] = {}
    for watch in list_watches(db, account.id):
        if watch.rhythm in rhythms:
            for found in find_matches(db, watch, since=since):
                asked.setdefault(found, []).append(watch.name)
    matches = []
    for (noun, profile_id), names in asked.items():
        if is_told(db, account.id, noun, str(profile_id)):
            continue
        title = _foreign_title(db, account, noun, profile_id)
        if title and claim(db, account.id, noun, str(profile_id), mail_key=mail_key, now=now):
            matches.append(Match(noun, profile_id, title, tuple(names)))
    return tuple(matches)


def _foreign_title(db: Database, account: Account, noun: str, profile_id: int) -> str | None:
    """Return how the public list calls it, None for what is the reader's own."""
    found = (list_needs if noun == "need" else list_capabilities)(db, [profile_id])
    if not found or account.belongs_to(found[0].profile.organisation_id):
        return None
    return str(found[0].profile.title)


def _ids(cases: Iterable[RecentCase]) -> list[int]:
    return list(dict.fromkeys(case.need_id for case in cases))
