"""Putting a proposal together and changing it, until it is sent."""

from collections.abc import Iterable
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.collaborations.candidates import get_candidate
from matchmaker.collaborations.changes import change, insert, read_for_change, record
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.consent import check_consent
from matchmaker.collaborations.draft import (
    Candidate,
    Draft,
    PartyDraft,
    check_parties,
    check_texts,
)
from matchmaker.collaborations.errors import NotApprovedError, PartyMissingError, StageError
from matchmaker.collaborations.queries import list_suggestion_ids
from matchmaker.database import Database
from matchmaker.reviews.standing import get_standing

_EXTRA_KINDS = ("testbed", "expertise")


def create_draft(db: Database, draft: Draft, *, actor: Account, now: datetime) -> int:
    """Return the id of a new draft; its approved suggestions count as proposed from now on.

    Raises
    ------
    CollaborationError
        When a suggestion is not approved, a party or contact does not fit, has a conflict of
        interest or has said no before, or a text gives away what is not shown.
    """
    with db.atomic():
        candidates = check_draft(db, draft)
        check_consent(db, candidates, actor=actor, now=now)
        for suggestion_id in draft.suggestion_ids:
            if get_standing(db, suggestion_id).state != "approved":
                raise NotApprovedError(suggestion_id)
        moment, hub_id = to_text(now), _hub_of(db, candidates, actor)
        collaboration_id = insert(
            db,
            "collaboration",
            {
                "hub_id": hub_id,
                "title": draft.title.strip(),
                "language": draft.language,
                "introduction": draft.introduction.strip(),
                "created_by": actor.id,
                "created_at": moment,
                "updated_at": moment,
            },
        )
        insert_suggestions(db, collaboration_id, draft.suggestion_ids)
        insert_parties(db, collaboration_id, candidates)
        log.record(
            db, "collaboration.create", "collaboration", collaboration_id, actor_id=actor.id,
            now=now, to_state="draft", suggestion_ids=list(draft.suggestion_ids), hub_id=hub_id,
        )  # fmt: skip
    return collaboration_id


def edit_draft(
    db: Database,
    collaboration_id: int,
    draft: Draft,
    *,
    version: int,
    actor: Account,
    now: datetime,
) -> None:
    """Replace texts and parties of a draft; its suggestions stay as they are.

    Raises
    ------
    CollaborationError
        When the draft was sent or changed meanwhile, or something in it does not fit.
    """
    with db.atomic():
        before = read_for_change(db, collaboration_id, version)
        if before.stage != "draft":
            raise StageError(before.stage)
        candidates = check_draft(db, draft)
        check_consent(db, candidates, actor=actor, now=now)
        if sorted(draft.suggestion_ids) != list_suggestion_ids(db, collaboration_id):
            raise NotApprovedError(collaboration_id)
        db["collaboration_party"].delete_where("collaboration_id = ?", [collaboration_id])
        insert_parties(db, collaboration_id, candidates)
        after = change(
            db,
            before,
            now=now,
            title=draft.title.strip(),
            language=draft.language,
            introduction=draft.introduction.strip(),
        )
        record(db, "edit", before, after, actor_id=actor.id, now=now)


def check_draft(db: Database, draft: Draft) -> list[Candidate]:
    """Return the parties to be, or raise what is wrong with the draft."""
    candidates = [get_candidate(db, party) for party in draft.parties]
    check_parties(candidates)
    check_texts(draft, candidates)
    _check_suggestions(db, draft, candidates)
    return candidates


def _check_suggestions(db: Database, draft: Draft, candidates: list[Candidate]) -> None:
    need_id = next(c.draft.need_id for c in candidates if c.draft.need_id)
    suggested = set()
    for suggestion_id in draft.suggestion_ids:
        row = db["suggestion"].get(suggestion_id)
        if row["need_id"] != need_id:
            raise NotApprovedError(suggestion_id)
        suggested.add(row["capability_id"])
    present = {c.draft.capability_id for c in candidates if c.draft.capability_id}
    if not suggested or not suggested <= present:
        raise PartyMissingError
    for candidate in candidates:
        is_extra = candidate.draft.capability_id in present - suggested
        if is_extra and candidate.kind not in _EXTRA_KINDS:
            raise NotApprovedError(candidate.draft.capability_id)


def _hub_of(db: Database, candidates: Iterable[Candidate], actor: Account) -> int:
    """Return the actor's own hub where they have one, else the hub of the need."""
    need_id = next(c.draft.need_id for c in candidates if c.draft.need_id)
    need_hub = int(db["need"].get(need_id)["hub_id"])
    if not actor.hub_ids or need_hub in actor.hub_ids:
        return need_hub
    return actor.hub_ids[0]


def insert_suggestions(db: Database, collaboration_id: int, suggestion_ids: Iterable[int]) -> None:
    db["collaboration_suggestion"].insert_all(
        {"collaboration_id": collaboration_id, "suggestion_id": suggestion_id}
        for suggestion_id in suggestion_ids
    )


def insert_parties(
    db: Database,
    collaboration_id: int,
    candidates: Iterable[Candidate],
    *,
    invited_at: str | None = None,
) -> list[int]:
    """Return the ids of the new parties, in order."""
    return [
        insert(
            db,
            "collaboration_party",
            {
                "collaboration_id": collaboration_id,
                "organisation_id": candidate.organisation_id,
                "account_id": candidate.draft.account_id,
                "need_id": candidate.draft.need_id,
                "capability_id": candidate.draft.capability_id,
                "show_organisation": int(candidate.draft.show_organisation),
                "invited_at": invited_at,
            },
        )
        for candidate in candidates
    ]


def draft_of(collaboration: Collaboration, suggestion_ids: Iterable[int]) -> Draft:
    """Return a stored collaboration as the draft it was made of."""
    parties = tuple(
        PartyDraft(
            account_id=party.account_id,
            need_id=party.need_id,
            capability_id=party.capability_id,
            show_organisation=party.show_organisation,
        )
        for party in collaboration.parties
    )
    return Draft(
        collaboration.title,
        collaboration.language,
        collaboration.introduction,
        tuple(suggestion_ids),
        parties,
    )
