"""A company's inbox: the needs that its capabilities fit, and what waits for an answer."""

from collections import Counter
from dataclasses import dataclass

from matchmaker.accounts.account import Account
from matchmaker.capabilities.capability import Capability
from matchmaker.capabilities.queries import list_mine
from matchmaker.collaborations.cases import WORTH_TELLING, CapabilityCase, list_cases
from matchmaker.collaborations.declining import Decline, decline_of_review
from matchmaker.collaborations.listing import Mine, for_organisation
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.database import Database
from matchmaker.profiles.listing import PER_PAGE
from matchmaker.profiles.reading import Shown
from matchmaker.reasons import REASONS

GROUPS = ("waiting", "under_way", "open", "ended")


@dataclass(frozen=True)
class Entry:
    """A case in one of the `GROUPS`, with the capability of the reader's that it is about.

    `decline` says of a no what would change it; None where nobody else said no.
    """

    case: CapabilityCase
    capability: Shown[Capability]
    group: str
    decline: Decline | None


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox; `counts` are of all its pages, by group."""

    entries: tuple[Entry, ...]
    counts: dict[str, int]
    total: int
    page: int
    pages: int
    capabilities: tuple[Shown[Capability], ...]

    @property
    def incomplete(self) -> list[Shown[Capability]]:
        """The capabilities that lack facts that readers ask for, and that the reader may change."""
        return [
            each
            for each in self.capabilities
            if each.may_change and each.profile.is_public and each.profile.missing_facts
        ]


def read_inbox(
    db: Database,
    account: Account,
    *,
    capability_id: int | None = None,
    group: str = "",
    page: int = 1,
    answered_from: float | None = None,
) -> Inbox:
    """Return the needs that this person's capabilities fit, what waits for an answer first.

    Only needs that the reader may see: those on the board, and those they were asked about. Who
    may not speak for a capability sees the former alone.
    """
    capabilities = list_mine(db, account)
    shown = {each.profile.id: each for each in capabilities}
    chosen = [capability_id] if capability_id in shown else list(shown)
    worth_telling = max(WORTH_TELLING, answered_from or 0)
    waiting = _waiting(db, account)
    entries = [
        _entry(case, shown[case.capability_id], waiting)
        for case in list_cases(db, chosen, worth_telling=worth_telling)
        if shown[case.capability_id].may_change or case.is_public
    ]
    counts = Counter(entry.group for entry in entries)
    entries = [entry for entry in entries if group in ("", entry.group)]
    # The order within a group stays: sorting is stable.
    entries.sort(key=lambda entry: GROUPS.index(entry.group))
    pages = max(1, -(-len(entries) // PER_PAGE))
    page = min(max(1, page), pages)
    return Inbox(
        entries=tuple(entries[(page - 1) * PER_PAGE : page * PER_PAGE]),
        counts={name: counts[name] for name in GROUPS},
        total=sum(counts.values()),
        page=page,
        pages=pages,
        capabilities=tuple(capabilities),
    )


def _waiting(db: Database, account: Account) -> set[int]:
    """Return the collaborations that wait for this person."""
    return {mine.id for mine in _asked(db, account) if mine.waits_for_me}


def _asked(db: Database, account: Account) -> list[Mine]:
    invited = for_organisation(db, account.organisation_ids)
    return [mine for mine in invited if mine.capability_id and may_speak_for(account, mine)]


def _entry(case: CapabilityCase, capability: Shown[Capability], waiting: set[int]) -> Entry:
    group = "waiting" if case.collaboration_id in waiting else case.group
    decline = None
    if case.reason in REASONS and not case.is_own_no:
        kind = capability.profile.kind
        decline = decline_of_review(case.reason, case.capability_id, kind)
    return Entry(case, capability, group, decline)
