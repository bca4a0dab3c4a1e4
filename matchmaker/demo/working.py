"""The work of a collaboration in the story: tasks, meetings, and what came of it."""

from datetime import datetime, time, timedelta

from matchmaker.accounts.account import Account
from matchmaker.casework.days import danish_moment
from matchmaker.casework.meeting import MeetingDraft
from matchmaker.casework.meetings import call_meeting
from matchmaker.casework.tasks import TaskDraft, add_task
from matchmaker.clock import danish_day
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.database import Database
from matchmaker.demo.content import Entry
from matchmaker.outbox.links import Links
from matchmaker.outcomes.actions import tell_outcome
from matchmaker.outcomes.outcome import PARTS, OutcomeDraft

_TEN = time(10, 0)


def give_task(
    db: Database, collaboration: Collaboration, entry: Entry, *, actor: Account, now: datetime
) -> None:
    """Let who tells of a task do it themselves, so many days later."""
    due_on = danish_day(now) + timedelta(days=entry["due_days"])
    draft = TaskDraft(entry["text"], due_on, actor.id, entry.get("audience", "parties"))
    add_task(db, collaboration.id, draft, actor=actor, now=now)


def meet(
    db: Database,
    collaboration: Collaboration,
    entry: Entry,
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Call all parties together at ten o'clock, so many days later."""
    draft = MeetingDraft(
        title=entry["title"],
        starts_at=danish_moment(danish_day(now) + timedelta(days=entry["in_days"]), _TEN),
        minutes=60,
        place=entry.get("place", ""),
        agenda=entry.get("agenda", ""),
        guests=tuple(party.account_id for party in collaboration.parties),
    )
    call_meeting(db, collaboration.id, draft, actor=actor, links=links, now=now)


def tell(
    db: Database, collaboration: Collaboration, entry: Entry, *, actor: Account, now: datetime
) -> None:
    """Tell what came of it, for the party that the teller is the contact of."""
    party = next(p for p in collaboration.parties if p.account_id == actor.id)
    parts = {name: entry.get(name, "") for name in PARTS}
    draft = OutcomeDraft(entry["state"], **parts, is_public=entry.get("public", False))
    tell_outcome(db, collaboration.id, party.id, draft, actor=actor, now=now)
