"""What somebody is told who was declined: why, in a code, and what would change it."""

from dataclasses import dataclass

from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.reasons import REASONS

#: Where the reader's own text could say more, by the side that reads and the reason.
_CHANGES_BY = {
    "capability": {
        "not_the_problem": "description",
        "too_early": "trl",
        "lacks_evidence": "evidence",
        "price": "price_model",
        "has_one": "description",
    },
    "need": {"not_the_problem": "problem", "price": "extent", "has_one": "requirements"},
}
#: What the form of a testbed or of expertise asks for instead.
_INSTEAD = {
    "testbed": {"trl": "past_projects", "evidence": "past_projects", "price_model": "facilities"},
    "expertise": {
        "trl": "past_projects", "evidence": "past_projects", "price_model": "description",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Decline:
    """A no as the declined side reads it; who said it is not told, nor in which words.

    `side` is the reader's own: ``need`` or ``capability``. `until` is the day that "not now"
    named. `field` is the question of the reader's own form where more could be said, None where
    nothing in the text would change it.
    """

    reason: str
    side: str
    profile_id: int
    until: str | None = None
    field: str | None = None
    by_hub: bool = False

    @property
    def edit_path(self) -> str | None:
        if self.field is None:
            return None
        noun = "needs" if self.side == "need" else "capabilities"
        return f"/{noun}/{self.profile_id}/edit#{self.field}"


def find_decline(collaboration: Collaboration, party: Party) -> Decline | None:
    """Return why it ended for this party; None while it goes on, and for whose own no it was."""
    ended = collaboration.is_closed or not party.takes_part
    if not ended or party.answer_in(collaboration.circle) == "no":
        return None
    if not party.takes_part:
        return _decline(party, party.end_reason, by_hub=True) if party.end_reason else None
    said = _no_of_others(collaboration, party)
    if said is not None and said.last is not None and said.last.reason:
        return _decline(party, said.last.reason, until=said.last.later_on)
    reason = collaboration.close_reason
    is_no = reason in REASONS and not collaboration.contacts_are_open
    return _decline(party, str(reason), by_hub=True) if is_no else None


def decline_of_review(reason: str, capability_id: int, kind: str) -> Decline:
    """Return what a company is told of its suggestion that staff did not take further."""
    return Decline(reason, "capability", capability_id, None, _field("capability", kind, reason),
                   by_hub=True)  # fmt: skip


def _no_of_others(collaboration: Collaboration, reader: Party) -> Party | None:
    """Return who declined this reader: the other side of the table before somebody beside them."""
    said = [
        party
        for party in collaboration.parties
        if party.id != reader.id and party.answer_in(collaboration.circle) == "no"
    ]
    return next(iter(sorted(said, key=lambda party: party.is_need == reader.is_need)), None)


def _decline(
    party: Party, reason: str, *, until: str | None = None, by_hub: bool = False
) -> Decline:
    side = "need" if party.is_need else "capability"
    field = _field(side, party.kind, reason)
    profile_id = party.need_id or party.capability_id or 0
    return Decline(reason, side, profile_id, until, field, by_hub)


def _field(side: str, kind: str, reason: str) -> str | None:
    field = _CHANGES_BY[side].get(reason)
    return _INSTEAD.get(kind, {}).get(field, field) if field else None
