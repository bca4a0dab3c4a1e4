"""Reads what was decided twice, and what waits for the second decision."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.reviews.agreement import Agreement
from matchmaker.reviews.standing import HANDLING_HUB, IS_CURRENT, LAST_REVIEW


@dataclass(frozen=True)
class Verdict:
    """One of two decisions on the same suggestion."""

    account_id: int
    name: str
    decision: str
    reason: str | None
    note: str
    created_at: str


@dataclass(frozen=True)
class Reading:
    """Two decisions on one suggestion, the second made without knowing the first."""

    review_id: int
    suggestion_id: int
    need_title: str
    need_language: str
    capability_title: str
    capability_language: str
    first: Verdict
    second: Verdict
    settled_as: str | None

    @property
    def agrees(self) -> bool:
        return self.first.decision == self.second.decision

    @property
    def reader_ids(self) -> tuple[int, int]:
        return self.first.account_id, self.second.account_id


_WAITING = f"""
    select s.id, r.id from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}
    where r.decision in ('approve', 'reject') and r.account_id <> :reader and r.created_at >= :since
        and {IS_CURRENT} and (:suggestion is null or s.id = :suggestion)
        and (:need is null or n.id = :need)
        and not exists (select 1 from second_review where suggestion_id = s.id)
        and (:hubs is null or {HANDLING_HUB} in (select value from json_each(:hubs)))
    order by r.created_at, s.id
"""


def find_waiting(
    db: Database,
    reader_id: int,
    *,
    since: str,
    suggestion_id: int | None = None,
    need_id: int | None = None,
    hub_ids: tuple[int, ...] | None = None,
) -> dict[int, int]:
    """Return, by suggestion, the decisions of others that nobody has read again."""
    parameters = {
        "reader": reader_id,
        "since": since,
        "suggestion": suggestion_id,
        "need": need_id,
        "hubs": None if hub_ids is None else json.dumps(sorted(hub_ids)),
    }
    return dict(db.execute(_WAITING, parameters))


def knows_decision(db: Database, review_id: int, reader_id: int) -> bool:
    """Whether the reader was shown this decision, or a collaboration has told everybody of it."""
    row = db.first(
        "select 1 from review r where r.id = :review and (exists (select 1 from decision_shown"
        " where review_id = r.id and account_id = :reader)"
        " or exists (select 1 from collaboration_suggestion cs"
        " join collaboration c on c.id = cs.collaboration_id"
        " where cs.suggestion_id = r.suggestion_id and c.created_at >= r.created_at))",
        {"review": review_id, "reader": reader_id},
    )
    return row is not None


_READINGS = """
    select x.review_id, x.suggestion_id, n.title as need_title, n.language as need_language,
        c.title as capability_title, c.language as capability_language, x.settled_as,
        r.account_id, a.name, r.decision, r.reason, r.note, r.created_at,
        x.account_id as account_id2, b.name as name2, x.decision as decision2,
        x.reason as reason2, x.note as note2, x.created_at as created_at2
    from second_review x join review r on r.id = x.review_id
    join account a on a.id = r.account_id join account b on b.id = x.account_id
    join suggestion s on s.id = x.suggestion_id
    join need n on n.id = s.need_id join capability c on c.id = s.capability_id
"""


def find_reading(db: Database, suggestion_id: int) -> Reading | None:
    row = db.first(f"{_READINGS} where x.suggestion_id = ?", (suggestion_id,))
    return _reading(row) if row else None


def list_differing(db: Database, *, reader_id: int | None = None) -> list[Reading]:
    """Return the readings that differ and are not settled, oldest first; all, or one reader's."""
    rows = db.rows(
        f"{_READINGS} where x.decision <> r.decision and x.settled_as is null"
        " and (:reader is null or :reader in (r.account_id, x.account_id)) order by x.created_at",
        {"reader": reader_id},
    )
    return [_reading(row) for row in rows]


def count_agreement(db: Database, *, since: datetime) -> Agreement:
    """Return how often two readers decided alike, of what was read blind since then."""
    rows = db.execute(
        "select r.decision, x.decision, count(*) from second_review x"
        " join review r on r.id = x.review_id where x.created_at >= ? and x.is_blind"
        " group by 1, 2",
        (to_text(since),),
    )
    counts = {(first, second): count for first, second, count in rows}
    return Agreement(
        both_yes=counts.get(("approve", "approve"), 0),
        first_yes=counts.get(("approve", "reject"), 0),
        second_yes=counts.get(("reject", "approve"), 0),
        both_no=counts.get(("reject", "reject"), 0),
    )


def _reading(row: dict[str, Any]) -> Reading:
    names = ("account_id", "name", "decision", "reason", "note", "created_at")
    first = Verdict(**{name: row.pop(name) for name in names})
    second = Verdict(**{name: row.pop(f"{name}2") for name in names})
    return Reading(**row, first=first, second=second)
