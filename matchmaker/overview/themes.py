"""What is asked for and what is offered, by theme, as it stands today."""

from collections import defaultdict
from collections.abc import Iterable

from matchmaker.database import Database
from matchmaker.overview.figures import Cell, Row, Table
from matchmaker.overview.scope import Scope
from matchmaker.words.vocabulary import shipped_vocabulary

#: What a need is about; where it arises and whom it concerns are no gaps in supply.
FACETS = ("problem", "technology", "process")
_NEEDS = """
    select t.concept, n.id from need n
    join theme_of_profile t on t.noun = 'need' and t.profile_id = n.id
    where n.state in ('submitted', 'published') and (:hub is null or n.hub_id = :hub)
"""
_CAPABILITIES = """
    select t.concept, k.id from capability k
    join theme_of_profile t on t.noun = 'capability' and t.profile_id = k.id
    where k.state = 'published'
"""
#: A need is taken up while a suggestion for it is approved, or stands in an open collaboration.
_TAKEN_UP = """
    select distinct s.need_id from suggestion s
    join review r on r.suggestion_id = s.id and r.decision = 'approve'
        and r.sequence = (select max(sequence) from review where suggestion_id = s.id)
    where not exists (select 1 from collaboration_suggestion where suggestion_id = s.id)
    union select s.need_id from suggestion s
    join collaboration_suggestion cs on cs.suggestion_id = s.id
    join collaboration c on c.id = cs.collaboration_id where c.stage <> 'closed'
"""


def themes_table(db: Database, scope: Scope) -> Table:
    """Return the themes of open needs, those with most that nobody has taken up first.

    What is offered is offered to every hub.
    """
    needs = _by_theme(db.execute(_NEEDS, {"hub": scope.hub_id}))
    offers = _by_theme(db.execute(_CAPABILITIES))
    taken_up = {row[0] for row in db.execute(_TAKEN_UP)}
    rows = [_row(key, ids, taken_up, offers.get(key, set())) for key, ids in needs.items()]
    rows.sort(key=_largest_gap_first)
    return Table("themes", ("needs", "unmet", "capabilities"), tuple(rows))


def _by_theme(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    concepts = shipped_vocabulary().concepts
    found: dict[str, set[int]] = defaultdict(set)
    for concept, profile_id in pairs:
        if concept in concepts and concepts[concept].facet in FACETS:
            found[concept].add(profile_id)
    return found


def _row(key: str, needs: set[int], taken_up: set[int], offers: set[int]) -> Row:
    cells = {
        "needs": Cell.of("need", needs),
        "unmet": Cell.of("need", needs - taken_up),
        "capabilities": Cell.of("capability", offers),
    }
    return Row(key, cells)


def _largest_gap_first(row: Row) -> tuple[int, int, str]:
    return -row.cells["unmet"].count, row.cells["capabilities"].count, row.key
