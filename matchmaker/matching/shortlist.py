"""The suggestions of one need: the best ten, and everything the hub has already looked at."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.audit import log
from matchmaker.clock import danish_day, to_text
from matchmaker.database import Database
from matchmaker.matching.explanation import PassagePair, explain
from matchmaker.matching.fairness import MARGIN, Candidate, choose, groups_of
from matchmaker.matching.ranking import Match

PLACES = 10

FindPairs = Callable[[Match], Sequence[PassagePair]]


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
    def is_fresh(self) -> bool:
        """Whether it may have a place and nobody has decided on it."""
        return not self.decision and self.score > float("-inf")

    @property
    def probability(self) -> float | None:
        if self.match is not None:
            return self.match.probability
        return self.stored["probability"] if self.stored else None

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
    find_pairs: FindPairs,
    now: datetime,
) -> None:
    """Bring the stored list of a need in step with `matches`; call it inside a transaction.

    With `is_complete` the matches are all there are; otherwise they join what is stored. The
    best `PLACES` stay, where a rejected pair takes no place, and where it is a matter of a hair
    `fairness` chooses. A pair with a review is never withdrawn. Rows keep their ids, also when a
    withdrawn pair comes back.
    """
    lines = _lines(_stored(db, need_id), matches, is_complete)
    kept = _best(lines)
    dropped = [line for line in lines if line.is_shown and line not in kept]
    for position, line in enumerate(kept, start=1):
        _write(db, need_id, line, position, model, find_pairs, now)
    for line in dropped:
        _withdraw(db, line.stored, now)
    added = [line.capability_id for line in kept if not line.is_shown]
    if added or dropped:
        gone = [line.capability_id for line in dropped]
        log.record(
            db, "suggestion.settle", "need", need_id,
            actor_id=None, now=now, added=added, withdrawn=gone, model=model,
        )  # fmt: skip


def places_if(
    db: Database,
    need_id: int,
    matches: Sequence[Match],
    rank_all: Callable[[], Sequence[Match]],
) -> list[int | None]:
    """Return the place on the need's list that each match would have alone beside the others.

    The others are those stored, which may leave more than one choice; then `rank_all` is asked for
    all matches of the need. None where there would be no place. Nothing is written.
    """
    stored = _stored(db, need_id)
    alone = [_lines(stored, [match], is_complete=False) for match in matches]
    if not any(_is_near(lines, match) for lines, match in zip(alone, matches, strict=True)):
        return [_place(lines, match) for lines, match in zip(alone, matches, strict=True)]
    everybody = rank_all()
    return [_place(_lines(stored, _with(everybody, match), is_complete=True), match)
            for match in matches]  # fmt: skip


def _place(lines: Sequence[_Line], match: Match) -> int | None:
    ids = [line.capability_id for line in _best(lines)]
    key = int(match.capability.profile.id)
    return ids.index(key) + 1 if key in ids else None


def _with(matches: Sequence[Match], match: Match) -> list[Match]:
    """Return the matches with this one in place of what the same capability had before."""
    key = match.capability.profile.id
    return [*(other for other in matches if other.capability.profile.id != key), match]


def is_contested(db: Database, need_id: int, match: Match) -> bool:
    """Whether the match cannot just join the list, because others may have to be chosen anew.

    So it is where the places are taken and it comes near to the last of them or passes it: then
    the need has to be ranked again, because the choice is among all its candidates.
    """
    return _is_near(_lines(_stored(db, need_id), [match], is_complete=False), match)


def _is_near(lines: Sequence[_Line], match: Match) -> bool:
    last = _last_place(lines, match)
    return last is not None and (match.probability or 0.0) >= last - MARGIN


def _last_place(lines: Sequence[_Line], match: Match) -> float | None:
    """Return the least probability on the list that the match joins.

    None where there is a place for everybody, or nothing to choose by.
    """
    fresh = [line for line in lines if line.is_fresh]
    others = [line.probability for line in fresh if line.match is not match]
    known = [each for each in others if each is not None]
    kept = _best(lines)
    has_room = all(line in kept for line in fresh)
    return None if has_room or len(known) < len(others) else min(known, default=None)


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
    """Return the decided lines and those that have a place, in order of score."""
    fresh = [line for line in lines if line.is_fresh]
    takers = [line for line in lines if line.is_fresh or line.decision not in (None, "reject")]
    chosen = _chosen(fresh, sum(line.is_fresh for line in takers[:PLACES]))
    return [line for line in lines if line.decision or line.capability_id in chosen]


def _chosen(fresh: Sequence[_Line], places: int) -> set[int]:
    """Return who has the places that no decided pair has; by score where little is known."""
    candidates = [
        Candidate(
            line.capability_id,
            line.match.probability,
            groups_of(line.match.capability.profile.facts),
        )
        for line in fresh
        if line.match is not None and line.match.probability is not None
    ]
    if len(candidates) < len(fresh):
        return {line.capability_id for line in fresh[:places]}
    return {candidate.id for candidate in choose(candidates, places)}


def _write(
    db: Database,
    need_id: int,
    line: _Line,
    position: int,
    model: str,
    find_pairs: FindPairs,
    now: datetime,
) -> None:
    if line.match is None:
        if line.stored and line.stored["position"] != position:
            db["suggestion"].update(line.stored["id"], {"position": position})
        return
    match = line.match
    explanation = explain(match.need, match.capability, danish_day(now), find_pairs(match))
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
