"""How the state of suggestions is derived in SQL, in one place for every list that needs it."""

from typing import Any

from matchmaker.database import Database
from matchmaker.reviews.review import Review, Standing, SuggestionNotFoundError

#: Joins to ``suggestion s`` and ``need n``: ``r`` is the last review of each suggestion.
LAST_REVIEW = (
    "left join review r on r.suggestion_id = s.id"
    " and r.sequence = (select max(sequence) from review where suggestion_id = s.id)"
)
#: A reopened referral gives the case back; any other decision leaves it at the hub that has it.
HANDLING_HUB = (
    "coalesce((select h.refer_to_id from review h where h.suggestion_id = s.id"
    " and h.decision in ('refer', 'reopen') order by h.sequence desc limit 1), n.hub_id)"
)
#: Also after a collaboration has closed, until somebody decides anew or the no that ended it no
#: longer holds: a no is remembered. A draft that was thrown away asked nobody. Nobody decides while
#: a collaboration lasts, so that what is decided after it was made is decided after it closed.
IS_PROPOSED = (
    "exists (select 1 from collaboration_suggestion cs"
    " join collaboration c on c.id = cs.collaboration_id where cs.suggestion_id = s.id"
    " and (c.stage <> 'closed' or (c.invited_at is not null"
    " and cs.released_at is null and (r.created_at is null or r.created_at <= c.created_at))))"
)
#: A proposal ended with a no that has passed since; the pair waits for a decision as if reopened.
IS_RETURNED = (
    "exists (select 1 from collaboration_suggestion cs"
    " join collaboration c on c.id = cs.collaboration_id where cs.suggestion_id = s.id"
    " and cs.released_at is not null and r.created_at <= c.created_at)"
)
IS_COLLABORATING = (
    "exists (select 1 from collaboration_suggestion cs"
    " join collaboration c on c.id = cs.collaboration_id"
    " where cs.suggestion_id = s.id and c.stage <> 'closed')"
)
IS_CURRENT = (
    "(s.withdrawn_at is null and n.state in ('submitted', 'published')"
    " and exists (select 1 from capability k where k.id = s.capability_id"
    " and k.state = 'published'))"
)
STANDING = f"""
    s.id as suggestion_id, coalesce(r.sequence, 0) as sequence, r.defer_until,
    case when {IS_RETURNED} then 'reopen' else r.decision end as decision,
    n.hub_id as need_hub_id, {HANDLING_HUB} as hub_id, {IS_PROPOSED} as is_proposed,
    {IS_COLLABORATING} as is_collaborating, {IS_CURRENT} as is_current
"""
#: Waits for a decision; needs the parameter ``:today``.
IS_OPEN = (
    f"{IS_CURRENT} and not {IS_PROPOSED} and (r.decision is null"
    " or r.decision in ('reopen', 'refer') or (r.decision = 'defer' and r.defer_until <= :today)"
    f" or {IS_RETURNED})"
)
_STANDING_FIELDS = (
    "suggestion_id", "sequence", "decision", "defer_until", "need_hub_id", "hub_id",
)  # fmt: skip


def standing_of(row: dict[str, Any]) -> Standing:
    return Standing(
        **{name: row[name] for name in _STANDING_FIELDS},
        is_proposed=bool(row["is_proposed"]),
        is_collaborating=bool(row["is_collaborating"]),
        is_current=bool(row["is_current"]),
    )


def get_standing(db: Database, suggestion_id: int) -> Standing:
    """Return where a suggestion stands.

    Raises
    ------
    SuggestionNotFoundError
        When no suggestion has this id.
    """
    row = db.first(
        f"select {STANDING} from suggestion s join need n on n.id = s.need_id {LAST_REVIEW}"
        " where s.id = ?",
        (suggestion_id,),
    )
    if row is None:
        raise SuggestionNotFoundError(suggestion_id)
    return standing_of(row)


def list_reviews(db: Database, suggestion_id: int) -> list[Review]:
    """Return the decisions on a suggestion, oldest first."""
    rows = db.rows(
        "select r.suggestion_id, r.sequence, r.account_id, a.name as account_name, r.decision,"
        " r.reason, r.note, r.defer_until, r.refer_to_id, h.name as refer_to_name, r.created_at"
        " from review r join account a on a.id = r.account_id"
        " left join organisation h on h.id = r.refer_to_id"
        " where r.suggestion_id = ? order by r.sequence",
        (suggestion_id,),
    )
    return [Review(**row) for row in rows]
