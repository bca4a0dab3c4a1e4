"""Taking a case, and handing it to a colleague or to another hub."""

from datetime import datetime

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.accounts.queries import get_account
from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.needs.handing import give_to_hub
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import Links
from matchmaker.reviews.actions import refer_open
from matchmaker.reviews.cases import hubs_of_need
from matchmaker.reviews.owning import (
    CaseTakenError,
    ColleagueError,
    Holding,
    ReceiverError,
    find_given_away,
    get_holding,
    list_staff,
)
from matchmaker.screening.screen import refuse_patient_data


def take_case(
    db: Database, need_id: int, hub_id: int, *, seen_sequence: int, actor: Account, now: datetime
) -> None:
    """Make the actor the owner of the case, whoever had it before.

    `seen_sequence` is that of the holding that the page showed: two people who take the same case
    do not overwrite each other.

    Raises
    ------
    NotPermittedError
        When the actor does not work for the hub.
    CaseTakenError
        When somebody took it or handed it on since the page was opened.
    """
    with db.atomic():
        holding = _holding(db, need_id, hub_id, seen_sequence, actor, now)
        if not holding.is_owned_by(actor):
            _add(db, holding, "take", actor.id, note="", actor=actor, now=now)


def hand_to_colleague(
    db: Database,
    need_id: int,
    hub_id: int,
    colleague_id: int,
    *,
    note: str = "",
    seen_sequence: int,
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Give the case to somebody else at the hub, with a note; they are mailed once.

    Raises
    ------
    NotPermittedError
        When the actor does not work for the hub.
    CaseTakenError
        When somebody took it or handed it on since the page was opened.
    ColleagueError
        When the receiver does not work for the hub, is the actor, or has the case already.
    PatientDataFound
        When the note holds data about a patient.
    """
    refuse_patient_data({"note": note})
    with db.atomic():
        holding = _holding(db, need_id, hub_id, seen_sequence, actor, now)
        colleagues = {account.id for account in list_staff(db, hub_id)}
        has_it = holding.owner is not None and holding.owner.account_id == colleague_id
        if colleague_id not in colleagues - {actor.id} or has_it:
            raise ColleagueError(colleague_id)
        _add(db, holding, "hand", colleague_id, note=note, actor=actor, now=now)
        _tell(db, need_id, hub_id, [get_account(db, colleague_id)], links, actor, now)


def hand_to_hub(
    db: Database,
    need_id: int,
    hub_id: int,
    receiver_id: int,
    *,
    note: str = "",
    seen_sequence: int,
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Give the case to another hub with all that is open and all that was decided.

    Where the receiver has a part of the need already, the two become one case and its owner
    stays. Its owner, or all its staff while there is none, are mailed once.

    Raises
    ------
    NotPermittedError
        When the actor does not work for the hub.
    CaseTakenError
        When somebody took it or handed it on since the page was opened.
    ReceiverError
        When the receiver is no hub or has the case already.
    PatientDataFound
        When the note holds data about a patient.
    """
    refuse_patient_data({"note": note})
    with db.atomic():
        _holding(db, need_id, hub_id, seen_sequence, actor, now)
        hub = db.first("select 1 from organisation where id = ? and kind = 'hub'", (receiver_id,))
        if hub is None or receiver_id == hub_id:
            raise ReceiverError(receiver_id)
        give_to_hub(db, need_id, hub_id, receiver_id, actor=actor, now=now)
        refer_open(db, need_id, hub_id, receiver_id, actor=actor, now=now)
        there = get_holding(db, need_id, receiver_id)
        owner_id = there.owner.account_id if there.owner else None
        _add(db, there, "hand_over", owner_id, note=note, actor=actor, now=now, from_hub_id=hub_id)
        readers = [get_account(db, owner_id)] if owner_id else list_staff(db, receiver_id)
        _tell(db, need_id, receiver_id, readers, links, actor, now)


def _holding(
    db: Database, need_id: int, hub_id: int, seen_sequence: int, actor: Account, now: datetime
) -> Holding:
    if not any(member.organisation_id == hub_id for member in actor.memberships):
        raise NotPermittedError(f"account {actor.id} does not work for hub {hub_id}")
    holding = get_holding(db, need_id, hub_id)
    if holding.sequence != seen_sequence:
        if not holding.history:
            raise NotPermittedError(f"case {need_id} has no step {seen_sequence} to have seen")
        raise CaseTakenError(holding.history[0])
    given = find_given_away(db, need_id, hub_id)
    if given and hub_id not in hubs_of_need(db, need_id, today=danish_day(now)):
        raise CaseTakenError(given)
    return holding


def _add(
    db: Database,
    holding: Holding,
    verb: str,
    owner_id: int | None,
    *,
    note: str,
    actor: Account,
    now: datetime,
    from_hub_id: int | None = None,
) -> None:
    db["case_assignment"].insert(
        {
            "need_id": holding.need_id,
            "hub_id": holding.hub_id,
            "sequence": holding.sequence + 1,
            "owner_id": owner_id,
            "actor_id": actor.id,
            "from_hub_id": from_hub_id,
            "note": note.strip(),
            "created_at": to_text(now),
        }
    )
    log.record(
        db, f"case.{verb}", "need", holding.need_id, actor_id=actor.id, now=now,
        hub_id=holding.hub_id, owner_id=owner_id, from_hub_id=from_hub_id,
        sequence=holding.sequence + 1,
    )  # fmt: skip


def _tell(
    db: Database,
    need_id: int,
    hub_id: int,
    readers: list[Account],
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    holding = get_holding(db, need_id, hub_id)
    need = db["need"].get(need_id)
    for reader in readers:
        if reader.id != actor.id:
            enqueue_template(
                db, "case_handed", reader, now=now,
                key=f"case-{need_id}-{hub_id}-{holding.sequence}-{reader.id}",
                person=reader, given=holding.history[0], title=need["title"],
                link=links.page(f"/reviews/needs/{need_id}"),
            )  # fmt: skip
