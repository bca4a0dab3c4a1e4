"""Asking the parties, and changing who is asked."""

from collections.abc import Iterable
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.clock import to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.attention import check_attention
from matchmaker.collaborations.candidates import get_candidate
from matchmaker.collaborations.changes import change, read_for_change, record
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.consent import check_consent, check_own_ties
from matchmaker.collaborations.disclosure import disclose
from matchmaker.collaborations.draft import PartyDraft, check_parties, check_texts
from matchmaker.collaborations.drafting import (
    check_draft,
    draft_of,
    insert_parties,
    insert_suggestions,
)
from matchmaker.collaborations.errors import (
    CollaborationNotFoundError,
    PartyMissingError,
    ReasonError,
    StageError,
)
from matchmaker.collaborations.introducing import introduce_if_agreed
from matchmaker.collaborations.queries import get_collaboration, get_party, list_suggestion_ids
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement.contact import Item
from matchmaker.procurement.log import Receiver, record_contact
from matchmaker.reasons import LEAVING_REASONS
from matchmaker.reviews.standing import get_standing


def invite(
    db: Database,
    collaboration_id: int,
    *,
    version: int | None = None,
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Send each party one mail with a link of their own.

    Everything is checked again: profiles may have been taken down and people may have left since
    the draft was written.

    Raises
    ------
    BudgetUsedError
        When the need's owner or a testbed has been approached as often this month as they allow.
    ConflictError, RefusedError
        When two of them must not meet, or one has said no to the other.
    CollaborationError
        When the draft was sent or changed meanwhile, or something in it no longer fits.
    """
    with db.atomic():
        before = read_for_change(db, collaboration_id, version)
        if before.stage != "draft":
            raise StageError(before.stage)
        draft = draft_of(before, list_suggestion_ids(db, collaboration_id))
        check_consent(db, check_draft(db, draft), actor=actor, now=now)
        check_attention(db, before.need_id, _offered(draft.parties), now=now)
        moment = to_text(now)
        for party in before.parties:
            db["collaboration_party"].update(party.id, {"invited_at": moment})
        after = change(db, before, now=now, stage="invited", invited_at=moment)
        record(db, "invite", before, after, actor_id=actor.id, now=now, **_party_ids(after))
        disclose(db, after, "problem", actor_id=actor.id, now=now)
        for party in after.parties:
            _record_shown(db, after, party, actor=actor, now=now)
            mails.send_proposal(db, after, party, links=links, now=now)


def replace_party(
    db: Database,
    collaboration_id: int,
    party_id: int,
    successor: PartyDraft,
    *,
    reason: str | None = None,
    version: int | None = None,
    links: Links,
    actor: Account,
    now: datetime,
) -> int:
    """Put another in the place of a party; return the id of the new one.

    The others are asked again, because their yes was for the parties they were shown.

    Raises
    ------
    ReasonError
        When who leaves has not said no itself and the hub gives no `reason`.
    BudgetUsedError, ConflictError, RefusedError
        When the new one must not be asked.
    """
    with db.atomic():
        before = _invited(db, collaboration_id, version)
        leaving = _active_party(before, party_id)
        _check_change(db, before, leaving, successor, actor=actor, now=now)
        check_attention(db, None, _offered([successor]), now=now)
        left_because = _end(db, before, leaving, reason, now)
        new_id = insert_parties(
            db, before.id, [get_candidate(db, successor)], invited_at=to_text(now)
        )[0]
        insert_suggestions(db, before.id, _approved(db, before, successor))
        after = change(db, before, now=now, circle=before.circle + 1)
        record(
            db, "replace", before, after, actor_id=actor.id, now=now,
            party_id=leaving.id, successor_id=new_id, reason=left_because,
        )  # fmt: skip
        disclose(db, get_collaboration(db, after.id), "problem", actor_id=actor.id, now=now)
        _record_shown(db, after, get_party(db, new_id), actor=actor, now=now)
        _tell_circle(db, after, leaving, new_id, links=links, now=now)
    return new_id


def remove_party(
    db: Database,
    collaboration_id: int,
    party_id: int,
    *,
    reason: str | None = None,
    version: int | None = None,
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Go on without a party. If all others have said yes, they are introduced at once.

    Raises
    ------
    ReasonError
        When it has not said no itself and the hub gives no `reason`.
    ConflictError
        When `actor` would introduce parties and is tied to one of them.
    """
    with db.atomic():
        before = _invited(db, collaboration_id, version)
        leaving = _active_party(before, party_id)
        rest = [party for party in before.parties if party.id != party_id]
        if leaving.is_need or all(party.is_need for party in rest):
            raise PartyMissingError
        left_because = _end(db, before, leaving, reason, now)
        after = change(db, before, now=now)
        record(
            db, "remove", before, after, actor_id=actor.id, now=now,
            party_id=leaving.id, reason=left_because,
        )  # fmt: skip
        mails.send_left_out(db, after, leaving, links=links, now=now)
        if after.is_held_back:
            check_own_ties(db, after.parties, actor=actor, now=now)
        introduce_if_agreed(db, after, actor_id=actor.id, links=links, now=now)


def _invited(db: Database, collaboration_id: int, version: int | None) -> Collaboration:
    collaboration = read_for_change(db, collaboration_id, version)
    if collaboration.stage != "invited":
        raise StageError(collaboration.stage)
    return collaboration


def _active_party(collaboration: Collaboration, party_id: int) -> Party:
    party = collaboration.party(party_id)
    if party is None or not party.takes_part:
        raise CollaborationNotFoundError(party_id)
    return party


def _check_change(
    db: Database,
    before: Collaboration,
    leaving: Party,
    successor: PartyDraft,
    *,
    actor: Account,
    now: datetime,
) -> None:
    draft = draft_of(before, [])
    kept = [
        get_candidate(db, party)
        for party, member in zip(draft.parties, before.parties, strict=True)
        if member.id != leaving.id
    ]
    new = get_candidate(db, successor)
    if leaving.is_need != (successor.need_id is not None):
        raise PartyMissingError
    check_parties([*kept, new])
    check_texts(draft, [*kept, new])
    check_consent(db, [*kept, new], actor=actor, now=now, collaboration_id=before.id)


def _end(
    db: Database, before: Collaboration, party: Party, reason: str | None, now: datetime
) -> str | None:
    """Take the party out and return the hub's reason; None where it said no itself."""
    has_declined = party.answer_in(before.circle) == "no"
    if not has_declined and reason not in LEAVING_REASONS:
        raise ReasonError(reason)
    kept = None if has_declined else reason
    db["collaboration_party"].update(party.id, {"ended_at": to_text(now), "end_reason": kept})
    return kept


def _approved(db: Database, collaboration: Collaboration, successor: PartyDraft) -> list[int]:
    """Return the approved suggestion of the new party, which counts as proposed from now on."""
    rows = db.rows(
        "select id from suggestion where need_id = ? and capability_id = ?",
        (collaboration.need_id, successor.capability_id),
    )
    return [row["id"] for row in rows if get_standing(db, row["id"]).state == "approved"]


def _offered(parties: Iterable[PartyDraft]) -> list[int]:
    return [party.capability_id for party in parties if party.capability_id is not None]


def _tell_circle(
    db: Database,
    after: Collaboration,
    leaving: Party,
    new_id: int,
    *,
    links: Links,
    now: datetime,
) -> None:
    mails.send_left_out(db, after, leaving, links=links, now=now)
    for party in get_collaboration(db, after.id).parties:
        if party.id == new_id:
            mails.send_proposal(db, after, party, links=links, now=now)
        else:
            mails.send_asked_again(db, after, party, links=links, now=now)


def _record_shown(
    db: Database, collaboration: Collaboration, party: Party, *, actor: Account, now: datetime
) -> None:
    """Note in the equal-information log that a party has been shown the need."""
    if not party.is_need:
        record_contact(
            db, collaboration.need_id, "proposal", collaboration_id=collaboration.id,
            receivers=[Receiver(party.organisation_id, party.account_id)],
            item=Item("party", party.id), actor_id=actor.id, now=now,
        )  # fmt: skip


def _party_ids(collaboration: Collaboration) -> dict[str, list[int]]:
    return {"party_ids": [party.id for party in collaboration.parties]}
