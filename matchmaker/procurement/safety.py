"""What the page of a collaboration says about a later purchase, for each of its readers."""

from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.procurement.plan import Plan
from matchmaker.procurement.planning import find_plan
from matchmaker.procurement.queries import (
    Note,
    Published,
    find_need_of,
    list_notes,
    list_published,
)
from matchmaker.procurement.risks import Risk, list_risks


@dataclass(frozen=True)
class Safety:
    """`keeps_log` says whether the reader is on the need's side or staff; `plan` is for them."""

    need_id: int
    collaboration_id: int
    keeps_log: bool
    plan: Plan | None
    risks: tuple[Risk, ...]
    notes: tuple[Note, ...]
    questions: tuple[Published, ...]

    @property
    def has_news(self) -> bool:
        return bool(self.notes or self.questions)


def get_safety(
    db: Database,
    collaboration_id: int,
    *,
    company_id: int | None = None,
    is_staff: bool = False,
) -> Safety | None:
    """Return what a reader may know; None when the collaboration has no need.

    `company_id` is the organisation of a reader who offers something: they read of themselves
    alone. Without it the reader is on the need's side, or staff who see all names.
    """
    need_id = find_need_of(db, collaboration_id)
    if need_id is None:
        return None
    plan = find_plan(db, collaboration_id)
    return Safety(
        need_id=need_id,
        collaboration_id=collaboration_id,
        keeps_log=company_id is None,
        plan=plan if company_id is None else None,
        risks=list_risks(
            db,
            need_id,
            plan,
            organisation_ids=_parties(db, collaboration_id) if company_id is None else [company_id],
            sees_names=is_staff or company_id is not None,
        ),
        notes=tuple(list_notes(db, need_id)),
        questions=tuple(list_published(db, need_id)),
    )


def _parties(db: Database, collaboration_id: int) -> list[int]:
    rows = db.rows(
        "select organisation_id from collaboration_party where collaboration_id = ?"
        " and need_id is null and ended_at is null",
        (collaboration_id,),
    )
    return [row["organisation_id"] for row in rows]
