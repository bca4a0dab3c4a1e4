"""Why it came to nothing, by who said so."""

from matchmaker.database import Database
from matchmaker.overview.figures import Cell, Row, Table
from matchmaker.overview.scope import Scope
from matchmaker.reasons import REASONS

NO_ANSWER = "no_answer"
SIDES = ("staff", "need_side", "offer_side", "closed")
#: What stands: a rejection that was undone, or a no that became a yes, is no loss.
_STAFF = """
    select r.reason, s.id from review r
    join suggestion s on s.id = r.suggestion_id join need n on n.id = s.need_id
    where r.decision = 'reject' and r.created_at >= :start and r.created_at < :end
        and (:hub is null or n.hub_id = :hub)
        and r.sequence = (select max(sequence) from review where suggestion_id = s.id)
"""
_PARTIES = """
    select i.reason, p.id, p.need_id is not null from interest i
    join collaboration_party p on p.id = i.party_id
    join collaboration c on c.id = p.collaboration_id
    where i.answer = 'no' and i.created_at >= :start and i.created_at < :end
        and (:hub is null or c.hub_id = :hub)
        and i.sequence = (select max(sequence) from interest where party_id = p.id)
"""
_CLOSED = """
    select c.close_reason, c.id from collaboration c
    where c.stage = 'closed' and c.close_reason <> 'finished' and (:hub is null or c.hub_id = :hub)
        and (select max(t.at) from state_step t where t.noun = 'collaboration'
            and t.record_id = c.id and t.state = 'closed' and t.at < :end) >= :start
"""


def losses_table(db: Database, scope: Scope) -> Table:
    """Return the reasons given in the period that nobody took back."""
    staff = list(db.execute(_STAFF, scope.parameters))
    parties = list(db.execute(_PARTIES, scope.parameters))
    closed = list(db.execute(_CLOSED, scope.parameters))
    rows = []
    for reason in (*REASONS, NO_ANSWER):
        said = [(key, is_need) for why, key, is_need in parties if why == reason]
        cells = {
            "staff": Cell.of("suggestion", (key for why, key in staff if why == reason)),
            "need_side": Cell.of("party", (key for key, is_need in said if is_need)),
            "offer_side": Cell.of("party", (key for key, is_need in said if not is_need)),
            "closed": Cell.of("collaboration", (key for why, key in closed if why == reason)),
        }
        rows.append(Row(reason, cells))
    return Table("losses", SIDES, tuple(rows))
