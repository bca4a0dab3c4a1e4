"""This was tried before, where, and with what result."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.database import Database
from matchmaker.needs.blind import list_identifying_names, redacted
from matchmaker.outcomes.likeness import find_like_needs
from matchmaker.outcomes.outcome import PARTS, Outcome
from matchmaker.outcomes.queries import list_outcomes

MOST_SHOWN = 5


@dataclass(frozen=True)
class Told:
    """One party's words in one of the four parts."""

    part: str
    text: str
    at: str


@dataclass(frozen=True)
class Earlier:
    """A collaboration that came as far as a test, or of which somebody has told the result.

    For parties `collaboration_id` and `title` are None, and `organisations` names only those who
    let their result be shown under their name. They read the kind of place and its region
    instead, and texts without the names of the others.
    """

    collaboration_id: int | None
    title: str | None
    organisations: tuple[str, ...] | None
    organisation_kind: str
    region: str | None
    year: int
    stage: str
    close_reason: str | None
    state: str | None
    told: tuple[Told, ...]
    has_same_capability: bool
    likeness: float


_TRIED = """
    select c.id, c.title, c.stage, c.close_reason, c.introduced_at, p.need_id,
        n.confidential, o.kind, o.region,
        exists (select 1 from collaboration_party k where k.collaboration_id = c.id
            and k.ended_at is null and k.capability_id in (select value from json_each(:offers)))
            as has_same
    from collaboration c
    join collaboration_party p on p.collaboration_id = c.id and p.need_id is not null
    join need n on n.id = p.need_id
    join organisation o on o.id = p.organisation_id
    where c.introduced_at is not null and c.id <> :but and (
        exists (select 1 from outcome u where u.collaboration_id = c.id)
        or exists (select 1 from state_step s where s.noun = 'collaboration'
            and s.record_id = c.id and s.state = 'test'))
"""


def tried_before(
    db: Database,
    need_id: int | None,
    capability_ids: Collection[int],
    *,
    is_staff: bool,
    but: int = 0,
) -> list[Earlier]:
    """Return what was tried with a like need or the same capability, the most telling first.

    First come those with both, then the same capability, then like needs. `but` is the
    collaboration that asks, which is not its own precedent.
    """
    rows = db.rows(_TRIED, {"offers": f"[{', '.join(map(str, capability_ids))}]", "but": but})
    needs = {row["need_id"] for row in rows}
    alike = find_like_needs(db, need_id, needs) if need_id is not None else {}
    if need_id is not None:
        alike[need_id] = 1.0
    # What a confidential need came to is known to those who were in it and to staff.
    open_rows = [row for row in rows if is_staff or not row["confidential"]]
    fitting = [row for row in open_rows if row["has_same"] or row["need_id"] in alike]
    fitting.sort(key=lambda row: _rank(row, alike.get(row["need_id"], 0.0)))
    return [
        _earlier(db, row, alike.get(row["need_id"], 0.0), is_staff=is_staff)
        for row in fitting[:MOST_SHOWN]
    ]


def tried_before_like(
    db: Database, collaboration: Collaboration, *, is_staff: bool
) -> list[Earlier]:
    """Return what was tried before that a collaboration can learn from."""
    offers = [party.capability_id for party in collaboration.parties if party.capability_id]
    return tried_before(db, collaboration.need_id, offers, is_staff=is_staff, but=collaboration.id)


def _rank(row: dict[str, Any], likeness: float) -> tuple[float, str]:
    return -(row["has_same"] + likeness), row["introduced_at"]


def _earlier(db: Database, row: dict[str, Any], likeness: float, *, is_staff: bool) -> Earlier:
    outcomes = _last_of_each(list_outcomes(db, row["id"]))
    readable = [each for each in outcomes if is_staff or each.is_public or each.party_id]
    public = tuple(each.organisation_name or "" for each in outcomes if each.is_public)
    return Earlier(
        collaboration_id=row["id"] if is_staff else None,
        title=row["title"] if is_staff else None,
        organisations=_organisations(db, row["id"], public, is_staff=is_staff),
        organisation_kind=row["kind"],
        region=row["region"],
        year=int(row["introduced_at"][:4]),
        stage=row["stage"],
        close_reason=row["close_reason"],
        state=readable[0].state if readable else None,
        told=tuple(_told(readable, hidden=() if is_staff else _hidden(db, row["id"], public))),
        has_same_capability=bool(row["has_same"]),
        likeness=likeness,
    )


def _last_of_each(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return what each party said last; a later answer holds what the earlier one told."""
    last: dict[int | None, Outcome] = {}
    for outcome in outcomes:
        last.setdefault(outcome.party_id, outcome)
    return list(last.values())


def _told(outcomes: Iterable[Outcome], *, hidden: Collection[str]) -> Iterator[Told]:
    """Yield the parts in their order; names that are hidden are masked in what was written."""
    for part in PARTS:
        for outcome in outcomes:
            text = getattr(outcome, part)
            if text:
                shown = redacted(text, hidden) if hidden else text
                yield Told(part, shown, outcome.created_at)


def _organisations(
    db: Database, collaboration_id: int, public: tuple[str, ...], *, is_staff: bool
) -> tuple[str, ...] | None:
    if is_staff:
        return tuple(_list_names(db, collaboration_id))
    return tuple(filter(None, public)) or None


def _hidden(db: Database, collaboration_id: int, public: tuple[str, ...]) -> list[str]:
    """Return what the others and all people are known by, also those who left on the way."""
    rows = db.rows(
        "select p.organisation_id, o.name, p.account_id, a.name as person"
        " from collaboration_party p join organisation o on o.id = p.organisation_id"
        " join account a on a.id = p.account_id where p.collaboration_id = ? order by p.id",
        (collaboration_id,),
    )
    hidden = [row["person"] for row in rows]
    for row in rows:
        if row["name"] not in public:
            hidden += list_identifying_names(db, row["organisation_id"], ())
    return hidden


def _list_names(db: Database, collaboration_id: int) -> list[str]:
    """Return the organisations that took part, the one with the need first."""
    rows = db.rows(
        "select o.name from collaboration_party p join organisation o on o.id = p.organisation_id"
        " where p.collaboration_id = ? and p.ended_at is null order by p.need_id is null, p.id",
        (collaboration_id,),
    )
    return [row["name"] for row in rows]
