"""A person's own page: what waits for them first, then what became of what they registered."""

from dataclasses import dataclass, replace
from datetime import date

from matchmaker.accounts.account import Account
from matchmaker.capabilities.capability import Capability
from matchmaker.capabilities.queries import list_mine as list_my_capabilities
from matchmaker.collaborations.cases import WORTH_TELLING, CapabilityCase, capability_cases
from matchmaker.collaborations.listing import Line, Mine, for_organisation, list_collaborations
from matchmaker.collaborations.progress import NeedTimeline, need_timeline
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.database import Database
from matchmaker.needs.need import Need
from matchmaker.needs.queries import list_mine as list_my_needs
from matchmaker.pooling.joint_need import JointNeed
from matchmaker.pooling.queries import list_waiting
from matchmaker.profiles.reading import Shown
from matchmaker.reviews.case import Queue
from matchmaker.reviews.queries import list_queue
from matchmaker.reviews.unmet import unmet_among

#: The page shows the newest; the lists of needs and capabilities show all.
MOST_SHOWN = 8


@dataclass(frozen=True)
class MyNeed:
    shown: Shown[Need]
    timeline: NeedTimeline | None
    is_unmet: bool


@dataclass(frozen=True)
class MyCapability:
    shown: Shown[Capability]
    cases: list[CapabilityCase]


@dataclass(frozen=True)
class Desk:
    """What waits for a member of staff at their own hubs, or at all for who has none."""

    queue: Queue
    waiting: list[Line]
    under_way: int


@dataclass(frozen=True)
class MyPage:
    asked: list[Mine]
    joint_needs: list[JointNeed]
    under_way: list[Mine]
    needs: list[MyNeed]
    more_needs: int
    capabilities: list[MyCapability]
    more_capabilities: int
    desk: Desk | None

    @property
    def is_new(self) -> bool:
        asked = self.asked or self.joint_needs
        return not (self.needs or self.capabilities or self.under_way or asked or self.desk)


def read_my_page(
    db: Database, account: Account, *, today: date, answered_from: float | None = None
) -> MyPage:
    """Return what the page shows; `answered_from` is the probability of a good match, if known."""
    invited = for_organisation(db, account.organisation_ids)
    collaborations = [mine for mine in invited if may_speak_for(account, mine)]
    needs = list_my_needs(db, account)
    capabilities = list_my_capabilities(db, account)
    newest = needs[:MOST_SHOWN]
    unmet = unmet_among(db, [each.profile.id for each in newest], answered_from=answered_from)
    return MyPage(
        asked=[mine for mine in collaborations if mine.waits_for_me],
        joint_needs=list_waiting(db, account),
        under_way=[mine for mine in collaborations if not mine.waits_for_me],
        needs=[_my_need(db, shown, shown.profile.id in unmet) for shown in newest],
        more_needs=max(0, len(needs) - MOST_SHOWN),
        capabilities=[
            MyCapability(shown, _my_cases(db, shown, answered_from))
            for shown in capabilities[:MOST_SHOWN]
        ],
        more_capabilities=max(0, len(capabilities) - MOST_SHOWN),
        desk=_desk(db, account, today) if account.is_hub_staff else None,
    )


def _my_cases(
    db: Database, shown: Shown[Capability], answered_from: float | None
) -> list[CapabilityCase]:
    """Return the needs it fits; colleagues who may not speak for it see those on the board."""
    worth_telling = max(WORTH_TELLING, answered_from or 0)
    cases = capability_cases(db, shown.profile.id, worth_telling=worth_telling)
    if shown.may_change:
        return cases
    return [replace(case, collaboration_id=None) for case in cases if case.is_public]


def _my_need(db: Database, shown: Shown[Need], is_unmet: bool) -> MyNeed:
    is_draft = shown.profile.state == "draft"
    return MyNeed(shown, None if is_draft else need_timeline(db, shown.profile.id), is_unmet)


def _desk(db: Database, account: Account, today: date) -> Desk:
    hubs = account.hub_ids or None
    lines = [
        line
        for found in list_collaborations(db, hubs, today=today).values()
        for line in found
        if line.stage != "closed"
    ]
    waiting = [line for line in lines if line.needs_staff]
    return Desk(list_queue(db, hubs, today=today), waiting, len(lines))
