"""A need with three suggestions, and the staff who review them."""

from dataclasses import dataclass

import pytest

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from tests.factories import (
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)


@dataclass(frozen=True)
class ReviewCase:
    hub: int
    other_hub: int
    need: int
    suggestions: tuple[int, int, int]
    anna: Account
    bo: Account


def make_case(db: Database) -> ReviewCase:
    hub = make_hub(db)
    other_hub = make_hub(db, name="Hub Midtjylland", region="1082")
    hospital = make_organisation(db, kind="hospital", name="Sygehus Sydfjord")
    need = make_need(db, hospital, hub_id=hub)
    suggestions = tuple(
        make_suggestion(
            db,
            need,
            make_capability(db, make_organisation(db), title=f"Cushion {position}"),
            position=position,
            probability=probability,
            score=0.9 - position / 10,
        )
        for position, probability in ((1, 0.8), (2, 0.5), (3, 0.1))
    )
    return ReviewCase(
        hub,
        other_hub,
        need,
        suggestions,  # type: ignore[arg-type]
        make_account(db, hub, "hub_staff", name="Anna Riis"),
        make_account(db, other_hub, "hub_staff", name="Bo Lund"),
    )


@pytest.fixture
def case(memory_db: Database) -> ReviewCase:
    return make_case(memory_db)
