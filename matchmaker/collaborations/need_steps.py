"""Adds to the page of a need what the hub and the collaborations did with it."""

from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.accounts.account import Account
from matchmaker.collaborations.labels import CLOSE_REASONS
from matchmaker.collaborations.progress import NeedTimeline, need_timeline
from matchmaker.database import Database
from matchmaker.web.timeline import Step


def need_steps(db: Database, need_id: int, reader: Account | None) -> list[Step]:
    """Return what the owner's side and the hub may know; the public is told nothing of it."""
    row = db.first("select organisation_id from need where id = ?", (need_id,))
    if reader is None or row is None:
        return []
    if not reader.is_hub_staff and not reader.belongs_to(row["organisation_id"]):
        return []
    timeline = need_timeline(db, need_id)
    steps = [
        Step(step.at, _text(step.code, step.count, timeline))
        for step in timeline.steps
        if step.at and step.code != "received"
    ]
    closed = [Step(end.at, _closed(end.reason)) for end in timeline.ends]
    return [*steps, *closed]


def _closed(reason: str) -> str:
    return str(_("A proposal was closed: %(reason)s", reason=CLOSE_REASONS[reason]))


def _text(code: str, count: int, timeline: NeedTimeline) -> str:
    if code == "read":
        name = timeline.read_by or _("a member of staff")
        return str(_("Read by %(name)s at %(hub)s", name=name, hub=timeline.hub_name))
    if code == "looked_at":
        looked_at = ngettext(
            "The hub has looked at %(num)d suggestion",
            "The hub has looked at %(num)d suggestions",
            count,
        )
        return str(looked_at)
    if code == "proposed":
        return str(ngettext("Proposed to %(num)d other", "Proposed to %(num)d others", count))
    if code == "met":
        return str(ngettext("%(num)d meeting came about", "%(num)d meetings came about", count))
    return str(_("A test began") if code == "tested" else _("In use"))
