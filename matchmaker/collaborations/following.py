"""What happens after the invitation: stages, notes, hand-over, the end."""

from datetime import datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.clock import to_text
from matchmaker.collaborations import mails
from matchmaker.collaborations.changes import change, insert, read_for_change, record
from matchmaker.collaborations.collaboration import (
    AUDIENCES,
    CLOSE_REASONS,
    DECIDED_STAGES,
    Collaboration,
)
from matchmaker.collaborations.discretion import check_discreet, list_unshown
from matchmaker.collaborations.errors import (
    HubError,
    NotPartyError,
    PurchasePathMissingError,
    ReasonError,
    StageError,
    TextMissingError,
)
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.rights import own_parties
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement.contact import Item
from matchmaker.procurement.log import record_contact
from matchmaker.procurement.planning import has_purchase_path
from matchmaker.screening.screen import refuse_patient_data


def move_stage(
    db: Database,
    collaboration_id: int,
    stage: str,
    *,
    version: int | None = None,
    actor: Account,
    now: datetime,
) -> None:
    """Note that the parties have come to another stage; staff and the parties may.

    Who notes the stage that it is at, as by a second click, finds it noted.

    Raises
    ------
    StageError
        When that stage does not follow upon the present one.
    NotPartyError
        When `actor` is neither staff nor speaks for a party.
    PurchasePathMissingError
        When a test is to start and nobody has said how a purchase would go.
    StaleError
        When somebody changed the collaboration meanwhile.
    """
    with db.atomic():
        known = get_collaboration(db, collaboration_id)
        if stage == known.stage and stage in DECIDED_STAGES:
            _check_speaks(known, actor)
            return
        before = read_for_change(db, collaboration_id, version)
        if stage not in before.next_stages:
            raise StageError(before.stage)
        _check_speaks(before, actor)
        if stage == "test" and not has_purchase_path(db, collaboration_id):
            raise PurchasePathMissingError(collaboration_id)
        after = change(db, before, now=now, stage=stage)
        record(db, "move", before, after, actor_id=actor.id, now=now)
        if stage == "test":
            record_contact(
                db, after.need_id, "test", collaboration_id=after.id,
                item=Item("collaboration", after.id), actor_id=actor.id, now=now,
            )  # fmt: skip


def close(
    db: Database,
    collaboration_id: int,
    reason: str,
    *,
    version: int | None = None,
    note: str = "",
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """End a collaboration with a coded reason; parties who were asked are told in words.

    Raises
    ------
    ReasonError
        When the reason is not from the list, or "other" lacks words.
    HiddenNameError
        When the note names what the parties may not know of each other.
    StageError
        When it has been closed before.
    StaleError
        When somebody changed the collaboration meanwhile.
    """
    note = note.strip()
    if reason not in CLOSE_REASONS or (reason == "other" and not note):
        raise ReasonError(reason)
    refuse_patient_data({"note": note})
    with db.atomic():
        before = read_for_change(db, collaboration_id, version)
        if before.is_closed:
            raise StageError(before.stage)
        check_discreet(note, list_unshown(db, before))
        after = change(db, before, now=now, stage="closed", close_reason=reason, close_note=note)
        record(db, "close", before, after, actor_id=actor.id, now=now, reason=reason)
        for party in before.parties:
            # Who said no knows; who was never asked has nothing to be told.
            if party.invited_at and party.answer_in(before.circle) != "no":
                mails.send_closed(db, after, party, links=links, now=now)


def add_note(
    db: Database,
    collaboration_id: int,
    audience: str,
    text: str,
    *,
    actor: Account,
    now: datetime,
) -> int:
    """Return the id of a new note, for the hub alone or for all parties; two clicks are one note.

    Parties write to all, and only once they have been introduced.

    Raises
    ------
    TextMissingError
        When the note is empty.
    NotPartyError
        When `actor` may not write to this audience.
    """
    text = text.strip()
    if not text:
        raise TextMissingError("note")
    refuse_patient_data({"note": text})
    if audience not in AUDIENCES:
        raise ValueError(f"{audience!r} is no audience")
    with db.atomic():
        collaboration = get_collaboration(db, collaboration_id)
        if not actor.is_hub_staff and (audience == "hub" or not collaboration.contacts_are_open):
            raise NotPartyError(collaboration_id)
        _check_speaks(collaboration, actor)
        row = {
            "collaboration_id": collaboration_id,
            "account_id": actor.id,
            "audience": audience,
            "text": text,
        }
        last = _last_note(db, collaboration_id)
        if last is not None and {name: last[name] for name in row} == row:
            return int(last["id"])
        note_id = insert(db, "collaboration_note", {**row, "created_at": to_text(now)})
        record(
            db, "note", collaboration, collaboration, actor_id=actor.id, now=now,
            note_id=note_id, audience=audience,
        )  # fmt: skip
    return note_id


def _last_note(db: Database, collaboration_id: int) -> dict[str, Any] | None:
    return db.first(
        "select * from collaboration_note where collaboration_id = ? order by id desc limit 1",
        (collaboration_id,),
    )


def hand_over(
    db: Database,
    collaboration_id: int,
    hub_id: int,
    *,
    version: int | None = None,
    note: str = "",
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Give a collaboration to another hub, with a note for its staff, who are mailed once.

    Who made the proposal is mailed alone while they work for the receiving hub.

    Raises
    ------
    HubError
        When the receiver is no hub or has the collaboration already.
    StaleError
        When somebody changed the collaboration meanwhile.
    PatientDataFound
        When the note holds data about a patient.
    """
    note = note.strip()
    refuse_patient_data({"note": note})
    with db.atomic():
        before = read_for_change(db, collaboration_id, version)
        hub = db.first("select id from organisation where id = ? and kind = 'hub'", (hub_id,))
        if hub is None or hub_id == before.hub_id:
            raise HubError(hub_id)
        after = change(db, before, now=now, hub_id=hub_id)
        record(
            db, "hand_over", before, after, actor_id=actor.id, now=now,
            from_hub_id=before.hub_id, to_hub_id=hub_id,
        )  # fmt: skip
        if note:
            add_note(db, collaboration_id, "hub", note, actor=actor, now=now)
        mails.send_handed_over(
            db, after, before.hub_name, note=note, links=links, actor=actor, now=now
        )


def _check_speaks(collaboration: Collaboration, actor: Account) -> None:
    if not actor.is_hub_staff and not own_parties(actor, collaboration):
        raise NotPartyError(collaboration.id)
