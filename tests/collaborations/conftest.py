"""A need of a hospital, a solution, a testbed, and the people who speak for them."""

from dataclasses import dataclass, replace

import pytest

from matchmaker.accounts.account import Account
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.inviting import invite
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.procurement.plan import PlanAnswers
from matchmaker.procurement.planning import save_plan
from matchmaker.reviews.actions import review_suggestion
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)

LINKS = Links("http://localhost", "only-for-tests")


@dataclass(frozen=True)
class World:
    """Everything a proposal is made of, with the suggestions approved."""

    db: Database
    hub: int
    other_hub: int
    staff: Account
    karen: Account
    jonas: Account
    tina: Account
    hospital: int
    company: int
    need: int
    solution: int
    testbed: int
    suggestions: tuple[int, int]

    def draft(self, **values: object) -> Draft:
        draft = Draft(
            title="Liggesår hos kørestolsbrugere",
            language="da",
            introduction="Vi tror, at I har noget at tale om.",
            suggestion_ids=self.suggestions,
            parties=(
                PartyDraft(self.karen.id, need_id=self.need),
                PartyDraft(self.jonas.id, capability_id=self.solution),
                PartyDraft(self.tina.id, capability_id=self.testbed),
            ),
        )
        return replace(draft, **values)  # type: ignore[arg-type]

    def hide(self, need_id: int | None = None) -> tuple[PartyDraft, ...]:
        """Return the usual parties with the hospital's name kept back."""
        first, *others = self.draft().parties
        return (replace(first, show_organisation=False, need_id=need_id or self.need), *others)

    def invited(self, **values: object) -> Collaboration:
        collaboration = create_draft(self.db, self.draft(**values), actor=self.staff, now=NOW)
        invite(self.db, collaboration, links=LINKS, actor=self.staff, now=NOW)
        return get_collaboration(self.db, collaboration)

    def party_of(self, collaboration: Collaboration, account: Account) -> Party:
        return next(p for p in collaboration.parties if p.account_id == account.id)

    def plan_purchase(self, collaboration_id: int) -> None:
        """Say how a purchase would go: no test starts without it."""
        answers = PlanAnswers("tender", "near", "The procurement office", "small_test")
        save_plan(self.db, collaboration_id, answers, actor=self.karen, now=NOW)

    def mails(self, kind: str | None = None) -> list[dict[str, str]]:
        return self.db.rows(
            "select * from outbox_mail where :kind is null or kind = :kind order by id",
            {"kind": kind},
        )


def make_world(db: Database) -> World:
    hub = make_hub(db)
    other_hub = make_hub(db, name="Hub Midtjylland", region="1082")
    staff = make_account(db, hub, "hub_staff", name="Anna Riis")
    hospital = make_organisation(db, kind="hospital", name="Sygehus Sydfjord")
    company = make_organisation(db, name="Nordhud ApS")
    living_lab = make_organisation(db, kind="municipality", name="Ådal Kommune")
    karen = make_account(db, hospital, "editor", name="Karen Holm", phone="65 00 11 22")
    jonas = make_account(db, company, "editor", name="Jonas Lind", title="Director")
    tina = make_account(db, living_lab, "editor", name="Tina Vang", language="da")
    need = make_need(
        db,
        hospital,
        hub_id=hub,
        owner_id=karen.id,
        approach="Ring til mig på 65 00 11 22",
        tried="Sygehus Sydfjord har prøvet vendeplaner.",
        approaches_per_month=2,
    )
    solution = make_capability(db, company, owner_id=jonas.id)
    testbed = make_capability(db, living_lab, kind="testbed", title="Testboliger", owner_id=tina.id)
    suggestions = (
        make_suggestion(db, need, solution),
        make_suggestion(db, need, testbed, position=2),
    )
    for suggestion in suggestions:
        review_suggestion(db, suggestion, "approve", actor=staff, now=NOW, seen_sequence=0)
    return World(
        db, hub, other_hub, staff, karen, jonas, tina, hospital, company, need, solution, testbed,
        suggestions,
    )  # fmt: skip


@pytest.fixture
def world(memory_db: Database) -> World:
    return make_world(memory_db)
