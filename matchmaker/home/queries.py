"""What the front page tells: counts that open a list, and the newest needs."""

from dataclasses import dataclass

from matchmaker.database import Database


@dataclass(frozen=True)
class Figures:
    """What is published and under way right now; each number opens its list."""

    needs: int
    capabilities: int
    organisations: int
    collaborations: int


def count_figures(db: Database) -> Figures:
    row = db.first(
        """
        select
            (select count(*) from need where state = 'published') as needs,
            (select count(*) from capability where state = 'published') as capabilities,
            (select count(*) from organisation o where exists
                (select 1 from capability c
                    where c.organisation_id = o.id and c.state = 'published')
                or exists
                (select 1 from need n where n.organisation_id = o.id and n.state = 'published'))
                as organisations,
            (select count(*) from collaboration where stage in
                ('introduced', 'dialogue', 'test', 'agreement', 'operation', 'scaled'))
                as collaborations
        """
    )
    return Figures(**(row or {}))
