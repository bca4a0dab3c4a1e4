"""The records behind a number, as they are listed."""

import json
from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.overview.figures import Cell

PER_PAGE = 50


@dataclass(frozen=True)
class Case:
    """One record. `state` is its state or stage, `at` when it began.

    What a reader opens is `kind` and `id`: of a party that is its collaboration.
    """

    kind: str
    id: int
    title: str
    language: str | None
    organisation: str
    state: str
    at: str


@dataclass(frozen=True)
class CasePage:
    cases: tuple[Case, ...]
    total: int
    page: int
    pages: int


_STATE_OF_SUGGESTION = """
    coalesce((select c.stage from collaboration_suggestion cs
            join collaboration c on c.id = cs.collaboration_id where cs.suggestion_id = s.id
            order by c.id desc limit 1),
        (select case r.decision when 'approve' then 'approved' when 'reject' then 'rejected'
            when 'defer' then 'deferred' when 'refer' then 'referred' else 'suggested' end
            from review r where r.suggestion_id = s.id order by r.sequence desc limit 1),
        'suggested')
"""
_QUERIES = {
    "suggestion": f"""
        select 'suggestion' as kind, s.id, n.title || ' – ' || k.title as title, null as language,
            o.name as organisation, {_STATE_OF_SUGGESTION} as state, s.created_at as at
        from suggestion s join need n on n.id = s.need_id
        join capability k on k.id = s.capability_id
        join organisation o on o.id = k.organisation_id where s.id in
    """,
    "need": """
        select 'need' as kind, n.id, n.title, n.language, o.name as organisation, n.state,
            n.created_at as at
        from need n join organisation o on o.id = n.organisation_id where n.id in
    """,
    "capability": """
        select 'capability' as kind, k.id, k.title, k.language, o.name as organisation, k.state,
            k.created_at as at
        from capability k join organisation o on o.id = k.organisation_id where k.id in
    """,
    "collaboration": """
        select 'collaboration' as kind, c.id, c.title, c.language, h.name as organisation,
            c.stage as state, c.created_at as at
        from collaboration c join organisation h on h.id = c.hub_id where c.id in
    """,
    "party": """
        select 'collaboration' as kind, c.id, c.title, c.language, o.name as organisation,
            c.stage as state, p.invited_at as at
        from collaboration_party p join collaboration c on c.id = p.collaboration_id
        join organisation o on o.id = p.organisation_id where p.id in
    """,
    "organisation": """
        select 'organisation' as kind, o.id, o.name as title, null as language,
            coalesce(a.name, '') as organisation, '' as state, o.created_at as at
        from organisation o left join organisation a on a.id = o.parent_id where o.id in
    """,
}


def list_cases(db: Database, cell: Cell, *, page: int = 1) -> CasePage:
    """Return one page of what a number counts, newest first; `total` is that number."""
    pages = max(1, -(-cell.count // PER_PAGE))
    page = min(max(1, page), pages)
    shown = cell.ids[::-1][(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = db.rows(f"{_QUERIES[cell.kind]} (select value from json_each(?))", (json.dumps(shown),))
    cases = sorted((Case(**row) for row in rows), key=lambda case: -case.id)
    return CasePage(tuple(cases), cell.count, page, pages)
