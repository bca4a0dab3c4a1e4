"""A need that two companies and a testbed were shown, in two proposals."""

from dataclasses import dataclass

import pytest

from matchmaker.accounts.account import Account
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.inviting import invite
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.procurement.plan import PlanAnswers
from matchmaker.reviews.actions import review_suggestion
from tests.collaborations.conftest import LINKS, World, make_world
from tests.factories import NOW, make_account, make_capability, make_organisation, make_suggestion

TENDER = PlanAnswers("tender", "near", "The procurement office", "small_test")


@dataclass(frozen=True)
class Market:
    """`first` asks Nordhud and the testbed, `second` asks Rivalen; all but Rivalen are named."""

    world: World
    bente: Account
    rival: int
    first: Collaboration
    second: Collaboration

    @property
    def db(self) -> Database:
        return self.world.db

    @property
    def need(self) -> int:
        return self.world.need

    def party_of(self, account: Account) -> Party:
        everybody = (*self.first.parties, *self.second.parties)
        return next(party for party in everybody if party.account_id == account.id)

    def lines(self, kind: str | None = None) -> list[tuple[str, int]]:
        rows = self.db.rows(
            "select kind, organisation_id from procurement_contact"
            " where :kind is null or kind = :kind order by id",
            {"kind": kind},
        )
        return [(row["kind"], row["organisation_id"]) for row in rows]

    def receivers(self, kind: str) -> list[str]:
        return sorted(mail["recipient"] for mail in self.world.mails(kind))


def make_market(db: Database) -> Market:
    world = make_world(db)
    first = world.invited()
    rival = make_organisation(db, name="Rivalen A/S")
    bente = make_account(db, rival, "editor", name="Bente Krag", language="da")
    capability = make_capability(db, rival, owner_id=bente.id, title="Skumpude")
    suggestion = make_suggestion(db, world.need, capability, position=3)
    review_suggestion(db, suggestion, "approve", actor=world.staff, now=NOW, seen_sequence=0)
    draft = Draft(
        title="Trykaflastning",
        language="da",
        introduction="Her er noget at tale om.",
        suggestion_ids=(suggestion,),
        parties=(
            PartyDraft(world.karen.id, need_id=world.need),
            PartyDraft(bente.id, capability_id=capability, show_organisation=False),
        ),
    )
    second = create_draft(db, draft, actor=world.staff, now=NOW)
    invite(db, second, links=LINKS, actor=world.staff, now=NOW)
    return Market(world, bente, rival, first, get_collaboration(db, second))


@pytest.fixture
def market(memory_db: Database) -> Market:
    return make_market(memory_db)
