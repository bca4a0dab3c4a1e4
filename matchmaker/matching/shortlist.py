"""The suggestions of one need: the best ten, and everything the hub has already looked at."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.matching.explanation import explain
from matchmaker.matching.ranking import Match

PLACES = 10


@dataclass(frozen=True)
class _Line:
    """A pair that may stand on the list; `match` is None when its stored row stays as it is."""

    capability_id: int
    score: float
    match: Match | None
    stored: dict[str, Any] | None

    @property
    def decision(self) -> str | None:
        return self.stored["decision"] if self.stored else None

    @property
    def is_shown(self) -> bool:
        return self.stored is not None and self.stored["withdrawn_at"] is None


def settle(
    db: Database,
    need_id: int,
    matches: Sequence[Match],
    *,
    is_complete: bool,
    model: str,
    now: datetime,
) -> None:
    """Bring the stored list of a need in step with `matches`; call it inside a transaction.

    With `is_complete` the matches are all there are; otherwise they join what is stored. The
    best `PLACES` stay, where a rejected pair takes no place. A pair with a review is never
    withdrawn. Rows keep their ids, also when a withdrawn pair comes back.
    """
    lines = _lines(_stored(db, need_id), matches, is_complete)
    kept = _best(lines)
    dropped = [line for line in lines if line.is_shown and line not in kept]
    for position, line in enumerate(kept, start=1):
        _write(db, need_id, line, position, model, now)
    for line in dropped:
        _withdraw(db, line.stored, now)
    added = [line.capability_id for line in kept if not line.is_shown]
    if added or dropped:
        gone = [line.capability_id for line in dropped]
        log.record(
            db, "suggestion.settle", "need", need_id,
            actor_id=None, now=now, added=added, withdrawn=gone, model=model,
        )  # fmt: skip


def places_if(db: Database, need_id: int, matches: Sequence[Match]) -> list[int | None]:
    """Return the place on the need's list that each match would have alone beside what is stored.

    None where it would have none. Nothing is written.
    """
    stored = _stored(db, need_id)
    places = []
    for match in matches:
        kept = _best(_lines(stored, [match], is_complete=False))
        ids = [line.capability_id for line in kept]
        key = int(match.capability.profile.id)
        places.append(ids.index(key) + 1 if key in ids else None)
    return places


def _stored(db: Database, need_id: int) -> dict[int, dict[str, Any]]:
    rows = db.rows(
        """select suggestion.*, (select decision from review
               where suggestion_id = suggestion.id order by sequence desc limit 1) as decision
           from suggestion where need_id = ?""",
        (need_id,),
    )
    return {row["capability_id"]: row for row in rows}


def _lines(
    stored: dict[int, dict[str, Any]], matches: Sequence[Match], is_complete: bool
) -> list[_Line]:
    """Return every pair that is shown or could be, best first, ties by id."""
    lines = {}
    for row in stored.values():
        if row["withdrawn_at"] is None:
            score = row["score"] if row["decision"] or not is_complete else float("-inf")
            lines[row["capability_id"]] = _Line(row["capability_id"], score, None, row)
    for match in matches:
        key = int(match.capability.profile.id)
        lines[key] = _Line(key, match.score, match, stored.get(key))
    return sorted(lines.values(), key=lambda line: (-line.score, line.capability_id))


def _best(lines: Sequence[_Line]) -> list[_Line]:
    kept, places = [], PLACES
    for line in lines:
        is_fresh = line.score > float("-inf") and places > 0
        if line.decision or is_fresh:
            kept.append(line)
            places -= line.decision != "reject"
    return kept


def _write(
    db: Database, need_id: int, line: _Line, position: int, model: str, now: datetime
) -> None:
    if line.match is None:
        if line.stored and line.stored["position"] != position:
            db["suggestion"].update(line.stored["id"], {"position": position})
        return
    explanation = explain(line.match.need, line.match.capability, danish_day(now))
    evidence = {
        **explanation.as_json(),
        "features": line.match.features,
        "signals": line.match.signals,
    }
    content = {
        "need_id": need_id,
        "capability_id": line.capability_id,
        "score": line.match.score,
        "probability": line.match.probability,
        "position": position,
        "evidence": json.dumps(evidence, ensure_ascii=False),
        "model": model,
        "updated_at": to_text(now),
        "withdrawn_at": None,
    }
    if line.stored is None:
        db["suggestion"].insert({**content, "created_at": to_text(now)})
    else:
        db["suggestion"].update(line.stored["id"], content)


def _withdraw(db: Database, row: dict[str, Any] | None, now: datetime) -> None:
    if row is not None:
        moment = to_text(now)
        db["suggestion"].update(row["id"], {"withdrawn_at": moment, "updated_at": moment})
