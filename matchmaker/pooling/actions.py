"""Everything that people do with joint needs: the hub asks, splits and merges, owners answer.

A joint need owns nothing: each need stays with its owner, who can leave at any time.
"""

from datetime import datetime

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.pooling.apart import keep_apart, kept_apart_among
from matchmaker.pooling.changes import (
    add_joint_need,
    add_member,
    dissolve,
    dissolve_if_alone,
    end_members,
    get_current,
    note,
    touch,
)
from matchmaker.pooling.joint_need import (
    FEWEST,
    JointNeed,
    KeptApartError,
    Member,
    NotAskedError,
    WrongChoiceError,
)
from matchmaker.pooling.mails import ask_owners
from matchmaker.pooling.queries import get_joint_need, may_answer
from matchmaker.screening.screen import refuse_patient_data
from matchmaker.words.language import detect_language


def ask(
    db: Database,
    joint_need_id: int,
    title: str,
    *,
    version: int,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Confirm a proposal: every owner who was not asked yet gets one mail and may join.

    `title` is what owners read of it before they join; it must tell of no single need.

    Raises
    ------
    JointNeedNotFoundError, StaleJointNeedError, NotPermittedError, PatientDataFound
        Nothing has been changed.
    """
    _require_staff(actor)
    refuse_patient_data({"title": title})
    with db.atomic():
        joint_need = get_current(db, joint_need_id, version)
        touch(db, joint_need_id, now=now, title=title, language=detect_language(title))
        _ask(db, joint_need, joint_need.waiting, actor=actor, links=links, now=now)


def split(
    db: Database,
    joint_need_id: int,
    need_ids: frozenset[int],
    *,
    version: int,
    actor: Account,
    now: datetime,
) -> int | None:
    """Take these needs out, and keep them apart from the rest for good.

    Two or more that are taken out become a joint need of their own, in which everybody stands as
    before; its id is returned. What is left alone is no joint need any more.

    Raises
    ------
    JointNeedNotFoundError, StaleJointNeedError, WrongChoiceError, NotPermittedError
        Nothing has been changed.
    """
    _require_staff(actor)
    with db.atomic():
        joint_need = get_current(db, joint_need_id, version)
        taken = joint_need.chosen(need_ids)
        rest = [member for member in joint_need.members if member not in taken]
        if not rest:
            raise WrongChoiceError("all of them")
        ids = [member.need_id for member in taken]
        keep_apart(db, ids, [each.need_id for each in rest], actor_id=actor.id, now=now)
        end_members(db, taken, "moved", now=now)
        touch(db, joint_need_id, now=now, by_hand=1)
        note(db, "split", joint_need_id, actor_id=actor.id, now=now, need_ids=ids)
        made = _made_of(db, joint_need, taken, actor, now) if len(taken) >= FEWEST else None
        dissolve_if_alone(db, joint_need_id, actor_id=actor.id, now=now)
    return made


def keep_all_apart(
    db: Database, joint_need_id: int, *, version: int, actor: Account, now: datetime
) -> None:
    """Dissolve a joint need whose needs are all about different problems, and remember that.

    Raises
    ------
    JointNeedNotFoundError, StaleJointNeedError, NotPermittedError
        Nothing has been changed.
    """
    _require_staff(actor)
    with db.atomic():
        joint_need = get_current(db, joint_need_id, version)
        ids = [member.need_id for member in joint_need.members]
        keep_apart(db, ids, ids, actor_id=actor.id, now=now)
        dissolve(db, joint_need, "kept_apart", actor_id=actor.id, now=now)


def merge(
    db: Database,
    joint_need_id: int,
    other_id: int,
    *,
    version: int,
    other_version: int,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    """Put the needs of another joint need into this one, which then counts as staff's own.

    Owners who are asked here or were asked there are asked about the larger one. Both must be as
    the page showed them, or what a colleague did to the other one would be undone unseen.

    Raises
    ------
    JointNeedNotFoundError, StaleJointNeedError, WrongChoiceError, KeptApartError,
    NotPermittedError
        Nothing has been changed.
    """
    _require_staff(actor)
    with db.atomic():
        joint_need = get_current(db, joint_need_id, version)
        if other_id == joint_need_id:
            raise WrongChoiceError(other_id)
        other = get_current(db, other_id, other_version)
        together = [member.need_id for member in (*joint_need.members, *other.members)]
        if pairs := kept_apart_among(db, together):
            raise KeptApartError(pairs)
        end_members(db, other.members, "moved", now=now)
        values = {"merged_into": joint_need.id}
        dissolve(db, other, "merged", actor_id=actor.id, now=now, **values)
        for member in other.members:
            add_member(db, joint_need_id, member.need_id)
        touch(db, joint_need_id, now=now, by_hand=1)
        note(db, "merge", joint_need_id, actor_id=actor.id, now=now, other_id=other_id)
        if "asked" in (joint_need.state, other.state):
            if joint_need.state != "asked":
                touch(db, joint_need_id, now=now, title=other.title, language=other.language)
            grown = get_joint_need(db, joint_need_id)
            _ask(db, grown, grown.waiting, actor=actor, links=links, now=now)


def join(db: Database, joint_need_id: int, need_id: int, *, actor: Account, now: datetime) -> None:
    """Let an owner's need take part; from now on the others who joined are shown to each other.

    Raises
    ------
    JointNeedNotFoundError, NotAskedError, NotPermittedError
        Nothing has been changed.
    """
    with db.atomic():
        member = _asked_member(db, joint_need_id, need_id, actor)
        if member.state == "asked":
            _answer(db, joint_need_id, member, "joined", actor=actor, now=now)


def stay_out(
    db: Database, joint_need_id: int, need_id: int, *, actor: Account, now: datetime
) -> None:
    """Let an owner's need stay out or leave; it is not proposed for this joint need again.

    Raises
    ------
    JointNeedNotFoundError, NotAskedError, NotPermittedError
        Nothing has been changed.
    """
    with db.atomic():
        member = _asked_member(db, joint_need_id, need_id, actor)
        _answer(db, joint_need_id, member, "stayed_out", actor=actor, now=now)
        end_members(db, [member], now=now)
        dissolve_if_alone(db, joint_need_id, actor_id=actor.id, now=now)


def _ask(
    db: Database,
    joint_need: JointNeed,
    members: tuple[Member, ...],
    *,
    actor: Account,
    links: Links,
    now: datetime,
) -> None:
    moment = to_text(now)
    if joint_need.state == "proposed":
        db["joint_need"].update(
            joint_need.id, {"state": "asked", "asked_at": moment, "asked_by": actor.id}
        )
    for member in members:
        db["joint_need_member"].update(member.id, {"state": "asked", "asked_at": moment})
    ids = [member.need_id for member in members]
    note(
        db, "ask", joint_need.id, actor_id=actor.id, now=now,
        from_state=joint_need.state, to_state="asked", need_ids=ids,
    )  # fmt: skip
    ask_owners(db, get_joint_need(db, joint_need.id), members, links=links, now=now)


def _made_of(
    db: Database, old: JointNeed, taken: tuple[Member, ...], actor: Account, now: datetime
) -> int:
    """Make a joint need of what was split off; who was asked or had joined stands as before."""
    values = {"title": old.title, "language": old.language, "state": old.state, "by_hand": 1}
    if old.asked_at:
        values |= {"asked_at": old.asked_at, "asked_by": actor.id}
    made = add_joint_need(db, [], actor_id=actor.id, now=now, **values)
    for member in taken:
        add_member(db, made, member.need_id)
        db.execute(
            "update joint_need_member set (state, asked_at, answered_at, answered_by) ="
            " (select ?, asked_at, answered_at, answered_by from joint_need_member where id = ?)"
            " where joint_need_id = ? and need_id = ?",
            (member.state, member.id, made, member.need_id),
        )
    return made


def _answer(
    db: Database, joint_need_id: int, member: Member, answer: str, *, actor: Account, now: datetime
) -> None:
    answered = {"state": answer, "answered_at": to_text(now), "answered_by": actor.id}
    db["joint_need_member"].update(member.id, answered)
    touch(db, joint_need_id, now=now)
    verb = "join" if answer == "joined" else "stay_out"
    note(
        db, verb, joint_need_id, actor_id=actor.id, now=now,
        from_state=member.state, to_state=answer, need_id=member.need_id,
    )  # fmt: skip


def _asked_member(db: Database, joint_need_id: int, need_id: int, actor: Account) -> Member:
    joint_need = get_joint_need(db, joint_need_id)
    member = joint_need.member(need_id)
    if member is None or not member.is_asked or joint_need.state != "asked":
        raise NotAskedError(need_id)
    if not may_answer(db, member, actor):
        raise NotPermittedError(f"account {actor.id} does not keep need {need_id}")
    return member


def _require_staff(actor: Account) -> None:
    if not actor.is_hub_staff:
        raise NotPermittedError(f"account {actor.id} works for no hub")
