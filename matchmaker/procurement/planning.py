"""Keeping how a purchase would go, and what the guide was answered."""

import json
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.procurement.errors import (
    EmptyTextError,
    NotShownError,
    StalePlanError,
    UnknownAnswerError,
)
from matchmaker.procurement.guide import AGREEMENT_POINTS, FORMS, Answers, choose
from matchmaker.procurement.plan import PATHS, VALUE_BANDS, Plan, PlanAnswers
from matchmaker.procurement.rights import get_kept, get_kept_of
from matchmaker.screening.screen import refuse_patient_data


@dataclass(frozen=True)
class KeptGuide:
    """What somebody answered in the guide; `saved_by` is a name."""

    collaboration_id: int | None
    answers: dict[str, str]
    form: str
    saved_by: str
    saved_at: str


def find_plan(db: Database, collaboration_id: int) -> Plan | None:
    row = db.first(
        "select p.*, a.name as saver from purchase_plan p join account a on a.id = p.saved_by"
        " where p.collaboration_id = ? order by p.sequence desc limit 1",
        (collaboration_id,),
    )
    if row is None:
        return None
    answers = PlanAnswers(
        row["path"], row["value_band"], row["decides"], row["form"],
        tuple(json.loads(row["agreed"])),
    )  # fmt: skip
    return Plan(row["sequence"], answers, row["saver"], row["saved_at"])


def has_purchase_path(db: Database, collaboration_id: int) -> bool:
    """Return whether somebody has said how a purchase would go."""
    row = db.first(
        "select 1 from purchase_plan where collaboration_id = ? limit 1", (collaboration_id,)
    )
    return row is not None


def save_plan(
    db: Database,
    collaboration_id: int,
    answers: PlanAnswers,
    *,
    seen_sequence: int | None = None,
    actor: Account,
    now: datetime,
) -> int:
    """Add how a purchase would go and return its number; the need's side and the hub may.

    The same answers twice are one.

    Raises
    ------
    UnknownAnswerError, EmptyTextError
        When an answer is none of those offered, or nobody is said to decide.
    StalePlanError
        When somebody else answered after `seen_sequence`.
    NotPermittedError
        When the need is somebody else's.
    NotShownError
        When there is no such collaboration, or it is a draft and the actor no staff.
    """
    _check_plan(answers)
    get_kept_of(db, collaboration_id, actor)
    with db.atomic():
        last = find_plan(db, collaboration_id)
        if last is not None and last.answers == answers:
            return last.sequence
        before = last.sequence if last else 0
        if seen_sequence is not None and seen_sequence != before:
            raise StalePlanError(collaboration_id)
        _insert_plan(db, collaboration_id, before + 1, answers, actor, now)
        log.record(
            db, "procurement.plan", "collaboration", collaboration_id, actor_id=actor.id, now=now,
            path=answers.path, value_band=answers.value_band, form=answers.form,
        )  # fmt: skip
    return before + 1


def save_guide(
    db: Database,
    need_id: int,
    answers: Answers,
    *,
    collaboration_id: int | None = None,
    actor: Account,
    now: datetime,
) -> int:
    """Keep what the guide was answered, with the form it named, on a need or a collaboration.

    Raises
    ------
    UnknownAnswerError
        When a question has no answer, or one that was not offered.
    NotShownError
        When the collaboration is about another need, or a draft and the actor no staff.
    NotPermittedError
        When the need is somebody else's.
    """
    choice = choose(answers)
    get_kept(db, need_id, actor)
    if collaboration_id is not None and get_kept_of(db, collaboration_id, actor).id != need_id:
        raise NotShownError(collaboration_id)
    with db.atomic():
        guide_id = db.insert_row(
            "guide_answer",
            {
                "need_id": need_id,
                "collaboration_id": collaboration_id,
                "answers": json.dumps(dict(answers), sort_keys=True),
                "form": choice.form,
                "saved_by": actor.id,
                "saved_at": to_text(now),
            },
        )
        log.record(
            db, "procurement.guide", "need", need_id, actor_id=actor.id, now=now,
            form=choice.form, collaboration_id=collaboration_id,
        )  # fmt: skip
    return guide_id


def find_guide(db: Database, need_id: int, collaboration_id: int | None = None) -> KeptGuide | None:
    """Return what was last kept on the collaboration, else on the need."""
    row = db.first(
        "select g.*, a.name as saver from guide_answer g join account a on a.id = g.saved_by"
        " where g.need_id = :need and (g.collaboration_id is null or g.collaboration_id = :own)"
        " order by g.collaboration_id is null, g.id desc limit 1",
        {"need": need_id, "own": collaboration_id},
    )
    if row is None:
        return None
    answers = json.loads(row["answers"])
    return KeptGuide(row["collaboration_id"], answers, row["form"], row["saver"], row["saved_at"])


def _check_plan(answers: PlanAnswers) -> None:
    offered = {"path": PATHS, "value_band": VALUE_BANDS, "form": FORMS}
    for field, codes in offered.items():
        if getattr(answers, field) not in codes:
            raise UnknownAnswerError(field)
    if not set(answers.agreed) <= set(AGREEMENT_POINTS):
        raise UnknownAnswerError("agreed")
    if not answers.decides.strip():
        raise EmptyTextError("decides")
    refuse_patient_data({"decides": answers.decides})


def _insert_plan(
    db: Database,
    collaboration_id: int,
    sequence: int,
    answers: PlanAnswers,
    actor: Account,
    now: datetime,
) -> None:
    db["purchase_plan"].insert(
        {
            "collaboration_id": collaboration_id,
            "sequence": sequence,
            "path": answers.path,
            "value_band": answers.value_band,
            "decides": answers.decides.strip(),
            "form": answers.form,
            "agreed": json.dumps(list(answers.agreed)),
            "saved_by": actor.id,
            "saved_at": to_text(now),
        }
    )
