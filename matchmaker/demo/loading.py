"""Loads the demo content, chapter by chapter; an interrupted load goes on where it was.

Each chapter is one transaction, so that a killed process leaves whole chapters behind, and the
moment of the first start is kept, so that all dates fit together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.actions import create_account
from matchmaker.accounts.memberships import give_role
from matchmaker.capabilities import actions as capability_actions
from matchmaker.clock import to_moment, to_text
from matchmaker.collaborations.reminding import remind_due
from matchmaker.database import Database
from matchmaker.demo.content import Content, Entry, read_content
from matchmaker.demo.keys import Keys
from matchmaker.demo.playing import Player
from matchmaker.demo.queries import LOADED, is_loaded
from matchmaker.demo.timeline import Chapter, tell_chapters
from matchmaker.needs import actions as need_actions
from matchmaker.organisations.actions import upsert_organisation
from matchmaker.organisations.organisation import Details
from matchmaker.outbox.links import Links

SOURCE = "demo"
_STARTED, _CHAPTERS = "demo_started", "demo_chapters"

#: Brings the suggestions up to date as of a moment.
Match = Callable[[Database, datetime], object]


class NotEmptyError(Exception):
    """The database holds content of its own, which invented content must not be mixed with."""


@dataclass(frozen=True)
class Loaded:
    """What loading did: steps of the story that happened, and those without a suggestion."""

    played: int
    left_out: int


def load_demo(
    db: Database,
    links: Links,
    match: Match,
    *,
    now: datetime,
    force: bool = False,
    on_chapter: Callable[[int, int], object] = lambda number, total: None,
) -> Loaded:
    """Load what is not loaded yet and return what happened; a second call does nothing.

    Raises
    ------
    NotEmptyError
        When the database has content of its own, unless `force` is given.
    """
    if is_loaded(db):
        return Loaded(0, 0)
    if not force and has_own_content(db):
        raise NotEmptyError
    content = read_content()
    chapters = tell_chapters(content, now=_begin(db, content, now))
    played = left_out = 0
    done = _number(db, _CHAPTERS)
    if done:
        # Whoever was interrupted may have been so before the suggestions were up to date.
        match(db, chapters[done - 1].matched_at)
    for chapter in chapters[done:]:
        on_chapter(chapter.number, len(chapters))
        happened = _play(db, links, chapter)
        played, left_out = played + sum(happened), left_out + happened.count(False)
        match(db, chapter.matched_at)
    remember(db, LOADED, to_text(now))
    return Loaded(played, left_out)


def has_own_content(db: Database) -> bool:
    """Whether anything is here that the demo did not bring."""
    if _setting(db, _STARTED) is not None:
        return False
    return db.first("select 1 from organisation union select 1 from account limit 1") is not None


def _begin(db: Database, content: Content, now: datetime) -> datetime:
    """Register organisations and people, once; return the moment that all dates count from."""
    started = to_moment(_setting(db, _STARTED))
    if started is not None:
        return started
    first = tell_chapters(content, now=now)[0]
    opened = min([first.matched_at, *(event.at for event in first.events)])
    keys = Keys(db)
    with db.atomic():
        for entry in content.organisations:
            add_organisation(db, keys, entry, opened)
        for entry in content.people:
            add_person(db, keys, entry, opened)
        keys.store()
        remember(db, _STARTED, to_text(now))
    return now


def _play(db: Database, links: Links, chapter: Chapter) -> list[bool]:
    """Let a chapter happen, and with it what falls due by the calendar."""
    keys = Keys(db)
    player = Player(db, links, keys)
    with db.atomic():
        happened = [player.play(event) for event in chapter.events]
        need_actions.expire_due(db, links, now=chapter.matched_at)
        capability_actions.expire_due(db, links, now=chapter.matched_at)
        remind_due(db, links=links, now=chapter.matched_at)
        keys.store()
        remember(db, _CHAPTERS, str(chapter.number + 1))
    return happened


def add_organisation(db: Database, keys: Keys, entry: Entry, now: datetime) -> None:
    details = Details(
        kind=entry["kind"],
        name=entry["name"],
        cvr=entry["cvr"],
        country=entry["country"],
        region=entry["region"],
        municipality=entry["municipality"],
        size=entry["size"],
        website=entry["website"],
        description=entry["description"],
        language=entry["language"],
    )
    made, _ = upsert_organisation(
        db,
        details,
        source=SOURCE,
        external_id=entry["key"],
        parent_id=keys.get("organisation", entry["parent"]) if entry["parent"] else None,
        now=now,
    )
    keys.keep("organisation", entry["key"], made)


def add_person(db: Database, keys: Keys, entry: Entry, now: datetime) -> None:
    account = create_account(
        db,
        email=entry["email"],
        name=entry["name"],
        title=entry["title"],
        language=entry["language"],
        now=now,
    )
    organisation_id = keys.get("organisation", entry["organisation"])
    give_role(db, account.id, organisation_id, entry["role"], actor=None, now=now)
    keys.keep("account", entry["key"], account.id)


def _setting(db: Database, name: str) -> str | None:
    row = db.first("select value from setting where name = ?", (name,))
    return row["value"] if row else None


def _number(db: Database, name: str) -> int:
    return int(_setting(db, name) or 0)


def remember(db: Database, name: str, value: str) -> None:
    db["setting"].upsert({"name": name, "value": value}, pk="name")
